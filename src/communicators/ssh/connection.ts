import { once } from 'node:events';
import type { Client, ClientChannel, ExecOptions, PseudoTtyOptions, SFTPWrapper } from 'ssh2';
import type { SshTarget } from '../../contract/communicator.js';
import { CancelledError, ImgpackError } from '../../messages/message.js';
import { messages } from './messages.js';
import { reasonOf } from './reason.js';
import { watchExit } from './session-end.js';

/** Makes a new connection to the same machine: once, without waiting for it to come up. */
export type Redial = () => Promise<Client>;

/** A terminal where nobody sits. */
const SILENT_TERMINAL = { term: 'xterm', rows: 40, cols: 80, height: 0, width: 0, modes: { ECHO: 0 } as never };

/** A live connection, or the way to get another one. */
export class Connection {
  private alive = true;
  private redialling: Promise<void> | undefined;
  private closing = false;
  private forwardAgent: boolean;
  readonly address: string;

  constructor(
    private client: Client,
    readonly target: SshTarget,
    private readonly redial: Redial,
    private readonly log: (text: string) => void,
    hasAgent: boolean,
  ) {
    this.address = `${target.host}:${target.port}`;
    this.forwardAgent = target.agentForwarding && hasAgent;
    this.watch(client);
  }

  /** The client in use, for tunnels. */
  get current(): Client {
    return this.client;
  }

  /** Opens a session and starts a command in it. A connection that is dead is made anew, once. */
  async exec(
    command: string,
    options: { readonly pty?: boolean | PseudoTtyOptions; readonly signal?: AbortSignal } = {},
  ): Promise<ClientChannel> {
    const open = (client: Client) => this.start(client, command, options.pty);
    const channel = await this.withReconnect(open);
    if (options.signal?.aborted) {
      channel.close();
      throw new CancelledError();
    }
    return channel;
  }

  /** Opens an SFTP session. */
  sftp(): Promise<SFTPWrapper> {
    return this.withReconnect((client) => promised<SFTPWrapper>((done) => client.sftp(done)));
  }

  async close(): Promise<void> {
    this.closing = true;
    if (!this.alive) return;
    const closed = once(this.client, 'close');
    this.client.end();
    const timer = setTimeout(() => this.client.destroy(), 1000);
    await closed;
    clearTimeout(timer);
  }

  private async withReconnect<T>(open: (client: Client) => Promise<T>): Promise<T> {
    if (!this.alive) await this.reconnect('it was closed');
    try {
      return await open(this.client);
    } catch (error) {
      if (error instanceof ImgpackError || error instanceof CancelledError) throw error;
      // A server that answers "no" is alive; asking it again over a new connection would change nothing.
      if (this.alive && isRefusal(error)) {
        throw new ImgpackError(messages.channelRefused(this.address, reasonOf(error)), { cause: error });
      }
      await this.reconnect(reasonOf(error));
      return open(this.client);
    }
  }

  private async reconnect(why: string): Promise<void> {
    if (this.closing) throw new CancelledError('the connection is closed');
    this.redialling ??= this.replace(why).finally(() => (this.redialling = undefined));
    return this.redialling;
  }

  private async replace(why: string): Promise<void> {
    this.log(`ssh ${this.address}: connecting again (${why})`);
    this.client.destroy();
    try {
      this.client = await this.redial();
    } catch (error) {
      if (error instanceof CancelledError) throw error;
      throw new ImgpackError(messages.connectionLost(this.address, reasonOf(error)), { cause: error });
    }
    this.watch(this.client);
  }

  private watch(client: Client): void {
    this.alive = true;
    const lost = (reason: string) => {
      if (client !== this.client || !this.alive) return;
      this.alive = false;
      if (!this.closing) this.log(`ssh ${this.address}: connection lost (${reason})`);
    };
    client.on('error', (error) => lost(reasonOf(error)));
    client.once('end', () => lost('the machine ended it'));
    client.once('close', () => lost('closed'));
  }

  private async start(client: Client, command: string, pty?: boolean | PseudoTtyOptions): Promise<ClientChannel> {
    const options: ExecOptions = {
      ...(pty && { pty: pty === true ? SILENT_TERMINAL : pty }),
      agentForward: this.forwardAgent,
    } as ExecOptions;
    try {
      return await promised<ClientChannel>((done) =>
        client.exec(command, options, (error, channel) => {
          // The exit code may come in the same packet as the answer to this request: listen before anything else runs.
          if (!error) watchExit(channel);
          done(error, channel);
        }),
      );
    } catch (error) {
      if (!this.forwardAgent || !/agent forwarding/i.test(reasonOf(error))) throw error;
      this.log(`ssh ${this.address}: the server does not take the agent`);
      this.forwardAgent = false;
      return this.start(client, command, pty);
    }
  }
}

const isRefusal = (error: unknown): boolean =>
  /open failure|unable to exec|unable to start subsystem/i.test(reasonOf(error));

/** ssh2 throws where a connection is gone, and calls back with other faults; both reject here. */
function promised<T>(start: (done: (error: Error | undefined, value: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => (error ? reject(error) : resolve(value)));
  });
}
