import type { ClientChannel } from 'ssh2';
import { CancelledError } from '../../messages/message.js';

/** How a session ended: neither code nor signal where the connection broke before. */
export interface SessionEnd {
  readonly code?: number;
  readonly signal?: string;
}

const ends = new WeakMap<ClientChannel, SessionEnd>();

/** Notes how the command of a session ends; to be called when the session is opened. */
export function watchExit(channel: ClientChannel): void {
  // A fault of the stream itself means the same as a close without exit code.
  channel.on('error', () => undefined);
  channel.once('exit', (code: number | null, name?: string) => {
    ends.set(channel, code === null ? { signal: name ?? 'a signal' } : { code });
  });
}

/**
 * Resolves when the session is closed and its output was read; call it before anything is awaited.
 * @throws CancelledError when `signal` fires; the command is asked to end and no longer waited for
 */
export function sessionEnd(channel: ClientChannel, signal?: AbortSignal): Promise<SessionEnd> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      signalTo(channel);
      channel.close();
      channel.resume();
      reject(new CancelledError());
    };
    const finish = () => resolve(ends.get(channel) ?? {});
    channel.once('close', () => {
      signal?.removeEventListener('abort', stop);
      // The error output may still have lines when the other one is at its end.
      if (channel.stderr.readableEnded) finish();
      else channel.stderr.once('end', finish).resume();
    });
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
  });
}

function signalTo(channel: ClientChannel): void {
  try {
    channel.signal('TERM');
  } catch {
    return; // The channel is closed already, which is what was wanted.
  }
}
