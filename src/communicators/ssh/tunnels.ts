import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import type { SshTarget } from '../../contract/communicator.js';
import { parseTunnel, type Tunnel } from '../../contract/helpers/tunnel.js';
import { ImgpackError } from '../../messages/message.js';
import { messages } from './messages.js';
import { reasonOf } from './reason.js';

/** Asks the machine to lead its ports to hosts as seen from here. Needed again after each new connection. */
export async function openRemoteTunnels(client: Client, target: Pick<SshTarget, 'remoteTunnels'>): Promise<void> {
  const byPort = new Map<number, Tunnel>();
  client.on('tcp connection', ({ destPort }, accept, reject) => {
    const tunnel = byPort.get(destPort);
    if (tunnel) join(accept(), connect({ host: tunnel.host, port: tunnel.hostPort }));
    else reject();
  });
  for (const text of target.remoteTunnels) {
    const tunnel = parseTunnel(text);
    if (!tunnel) throw new ImgpackError(messages.tunnelFailed(text, 'it is not of the form `PORT:HOST:HOSTPORT`'));
    await new Promise<void>((resolve, reject) => {
      client.forwardIn('localhost', tunnel.port, (error, port) => {
        if (error) return reject(new ImgpackError(messages.tunnelFailed(text, reasonOf(error)), { cause: error }));
        byPort.set(tunnel.port === 0 ? port : tunnel.port, tunnel);
        resolve();
      });
    });
  }
}

/** Opens ports of this computer that lead to hosts as seen from the machine. @returns what closes them */
export async function openLocalTunnels(
  current: () => Client,
  target: Pick<SshTarget, 'localTunnels'>,
): Promise<() => Promise<void>> {
  const servers: Server[] = [];
  const close = async () => {
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  };
  for (const text of target.localTunnels) {
    const tunnel = parseTunnel(text);
    if (!tunnel) throw new ImgpackError(messages.tunnelFailed(text, 'it is not of the form `PORT:HOST:HOSTPORT`'));
    const server = createServer((socket) => {
      current().forwardOut('127.0.0.1', socket.remotePort ?? 0, tunnel.host, tunnel.hostPort, (error, channel) => {
        if (error) socket.destroy();
        else join(channel, socket);
      });
    });
    try {
      server.listen(tunnel.port, '127.0.0.1');
      await once(server, 'listening');
      servers.push(server);
    } catch (error) {
      await close();
      throw new ImgpackError(messages.tunnelFailed(text, reasonOf(error)), { cause: error });
    }
  }
  return close;
}

/** Leads two streams into each other; the end of one is the end of both. */
function join(a: Duplex, b: Duplex): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    from.pipe(to);
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
  }
}
