import type { Duplex } from 'node:stream';
import { CancelledError } from '../../messages/message.js';
import type { Route } from './route.js';
import { reasonOf } from './reason.js';
import { pause } from '../../contract/helpers/pause.js';

/** Milliseconds before the second attempt; the pause doubles from here. */
const FIRST_PAUSE = 50;
/** Milliseconds between attempts where the other side says no at once. */
const LONGEST_PAUSE = 250;
/** Milliseconds between attempts where nothing comes back: a packet may be lost that is not soon sent again. */
const LONGEST_HEDGE = 1000;
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

interface Attempt {
  readonly promise: Promise<void>;
  readonly stop: AbortController;
  state: string;
}

/**
 * Opens streams until one brings the greeting of an SSH server. Where attempts hang, others are begun beside them: the
 * newest one gets through at once when the machine comes up, the oldest one waits in a slow server's queue.
 * @returns the stream with its greeting still to be read
 */
export async function probe(open: Route, options: ProbeOptions): Promise<Duplex> {
  const pending: Attempt[] = [];
  let answered: Duplex | undefined;
  let wake: () => void = () => undefined;
  let attempts = 0;
  let wait = FIRST_PAUSE;

  const begin = () => {
    attempts++;
    const stop = new AbortController();
    const attempt: Attempt = { stop, state: 'no answer', promise: Promise.resolve() };
    const work = once(open, options, stop.signal, (state) => (attempt.state = state)).then(
      (stream) => {
        if (answered) stream.destroy();
        answered ??= stream;
      },
      (error: unknown) => {
        if (!stop.signal.aborted) options.report(stateOf(error), attempts);
      },
    );
    pending.push(Object.assign(attempt, { promise: work }));
    void work.finally(() => {
      const at = pending.indexOf(attempt);
      if (at >= 0) pending.splice(at, 1);
      wake();
    });
  };

  const stopWaiting = new AbortController();
  const cancel = () => stopWaiting.abort();
  options.signal.addEventListener('abort', cancel, { once: true });
  try {
    for (;;) {
      if (options.signal.aborted) throw new CancelledError();
      if (pending.length >= MAX_PENDING) pending[1]?.stop.abort();
      begin();
      const until = performance.now() + wait;
      while (!answered && !options.signal.aborted && performance.now() < until) {
        const round = new AbortController();
        const woken = new Promise<void>((resolve) => (wake = resolve));
        const left = Math.max(1, until - performance.now());
        await Promise.race([
          woken,
          pause(left, AbortSignal.any([round.signal, stopWaiting.signal])).catch(() => undefined),
        ]);
        round.abort();
      }
      if (answered) return answered;
      const [oldest] = pending;
      if (oldest) options.report(oldest.state, attempts);
      wait = Math.min(wait * 2, oldest ? LONGEST_HEDGE : LONGEST_PAUSE);
    }
  } finally {
    options.signal.removeEventListener('abort', cancel);
    for (const attempt of pending) attempt.stop.abort();
  }
}

async function once(
  open: Route,
  { host, port }: ProbeOptions,
  signal: AbortSignal,
  enter: (state: string) => void,
): Promise<Duplex> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
  const stream = await open(host, port, limit);
  enter('a connection, but no greeting of an SSH server yet');
  try {
    await greeting(stream, limit);
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
