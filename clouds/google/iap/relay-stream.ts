import { Duplex } from 'node:stream';
import type WebSocket from 'ws';
import { pause } from '../../../src/contract/helpers/pause.js';
import { CHUNK, decodeFrame, encodeFrame, type Frame } from './frame.js';
import { Close, joinRelay, type Relay, RelayClosed } from './relay.js';
import { Unconfirmed } from './unconfirmed.js';

/** Received bytes after which the relay is told of them. */
const ACK_AFTER = 2 * CHUNK;
/** Bytes under way before the sender waits. */
const WINDOW = 1024 * 1024;
/** Milliseconds between attempts to join a connection again. */
const PAUSES = [0, 200, 1000, 3000, 5000, 10_000];

export interface RelayTarget extends Relay {
  readonly project: string;
  readonly zone: string;
  readonly instance: string;
  readonly port: number;
  readonly log: (text: string) => void;
}

/** The bytes of one TCP connection to a port of a machine, over the relay; joined again where the way breaks. */
export class RelayStream extends Duplex {
  private readonly unconfirmed = new Unconfirmed();
  private readonly stop = new AbortController();
  private socket: WebSocket | undefined;
  private sid = '';
  private received = 0;
  private told = 0;
  private waiting: (() => void) | undefined;
  private hasEnded = false;

  constructor(private readonly target: RelayTarget) {
    super();
  }

  /**
   * Resolves when the relay has reached the port.
   * @throws RelayClosed, or an Error of the network
   */
  async open(): Promise<void> {
    const { project, zone, instance, port } = this.target;
    const query = { project, zone, instance, interface: 'nic0', port: String(port) };
    await this.join('connect', query, 'connected');
  }

  override _read(): void {
    if (this.socket?.isPaused) this.socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    for (let at = 0; at < chunk.length; at += CHUNK) {
      const data = Buffer.from(chunk.subarray(at, at + CHUNK));
      this.unconfirmed.add(data);
      this.send({ kind: 'data', data });
    }
    this.waiting = done;
    this.goOn();
  }

  /** What was sent before still arrives. The relay has no half-open connections. */
  override _final(done: () => void): void {
    this.endReading();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.close();
    done(error);
  }

  private async join(path: string, query: Record<string, string>, answer: Frame['kind']): Promise<void> {
    let answered: () => void;
    const isAnswered = new Promise<void>((resolve) => (answered = resolve));
    let isIn = false;
    const receive = (message: Buffer, from: WebSocket): void => {
      try {
        const frame = decodeFrame(message);
        if (frame?.kind === answer && !isIn) {
          isIn = true;
          this.socket = from;
          answered();
        }
        if (frame) this.handle(frame);
      } catch (error) {
        this.destroy(error as Error);
      }
    };
    const socket = await joinRelay(this.target, path, query, receive, this.stop.signal);
    socket.on('error', (error) => this.target.log(`tunnel: ${error.message}`));
    const ended = new Promise<never>((_resolve, reject) => {
      socket.once('close', (code, reason) => {
        const closed = new RelayClosed(code, reason.toString('utf8'));
        if (isIn) this.lost(closed);
        else reject(closed);
      });
    });
    const stop = (): void => socket.terminate();
    this.stop.signal.addEventListener('abort', stop, { once: true });
    try {
      await Promise.race([isAnswered, ended]);
    } finally {
      this.stop.signal.removeEventListener('abort', stop);
    }
  }

  private handle(frame: Frame): void {
    switch (frame.kind) {
      case 'connected':
        this.sid = frame.sid;
        return;
      case 'reconnected':
        this.unconfirmed.confirm(frame.received);
        for (const data of this.unconfirmed.all()) this.send({ kind: 'data', data });
        return this.goOn();
      case 'ack':
        this.unconfirmed.confirm(frame.received);
        return this.goOn();
      case 'data':
        this.received += frame.data.length;
        if (this.received - this.told >= ACK_AFTER) {
          this.told = this.received;
          this.send({ kind: 'ack', received: this.received });
        }
        if (!this.hasEnded && !this.push(frame.data)) this.socket?.pause();
    }
  }

  private lost(closed: RelayClosed): void {
    this.socket = undefined;
    if (this.stop.signal.aborted) return;
    // Who hung up was the machine.
    if ([Close.normal, Close.writeFailed, Close.readFailed].includes(closed.code as 1000)) return this.endReading();
    this.target.log(`tunnel: the connection with the relay broke (${closed.message})`);
    void this.rejoin(closed);
  }

  private async rejoin(closed: RelayClosed): Promise<void> {
    let reason: Error = closed;
    for (const milliseconds of PAUSES) {
      try {
        await pause(milliseconds, this.stop.signal);
        this.told = this.received;
        const query = { sid: this.sid, ack: String(this.received), zone: this.target.zone };
        return await this.join('reconnect', query, 'reconnected');
      } catch (error) {
        if (this.stop.signal.aborted) return;
        reason = error as Error;
        this.target.log(`tunnel: ${reason.message}`);
      }
    }
    this.destroy(reason);
  }

  private send(frame: Frame): void {
    if (this.socket?.readyState === 1) this.socket.send(encodeFrame(frame));
  }

  private goOn(): void {
    if (!this.waiting || this.unconfirmed.size > WINDOW) return;
    const done = this.waiting;
    this.waiting = undefined;
    done();
  }

  private endReading(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.close();
    this.push(null);
    this.end();
  }

  private close(): void {
    this.stop.abort();
    this.socket?.close(Close.normal);
    const left = this.waiting;
    this.waiting = undefined;
    left?.();
  }
}
