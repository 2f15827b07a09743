import { createConnection, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { lineSplitter } from '../../src/contract/helpers/lines.js';
import { CancelledError, ImgpackError } from '../../src/messages/message.js';
import { messages } from './messages.js';

export interface QmpEvent {
  readonly event: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** A connection to the monitor of QEMU. */
export interface Monitor {
  /** @throws ImgpackError `qemu/monitor-refused` or `qemu/monitor-closed` */
  execute(command: string, args?: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Calls `listener` for each event from now on. */
  onEvent(listener: (event: QmpEvent) => void): void;
  close(): void;
}

interface Reply {
  readonly id?: number;
  readonly return?: unknown;
  readonly error?: { readonly class: string; readonly desc: string };
  readonly event?: string;
  readonly QMP?: unknown;
}

const FIRST_PAUSE_MILLISECONDS = 2;
const LONGEST_PAUSE_MILLISECONDS = 100;
const GIVE_UP_MILLISECONDS = 15_000;

/**
 * Connects to the monitor socket of a QEMU that was started this moment, and leaves its negotiation mode.
 * @param alive whether QEMU still runs; its end ends the waiting
 * @throws ImgpackError `qemu/monitor-silent` or `qemu/monitor-closed`
 */
export async function connectMonitor(path: string, signal: AbortSignal, alive: () => boolean): Promise<Monitor> {
  const end = performance.now() + GIVE_UP_MILLISECONDS;
  for (let wait = FIRST_PAUSE_MILLISECONDS; ; wait = Math.min(wait * 2, LONGEST_PAUSE_MILLISECONDS)) {
    if (signal.aborted) throw new CancelledError();
    const socket = await dial(path);
    if (socket) return QmpMonitor.greet(socket);
    if (!alive()) throw new ImgpackError(messages.monitorClosed());
    if (performance.now() > end) throw new ImgpackError(messages.monitorSilent(path));
    await pause(wait);
  }
}

/** Undefined while nobody listens. */
function dial(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection({ path });
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
}

class QmpMonitor implements Monitor {
  private readonly waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  private readonly listeners: ((event: QmpEvent) => void)[] = [];
  private last = 0;
  private closed = false;

  static async greet(socket: Socket): Promise<Monitor> {
    let welcome: () => void = () => undefined;
    const greeting = new Promise<void>((resolve) => (welcome = resolve));
    const monitor = new QmpMonitor(socket, welcome);
    await Promise.race([greeting, monitor.ended]);
    await monitor.execute('qmp_capabilities');
    return monitor;
  }

  private readonly ended: Promise<void>;

  private constructor(
    private readonly socket: Socket,
    private readonly welcome: () => void,
  ) {
    const lines = lineSplitter((line) => this.receive(line));
    socket.on('data', (chunk) => lines.write(chunk));
    // A broken connection is told by `close`, which always follows.
    socket.on('error', () => undefined);
    this.ended = new Promise((resolve) =>
      socket.once('close', () => {
        this.closed = true;
        for (const { reject } of this.waiting.values()) reject(new ImgpackError(messages.monitorClosed()));
        this.waiting.clear();
        resolve();
      }),
    );
  }

  execute(command: string, args?: Readonly<Record<string, unknown>>): Promise<unknown> {
    if (this.closed) return Promise.reject(new ImgpackError(messages.monitorClosed()));
    const id = ++this.last;
    const result = new Promise((resolve, reject) =>
      this.waiting.set(id, {
        resolve,
        reject: (error) =>
          reject(
            error instanceof ImgpackError ? error : new ImgpackError(messages.monitorRefused(command, error.message)),
          ),
      }),
    );
    this.socket.write(`${JSON.stringify({ execute: command, ...(args && { arguments: args }), id })}\n`);
    return result;
  }

  onEvent(listener: (event: QmpEvent) => void): void {
    this.listeners.push(listener);
  }

  close(): void {
    this.socket.destroy();
  }

  private receive(line: string): void {
    if (line.trim() === '') return;
    const reply = JSON.parse(line) as Reply;
    if (reply.QMP !== undefined) return this.welcome();
    if (reply.event !== undefined) {
      for (const listener of this.listeners) listener(reply as QmpEvent);
      return;
    }
    const waiting = reply.id === undefined ? undefined : this.waiting.get(reply.id);
    if (!waiting) return;
    this.waiting.delete(reply.id as number);
    if (reply.error) waiting.reject(new Error(reply.error.desc));
    else waiting.resolve(reply.return);
  }
}
