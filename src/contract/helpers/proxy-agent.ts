import https from 'node:https';
import type { Socket } from 'node:net';
import { tunnelTo } from './http-client.js';
import { proxyFor } from './proxy.js';

type Env = Readonly<Record<string, string | undefined>>;

/** Keeps connections open, and opens a tunnel first where the environment names a proxy for the host. */
export class ProxyAgent extends https.Agent {
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
