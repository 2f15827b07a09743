import http from 'node:http';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import { ProxyAgent } from '../../src/contract/helpers/proxy-agent.js';

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
