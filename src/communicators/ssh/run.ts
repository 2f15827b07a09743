import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import { EXIT_CODE_DISCONNECTED, type RunOptions, type RunResult } from '../../contract/communicator.js';
import { lineSplitter } from '../../contract/helpers/lines.js';
import { CancelledError } from '../../messages/message.js';
import type { Connection } from './connection.js';
import { sessionEnd } from './session-end.js';

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
