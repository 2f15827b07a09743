import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import { tunnelTo } from '../../src/contract/helpers/http-client.js';
import { proxyFor } from '../../src/contract/helpers/proxy.js';

type Env = Readonly<Record<string, string | undefined>>;

export type RequestHandler = NodeHttpHandler;

const CONNECT_MILLISECONDS = 10_000;
const REQUEST_MILLISECONDS = 120_000;

/** How requests leave this machine: connections are kept open and shared, and go through the proxy of the environment. */
export async function requestHandler(insecure: boolean, env: Env): Promise<RequestHandler> {
  const { NodeHttpHandler: Handler } = await import('@smithy/node-http-handler');
  const agent = { keepAlive: true, maxSockets: 50 };
  return new Handler({
    httpAgent: new http.Agent(agent),
    httpsAgent: new ProxyAgent({ ...agent, rejectUnauthorized: !insecure }, env),
    connectionTimeout: CONNECT_MILLISECONDS,
    requestTimeout: REQUEST_MILLISECONDS,
  });
}

/** Opens a tunnel first where the environment names a proxy for the host. */
class ProxyAgent extends https.Agent {
  constructor(
    options: https.AgentOptions,
    private readonly env: Env,
  ) {
    super(options);
  }

  override createConnection(
    options: https.RequestOptions,
    callback?: (error: Error | null, socket: Socket) => void,
  ): Socket | null | undefined {
    const target = new URL(`https://${options.host ?? 'localhost'}:${options.port ?? 443}`);
    const proxy = proxyFor(target, this.env);
    if (!proxy) return super.createConnection(options, callback as never) as Socket | undefined;
    tunnelTo(proxy, target).then(
      (socket) => callback?.(null, super.createConnection({ ...options, socket } as never) as Socket),
      (error: Error) => callback?.(error, undefined as never),
    );
    return undefined;
  }
}
