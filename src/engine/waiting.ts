import { CancelledError } from '../messages/message.js';

/** Longer timers would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Calls `then` after some milliseconds, at most 24 days. */
export const startTimer = (then: () => void, milliseconds: number): NodeJS.Timeout =>
  setTimeout(then, Math.min(milliseconds, LONGEST_TIMER));

/** Waits some milliseconds; rejects with `CancelledError` when `signal` fires. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new CancelledError());
    const stop = () => {
      clearTimeout(timer);
      reject(new CancelledError());
    };
    const timer = startTimer(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal.addEventListener('abort', stop, { once: true });
  });
}

/**
 * Waits for `work`, which is expected to stop when `signal` fires. If it does not within `grace` milliseconds it is left to
 * itself, and `CancelledError` is thrown: something that ignores its signal must not keep a cancelled run alive.
 */
export async function untilCancelled<T>(work: Promise<T>, signal: AbortSignal, grace: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const abandoned = new Promise<never>((_, reject) => {
    onAbort = () => {
      timer = setTimeout(() => reject(new CancelledError('it did not stop when cancelled')), grace);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, abandoned]);
  } finally {
    clearTimeout(timer);
    if (onAbort) signal.removeEventListener('abort', onAbort);
  }
}

/** Waits for `work`, at most some milliseconds; undefined where it takes longer or fails. */
export async function atMost<T>(milliseconds: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  try {
    return await Promise.race([work.catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}
