import { CancelledError } from '../../messages/message.js';

/** Waits; ends early with CancelledError when `signal` fires. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new CancelledError());
    const stop = () => {
      clearTimeout(timer);
      reject(new CancelledError());
    };
    // A timer cannot hold more than 24 days.
    const timer = setTimeout(
      () => {
        signal.removeEventListener('abort', stop);
        resolve();
      },
      Math.min(milliseconds, 2 ** 31 - 1),
    );
    signal.addEventListener('abort', stop, { once: true });
  });
}
