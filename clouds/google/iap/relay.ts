import { Agent } from 'node:http';
import type WebSocket from 'ws';
import { ProxyAgent } from '../../../src/contract/helpers/proxy-agent.js';
import { SUBPROTOCOL } from './frame.js';

/** What the relay tells with the code that it closes a connection with, as far as it matters. */
export const Close = {
  normal: 1000,
  /** Nothing listens at the port, or a firewall is between. */
  unreachable: 4003,
  /** The machine hung up. */
  writeFailed: 4009,
  readFailed: 4010,
  notAuthorized: 4033,
  /** The machine is not known, yet. */
  notFound: 4047,
} as const;

/** The relay did not take a connection, or ended it. `code` is that of the closing, or the status of HTTP. */
export class RelayClosed extends Error {
  constructor(
    readonly code: number,
    reason: string,
  ) {
    super(`${code}${reason ? ` ${reason}` : ''}`);
  }
}

export interface Relay {
  /** `wss://tunnel.cloudproxy.app/v4`, without a slash at the end. */
  readonly base: string;
  readonly token: () => Promise<string>;
}

/**
 * Opens a WebSocket to the relay, through the proxy of the environment.
 * @throws RelayClosed, or an Error of the network
 */
export async function joinRelay(
  { base, token }: Relay,
  path: string,
  query: Readonly<Record<string, string>>,
  received: (message: Buffer, socket: WebSocket) => void,
  signal: AbortSignal,
): Promise<WebSocket> {
  const { default: WebSocket } = await import('ws');
  const url = `${base}/${path}?${new URLSearchParams({ ...query, newWebsocket: 'true' }).toString()}`;
  const socket = new WebSocket(url, SUBPROTOCOL, {
    perMessageDeflate: false,
    origin: 'bot:iap-tunneler',
    headers: { authorization: `Bearer ${await token()}` },
    agent: url.startsWith('wss:') ? new ProxyAgent({}, process.env) : new Agent(),
  });
  // The first message may come in one piece with the answer.
  socket.on('message', (data) => received(data as Buffer, socket));
  const close = (): void => socket.terminate();
  signal.addEventListener('abort', close, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve).once('error', reject);
      socket.once('unexpected-response', (request, response) => {
        request.destroy();
        reject(new RelayClosed(response.statusCode ?? 0, response.statusMessage ?? ''));
      });
      if (signal.aborted) close();
    });
  } finally {
    signal.removeEventListener('abort', close);
  }
  return socket;
}
