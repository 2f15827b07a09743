import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP relay in front of a server, whose connections can be cut like a cable. */
export class Relay {
  private readonly sockets = new Set<Socket>();
  /** Connections that were made so far. */
  connections = 0;

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(target: number, port = 0): Promise<Relay> {
    const server = createServer();
    const relay: Relay = await new Promise((resolve) => {
      server.listen(port, '127.0.0.1', () => resolve(new Relay(server, (server.address() as { port: number }).port)));
    });
    server.on('connection', (socket) => {
      relay.connections++;
      const through = connect(target, '127.0.0.1');
      for (const [from, to] of [
        [socket, through],
        [through, socket],
      ] as const) {
        relay.sockets.add(from);
        from.pipe(to);
        from.on('error', () => to.destroy());
        from.on('close', () => {
          relay.sockets.delete(from);
          to.destroy();
        });
      }
    });
    return relay;
  }

  /** Cuts all connections; new ones get through. */
  cut(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  async stop(): Promise<void> {
    this.cut();
    if (!this.server.listening) return;
    this.server.close();
    await once(this.server, 'close');
  }
}
