import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ProxyAgent } from '../../../src/contract/helpers/proxy-agent.js';

export interface Outgoing {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | Readable;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

const IDLE_MILLISECONDS = 120_000;
const KEEP = { keepAlive: true, maxSockets: 50 };
const plain = new http.Agent(KEEP);
const secure = new ProxyAgent(KEEP, process.env);

/**
 * One request over a connection that is kept open, through the proxy of the environment. Google's own client has an agent
 * of its own and passes over proxies.
 * @throws Error of the network, with its code
 */
export async function send(url: URL, { method, headers, body, signal }: Outgoing): Promise<Answer> {
  const isSecure = url.protocol === 'https:';
  const request = (isSecure ? https : http).request(url, {
    method,
    headers: {
      ...headers,
      ...((typeof body === 'string' || Buffer.isBuffer(body)) && { 'content-length': Buffer.byteLength(body) }),
    },
    agent: isSecure ? secure : plain,
    signal,
  });
  request.setTimeout(IDLE_MILLISECONDS, () => request.destroy(new Error('the server does not answer')));
  const answered = new Promise<Answer>((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () =>
        resolve({ status: response.statusCode as number, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
  });
  answered.catch(() => undefined);
  if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) request.end(body);
  else await pipeline(body, request);
  return answered;
}
