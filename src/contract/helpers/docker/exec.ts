import type { Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { CancelledError } from '../../../messages/message.js';
import { FrameReader, type FrameListener } from './frames.js';
import type { EngineConnection } from './request.js';

export interface ExecOptions {
  readonly command: readonly string[];
  readonly user?: string;
  readonly tty?: boolean;
  readonly env?: readonly string[];
  readonly stdin?: Readable | Uint8Array | string;
  readonly signal?: AbortSignal;
  /** What the command writes, as it comes; with a terminal all of it is `stdout`. */
  readonly onOutput: FrameListener;
}

const POLL_MILLISECONDS = 10;
/** Polls for an exit code once both outputs have ended. */
const POLLS = 500;

/**
 * Runs a command in a container to its end.
 * @returns its exit code; undefined where the container ended before it
 */
export async function execute(
  connection: EngineConnection,
  container: string,
  options: ExecOptions,
): Promise<number | undefined> {
  const { tty = false, signal, onOutput } = options;
  const { id, stream, head } = await startExec(connection, container, options);
  const frames = new FrameReader(onOutput);
  const take = (chunk: Buffer) => (tty ? onOutput('stdout', chunk) : frames.write(chunk));
  const onAbort = () => stream.destroy();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    if (head.length > 0) take(head);
    const ended = new Promise<void>((resolve) => {
      stream.on('data', take);
      stream.once('end', resolve);
      stream.once('close', resolve);
      // The exit code tells what became of the command; a broken stream has none.
      stream.once('error', () => resolve());
    });
    feed(stream, options.stdin);
    await ended;
    if (signal?.aborted) throw new CancelledError();
    return await exitCodeOf(connection, id, container);
  } finally {
    signal?.removeEventListener('abort', onAbort);
    stream.destroy();
  }
}

/** Starts a command; the stream carries its input and outputs. */
export async function startExec(
  connection: EngineConnection,
  container: string,
  { command, user, tty = false, env, stdin, signal }: Omit<ExecOptions, 'onOutput'>,
): Promise<{ readonly id: string; readonly stream: Duplex; readonly head: Buffer }> {
  const what = 'a command could not be started in the container';
  if (signal?.aborted) throw new CancelledError();
  const { Id: id } = await connection.json<{ Id: string }>('POST', `/containers/${container}/exec`, {
    what,
    json: {
      AttachStdin: stdin !== undefined,
      AttachStdout: true,
      AttachStderr: true,
      Tty: tty,
      Cmd: command,
      ...(user ? { User: user } : {}),
      ...(env && { Env: env }),
    },
    ...(signal && { signal }),
  });
  const { stream, head } = await connection.hijack(`/exec/${id}/start`, { what, json: { Detach: false, Tty: tty } });
  return { id, stream, head };
}

/** A command's exit code is there shortly after its outputs have ended. */
export async function exitCodeOf(
  connection: EngineConnection,
  id: string,
  container: string,
): Promise<number | undefined> {
  for (let i = 0; i < POLLS; i++) {
    const { Running, ExitCode } = await connection.json<{ Running: boolean; ExitCode: number | null }>(
      'GET',
      `/exec/${id}/json`,
      { what: 'the exit code of a command is not known' },
    );
    if (!Running) {
      const isAlive = ExitCode === 0 || (await isRunning(connection, container));
      return isAlive ? (ExitCode ?? undefined) : undefined;
    }
    await pause(POLL_MILLISECONDS);
  }
  return undefined;
}

async function isRunning(connection: EngineConnection, container: string): Promise<boolean> {
  const what = 'the container cannot be looked at';
  const { State } = await connection.json<{ State: { Running: boolean } }>('GET', `/containers/${container}/json`, {
    what,
  });
  return State.Running;
}

function feed(stream: Duplex, stdin: ExecOptions['stdin']): void {
  if (stdin === undefined) return;
  if (typeof stdin === 'string' || stdin instanceof Uint8Array) {
    stream.end(stdin);
    return;
  }
  // A command that does not read all its input ends the pipe early; its exit code tells what that means.
  pipeline(stdin, stream, { end: false }).then(
    () => stream.end(),
    () => undefined,
  );
}
