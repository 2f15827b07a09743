import type { ClientChannel } from 'ssh2';
import { CancelledError } from '../../../messages/message.js';
import type { Connection } from '../connection.js';
import { sessionEnd, type SessionEnd } from '../session-end.js';

/** How many characters of error output are kept. */
const ERROR_LIMIT = 8192;

/** A session that copies: its streams, what it said on its error output, and how it ended. */
export interface TransferSession {
  readonly channel: ClientChannel;
  readonly end: Promise<SessionEnd>;
  /** What the program said so far. */
  errorText(): string;
}

/** Starts a program that copies. */
export async function startTransfer(
  connection: Connection,
  command: string,
  signal: AbortSignal | undefined,
): Promise<TransferSession> {
  if (signal?.aborted) throw new CancelledError();
  const channel = await connection.exec(command, signal && { signal });
  const end = sessionEnd(channel, signal);
  // Whoever writes or reads sees the end of the streams first; the reason is asked for later.
  end.catch(() => undefined);
  let text = '';
  channel.stderr.on('data', (chunk: Buffer) => {
    if (text.length < ERROR_LIMIT) text += chunk.toString('utf8');
  });
  return { channel, end, errorText: () => text.trim() };
}

/** Writes and waits until the other side has room for more. Resolves false where the session has ended. */
export function write(channel: ClientChannel, chunk: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    if (!channel.writable) return resolve(false);
    const closed = () => resolve(false);
    channel.once('close', closed);
    channel.write(chunk, (error) => {
      channel.off('close', closed);
      resolve(!error);
    });
  });
}

/** The first line of what a program said, without the program's name in front; else how it ended. */
export function explain(errorText: string, end: SessionEnd): string {
  const lines = errorText.split(/\r?\n/).filter((line) => line.trim() !== '');
  const last = lines[lines.length - 1];
  if (last !== undefined) return last.replace(/^(\S*\/)?(scp|tar|sh|mkdir|cat|bash|dash|ash): (line )?(\d+: )?/, '');
  if (end.code !== undefined) return `exit code ${end.code}`;
  return end.signal === undefined ? 'the connection was lost' : `ended by ${end.signal}`;
}

/** Reads what is left of a session that failed, so that it can close; whoever read before reads no more. */
export function discard(channel: ClientChannel): void {
  channel.unpipe();
  channel.resume();
}
