import { connect as connectTcp, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SshTarget } from '../../contract/communicator.js';
import { CancelledError } from '../../messages/message.js';
import { throughSocks5 } from './socks5.js';

/** A way to an address: opens one stream per call, and rejects where the other side does not take it. */
export type Route = (host: string, port: number, signal: AbortSignal) => Promise<Duplex>;

/** Straight over TCP. */
export const direct: Route = (host, port, signal) =>
  new Promise<Socket>((resolve, reject) => {
    if (signal.aborted) return reject(new CancelledError());
    const socket = connectTcp({ host, port, noDelay: true, autoSelectFamily: true });
    const stop = () => socket.destroy(new CancelledError());
    signal.addEventListener('abort', stop, { once: true });
    const settle = () => signal.removeEventListener('abort', stop);
    socket.once('connect', () => {
      settle();
      socket.removeListener('error', reject);
      resolve(socket);
    });
    socket.once('error', reject).once('error', settle);
  });

/** Through the target's proxy, or straight. */
export function routeTo(target: Pick<SshTarget, 'proxy'>): Route {
  const { proxy } = target;
  if (!proxy) return direct;
  return async (host, port, signal) => throughSocks5(await direct(proxy.host, proxy.port, signal), proxy, host, port);
}
