import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import { EXIT_CODE_DISCONNECTED, type RunOptions, type RunResult } from '../../contract/communicator.js';
import { lineSplitter } from '../../contract/helpers/lines.js';
import { CancelledError } from '../../messages/message.js';
import type { Connection } from './connection.js';

/** How a session ended: neither code nor signal where the connection broke before. */
export interface SessionEnd {
  readonly code?: number;
  readonly signal?: string;
}

/**
 * Resolves when the session is closed and its output was read; call it before anything is awaited.
 * @throws CancelledError when `signal` fires; the command is asked to end and no longer waited for
 */
export function sessionEnd(channel: ClientChannel, signal?: AbortSignal): Promise<SessionEnd> {
  return new Promise((resolve, reject) => {
    let end: SessionEnd = {};
    const stop = () => {
      signalTo(channel);
      channel.close();
      channel.resume();
      reject(new CancelledError());
    };
    channel.once('exit', (code: number | null, name?: string) => {
      end = code === null ? { signal: name ?? 'a signal' } : { code };
    });
    // A fault of the stream itself means the same as a close without exit code.
    channel.on('error', () => undefined);
    channel.once('close', () => {
      signal?.removeEventListener('abort', stop);
      // The error output may still have lines when the other one is at its end.
      if (channel.stderr.readableEnded) resolve(end);
      else channel.stderr.once('end', () => resolve(end)).resume();
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

/** Runs a command to its end. */
export async function runCommand(
  connection: Connection,
  command: string,
  options: RunOptions = {},
): Promise<RunResult> {
  if (options.signal?.aborted) throw new CancelledError();
  const channel = await connection.exec(command, {
    pty: options.pty ?? connection.target.pty,
    ...(options.signal && { signal: options.signal }),
  });
  const ended = sessionEnd(channel, options.signal);
  const outputs = [
    readLines(channel, (line) => options.onLine?.('stdout', line)),
    readLines(channel.stderr, (line) => options.onLine?.('stderr', line)),
  ];
  feed(channel, options.stdin);
  const { code, signal } = await ended;
  for (const flush of outputs) flush();
  if (code !== undefined) return { exitCode: code, disconnected: false };
  // A command that a signal ended has no exit code either, but its connection holds.
  return { exitCode: EXIT_CODE_DISCONNECTED, disconnected: signal === undefined };
}

function readLines(stream: Readable, onLine: (line: string) => void): () => void {
  const lines = lineSplitter(onLine);
  stream.on('data', (chunk: Buffer) => lines.write(chunk));
  return () => lines.end();
}

function feed(channel: ClientChannel, stdin: RunOptions['stdin']): void {
  if (stdin === undefined || typeof stdin === 'string' || stdin instanceof Uint8Array) {
    channel.end(stdin);
    return;
  }
  // A command that does not read all its input ends the pipe early; its exit code tells what that means.
  pipeline(stdin, channel).catch(() => undefined);
}
