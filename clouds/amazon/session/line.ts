import { randomUUID } from 'node:crypto';
import type WebSocket from 'ws';
import { pause } from '../../../src/contract/helpers/pause.js';

/** Where a session can be joined: what StartSession and ResumeSession give. */
export interface Ticket {
  readonly url: string;
  readonly token: string;
}

export interface LineEvents {
  /** Every new connection, the first one too. */
  readonly opened: () => void;
  readonly received: (bytes: Buffer) => void;
  /** No connection came about any more, or the session is over. */
  readonly lost: (reason: Error) => void;
}

/** Milliseconds between attempts to join a session again. */
const PAUSES = [0, 200, 1000, 3000, 5000];
/** Milliseconds between signs of life: what stands between would cut a line that is silent. */
const PING_INTERVAL = 60_000;

/** What a client says it is. Agents talk to versions before 1.1.70 without a multiplexer, which one stream does not need. */
export const CLIENT_VERSION = '1.1.0.0';

/** The WebSocket of a session, opened again where it breaks. */
export class Line {
  private socket: WebSocket | undefined;
  private readonly stop = new AbortController();
  private ping: NodeJS.Timeout | undefined;

  constructor(
    private readonly resume: () => Promise<Ticket>,
    private readonly events: LineEvents,
    private readonly log: (text: string) => void,
  ) {}

  /** @throws Error of the connection */
  async open(ticket: Ticket): Promise<void> {
    const { default: WebSocket } = await import('ws');
    const socket = new WebSocket(ticket.url, { perMessageDeflate: false });
    const close = () => socket.terminate();
    this.stop.signal.addEventListener('abort', close, { once: true });
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve).once('error', reject);
      socket.once('close', () => reject(new Error('the connection was closed before it was ready')));
      if (this.stop.signal.aborted) close();
    });
    this.socket = socket;
    socket.on('message', (data, isBinary) => isBinary && this.events.received(data as Buffer));
    socket.on('error', (error) => this.log(`session: ${error.message}`));
    socket.once('close', (code) => {
      this.stop.signal.removeEventListener('abort', close);
      clearInterval(this.ping);
      if (!this.stop.signal.aborted) void this.reopen(code);
    });
    this.ping = setInterval(() => socket.ping(), PING_INTERVAL).unref();
    const hello = { MessageSchemaVersion: '1.0', RequestId: randomUUID(), TokenValue: ticket.token };
    socket.send(JSON.stringify({ ...hello, ClientId: randomUUID(), ClientVersion: CLIENT_VERSION }));
    this.events.opened();
  }

  /** Does nothing while the line is down. */
  send(bytes: Buffer): void {
    if (this.socket?.readyState === 1) this.socket.send(bytes);
  }

  /** Stops reading, until `go` is called. */
  hold(): void {
    if (this.socket?.readyState === 1) this.socket.pause();
  }

  go(): void {
    this.socket?.resume();
  }

  /** What was sent before still leaves. */
  close(): void {
    if (this.stop.signal.aborted) return;
    this.socket?.close();
    this.stop.abort();
  }

  private async reopen(code: number): Promise<void> {
    this.log(`session: the connection broke (${code})`);
    let reason = new Error(`the connection broke (${code})`);
    for (const milliseconds of PAUSES) {
      try {
        await pause(milliseconds, this.stop.signal);
        await this.open(await this.resume());
        return;
      } catch (error) {
        if (this.stop.signal.aborted) return;
        reason = error as Error;
      }
    }
    this.events.lost(reason);
  }
}
