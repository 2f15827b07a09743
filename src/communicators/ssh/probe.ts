import type { Duplex } from 'node:stream';
import { CancelledError } from '../../messages/message.js';
import type { Route } from './route.js';
import { reasonOf } from './reason.js';

/** Milliseconds before the second attempt; the pause doubles from here. */
const FIRST_PAUSE = 50;
/** Milliseconds between attempts where the other side says no at once. */
const LONGEST_PAUSE = 250;
/** Milliseconds between attempts where nothing comes back: what was lost on the way is not soon sent again. */
const HEDGE_PAUSE = 500;
const MAX_PENDING = 3;
/** Milliseconds that one attempt may take to bring a greeting. */
const PATIENCE = 30_000;

export interface ProbeOptions {
  readonly host: string;
  readonly port: number;
  readonly signal: AbortSignal;
  /** Hears what came of the attempts so far. */
  readonly report: (state: string, attempts: number) => void;
}

/**
 * Opens streams until one brings the greeting of an SSH server. Where attempts hang, others are begun beside them: the
 * newest one gets through at once when the machine comes up, the oldest one waits in a slow server's queue.
 * @returns the stream with its greeting still to be read
 * @throws CancelledError when the signal fires; nothing else ends it
 */
export function probe(open: Route, options: ProbeOptions): Promise<Duplex> {
  return new Promise((resolve, reject) => new Prober(open, options, resolve, reject).start());
}

interface Attempt {
  readonly stop: AbortController;
  state: string;
}

class Prober {
  private readonly pending: Attempt[] = [];
  private attempts = 0;
  private wait = FIRST_PAUSE;
  private begun = 0;
  private timer: NodeJS.Timeout | undefined;
  private over = false;

  constructor(
    private readonly open: Route,
    private readonly options: ProbeOptions,
    private readonly resolve: (stream: Duplex) => void,
    private readonly reject: (error: Error) => void,
  ) {}

  start(): void {
    const { signal } = this.options;
    if (signal.aborted) return this.reject(new CancelledError());
    signal.addEventListener('abort', this.cancel, { once: true });
    this.begin();
  }

  private readonly cancel = () => {
    this.finish();
    this.reject(new CancelledError());
  };

  private finish(): void {
    this.over = true;
    clearTimeout(this.timer);
    this.options.signal.removeEventListener('abort', this.cancel);
    for (const attempt of this.pending) attempt.stop.abort();
  }

  private begin(): void {
    if (this.pending.length >= MAX_PENDING) this.pending[1]?.stop.abort();
    this.attempts++;
    this.begun = performance.now();
    const attempt: Attempt = { stop: new AbortController(), state: 'no answer' };
    this.pending.push(attempt);
    const patience = setTimeout(() => attempt.stop.abort(), PATIENCE);
    attemptOnce(this.open, this.options, attempt.stop.signal, (state) => this.enter(attempt, state))
      .then(
        (stream) => this.answered(attempt, stream),
        (error: unknown) => this.failed(attempt, error),
      )
      .finally(() => clearTimeout(patience));
    this.schedule();
  }

  private enter(attempt: Attempt, state: string): void {
    attempt.state = state;
    if (!this.over && this.pending[0] === attempt) this.options.report(state, this.attempts);
  }

  private answered(attempt: Attempt, stream: Duplex): void {
    this.remove(attempt);
    if (this.over) return void stream.destroy();
    this.finish();
    this.resolve(stream);
  }

  private failed(attempt: Attempt, error: unknown): void {
    this.remove(attempt);
    if (this.over) return;
    if (!attempt.stop.signal.aborted) this.options.report(stateOf(error), this.attempts);
    this.schedule();
  }

  private remove(attempt: Attempt): void {
    const at = this.pending.indexOf(attempt);
    if (at >= 0) this.pending.splice(at, 1);
  }

  /** Pauses count from the beginning of the last attempt. */
  private schedule(): void {
    clearTimeout(this.timer);
    const pause = this.pending.length > 0 ? HEDGE_PAUSE : this.wait;
    this.timer = setTimeout(() => this.next(), Math.max(0, this.begun + pause - performance.now()));
  }

  private next(): void {
    const [oldest] = this.pending;
    if (oldest) this.options.report(oldest.state, this.attempts);
    else this.wait = Math.min(this.wait * 2, LONGEST_PAUSE);
    this.begin();
  }
}

async function attemptOnce(
  open: Route,
  { host, port }: ProbeOptions,
  signal: AbortSignal,
  enter: (state: string) => void,
): Promise<Duplex> {
  const stream = await open(host, port, signal);
  enter('a connection, but no greeting of an SSH server yet');
  try {
    await greeting(stream, signal);
    return stream;
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

/** Waits for a line that starts with `SSH-` (others may come before it), and puts all that was read back. */
function greeting(stream: Duplex, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen = Buffer.alloc(0);
    const finish = (error?: Error) => {
      stream.off('readable', look).off('error', finish).off('end', ended).off('close', ended);
      signal.removeEventListener('abort', aborted);
      if (error) return reject(error);
      // Later faults are the handshake's, which listens from the same tick on.
      stream.unshift(seen);
      resolve();
    };
    const ended = () => finish(new Error('closed before a greeting'));
    const aborted = () => finish(new Error('no greeting of an SSH server'));
    const look = () => {
      for (let chunk = stream.read() as Buffer | null; chunk !== null; chunk = stream.read() as Buffer | null) {
        seen = Buffer.concat([seen, chunk]);
      }
      if (/^SSH-/m.test(seen.toString('latin1'))) finish();
      else if (seen.length > 16_384) finish(new Error('something else than an SSH server answers'));
    };
    stream.on('readable', look).once('error', finish).once('end', ended).once('close', ended);
    signal.addEventListener('abort', aborted, { once: true });
    if (signal.aborted) aborted();
    else look();
  });
}

function stateOf(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ECONNREFUSED':
      return 'connection refused';
    case 'ECONNRESET':
    case 'EPIPE':
      return 'connection closed before a greeting';
    case 'ETIMEDOUT':
    case 'ABORT_ERR':
      return 'no answer';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
      return 'no way to the host';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'the host name is not known';
    default:
      return reasonOf(error);
  }
}
