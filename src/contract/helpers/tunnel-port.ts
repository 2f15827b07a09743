import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { pipeline, type Duplex } from 'node:stream';
import type { ResourceKind, Resources } from '../resources.js';

/** Milliseconds between two openings where the one before brought nothing: each may be a call that somebody counts. */
const PAUSE = 1000;
/** Milliseconds after an opening until the next one begins: who was served hangs up its other attempts meanwhile. */
const GRACE = 100;

export interface TunnelOptions {
  /** 0: any free one. */
  readonly port: number;
  /**
   * Opens one way to the machine. It may wait for the machine as long as the signal lasts.
   * @throws Error that ends the tunnel, as no later try can do better
   */
  readonly open: (signal: AbortSignal) => Promise<Duplex>;
  readonly log: (text: string) => void;
}

export interface TunnelPort {
  readonly port: number;
  /** Resolves with the reason when no way can be opened any more. */
  readonly failed: Promise<Error>;
  close(): Promise<void>;
}

/**
 * A port of this host (127.0.0.1) each of whose connections goes through a stream that someone opens: of a session manager,
 * of an identity-aware proxy. One is opened at a time, however many ask at once.
 * @throws Error of the network when it cannot listen
 */
export async function openTunnelPort(options: TunnelOptions): Promise<TunnelPort> {
  const tunnel = new TunnelServer(options);
  await tunnel.listen();
  return tunnel;
}

class TunnelServer implements TunnelPort {
  readonly failed: Promise<Error>;
  private fail: (error: Error) => void = () => undefined;
  private readonly server: Server;
  private readonly stop = new AbortController();
  private readonly waiting = new Set<Socket>();
  private readonly sockets = new Set<Socket>();
  private opening = false;
  private spare: Duplex | undefined;

  constructor(private readonly options: TunnelOptions) {
    this.failed = new Promise((resolve) => (this.fail = resolve));
    this.server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => this.accept(socket));
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject).listen({ port: this.options.port, host: '127.0.0.1' }, resolve);
    });
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.stop.abort();
    this.spare?.destroy();
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private accept(socket: Socket): void {
    this.sockets.add(socket);
    this.waiting.add(socket);
    socket
      .on('error', () => undefined)
      .once('close', () => {
        this.sockets.delete(socket);
        this.waiting.delete(socket);
      });
    // Who hangs up while nothing is there yet does not want it any more.
    socket.once('end', () => this.waiting.has(socket) && socket.destroy());
    void this.serve();
  }

  private async serve(): Promise<void> {
    if (this.opening) return;
    this.opening = true;
    while (this.waiting.size > 0 && !this.stop.signal.aborted) {
      const begun = performance.now();
      try {
        const stream = this.takeSpare() ?? (await this.options.open(this.stop.signal));
        this.connect(stream);
      } catch (error) {
        if (this.stop.signal.aborted) break;
        this.options.log(`tunnel: ${(error as Error).message}`);
        this.fail(error as Error);
        for (const socket of this.waiting) socket.destroy();
        break;
      }
      await this.rest(Math.max(GRACE, PAUSE - (performance.now() - begun)));
    }
    this.opening = false;
  }

  private takeSpare(): Duplex | undefined {
    const { spare } = this;
    this.spare = undefined;
    return spare?.destroyed === false && spare.readable ? spare : undefined;
  }

  /** The one that has waited longest gets it. */
  private connect(stream: Duplex): void {
    const [socket] = this.waiting;
    stream.on('error', (error) => this.options.log(`tunnel: ${error.message}`));
    if (this.stop.signal.aborted) return void stream.destroy();
    if (!socket) {
      this.spare = stream;
      return;
    }
    this.waiting.delete(socket);
    pipeline(stream, socket, () => socket.destroy());
    pipeline(socket, stream, () => undefined);
  }

  private rest(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.stop.signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
    });
  }
}

/** Tunnels of this process; another process has none of them, and they ended with theirs. */
const running = new Map<string, TunnelPort>();

/** A tunnel of this process. */
export const tunnelPort: ResourceKind<{ readonly port: number }> = {
  name: 'tunnel-port',
  describe: ({ args }) => `tunnel at port ${args.port}`,
  async destroy({ token }) {
    await running.get(token)?.close();
    running.delete(token);
  },
};

/** Keeps a tunnel open until the resource is destroyed; else as `openTunnelPort`. */
export async function tunnelUntilUndone(resources: Resources, options: TunnelOptions): Promise<TunnelPort> {
  const { value } = await resources.create(tunnelPort, { port: options.port }, async (token) => {
    const tunnel = await openTunnelPort(options);
    running.set(token, tunnel);
    return { value: tunnel, data: { port: tunnel.port } };
  });
  return value;
}
