import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { catalogue, CancelledError, ImgpackError } from '../../messages/message.js';
import type { JsonObject } from '../json.js';
import type { DestroyContext, Resource, ResourceKind, ResourceReference, Resources } from '../resources.js';
import { lineSplitter } from './lines.js';
import {
  groupMembers,
  isRunning,
  processesWithEnvironment,
  processIdentity,
  type ProcessIdentity,
} from './process-identity.js';

const messages = catalogue('process', {
  notFound: (command: string) => ({
    text: `\`${command}\` was not found`,
    hint: `install it, or see \`imgpack doctor\` for the package that brings it`,
  }),
  cannotStart: (command: string, reason: string) => ({ text: `\`${command}\` cannot be started: ${reason}` }),
  failed: (command: string, how: string) => ({ text: `\`${command}\` ${how}` }),
  survived: (pid: number) => ({
    text: `process ${pid} does not end, even when killed`,
    hint: 'it probably waits for a device; look at it with `ps`',
  }),
});

/** The environment variable by which a process is found whose number was never recorded. */
export const TOKEN_VARIABLE = 'IMGPACK_TOKEN';

const POLL_MILLISECONDS = 20;
const GRACE_MILLISECONDS = 5000;
const KILL_MILLISECONDS = 10_000;

interface ProcessArgs extends JsonObject {
  readonly command: string;
  /** Milliseconds between the request to end and the kill. */
  readonly grace: number;
}

/** A process and the children in its group. It is asked to end, and killed when it does not. */
export const processKind: ResourceKind<ProcessArgs> = {
  name: 'process',
  describe: ({ args, data }) => `process ${pidOf(data) ?? 'of unknown number'} (${args.command})`,
  async destroy(reference, context) {
    await Promise.all((await find(reference)).map((found) => end(found, reference.args.grace, context)));
  },
};

export interface SpawnOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** As in `child_process`; default: no input, output through pipes. */
  readonly stdio?: StdioOptions;
  /** One line of output without its end. */
  readonly onLine?: (stream: 'stdout' | 'stderr', line: string) => void;
  /** Milliseconds that the process has to end by itself after SIGTERM; default 5000. */
  readonly grace?: number;
}

/** How a process ended: an exit code, or the signal that ended it. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface TrackedProcess {
  readonly pid: number;
  readonly child: ChildProcess;
  /** Resolves when the process has ended and its output was read. */
  readonly exited: Promise<ProcessExit>;
}

/**
 * Starts a program in a process group of its own, so that a Ctrl-C at the terminal reaches imgpack alone, which then
 * ends it in order. It is in the journal before it starts, and out of it when it ends.
 * @throws ImgpackError `process/not-found` or `process/cannot-start`
 */
export async function spawnTracked(
  resources: Resources,
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<Resource<TrackedProcess>> {
  const resource = await resources.create(
    processKind,
    { command, grace: options.grace ?? GRACE_MILLISECONDS },
    async (token) => {
      const child = spawn(command, args, {
        cwd: options.cwd,
        env: { ...(options.env ?? process.env), [TOKEN_VARIABLE]: token },
        stdio: options.stdio ?? ['ignore', 'pipe', 'pipe'],
        detached: true,
      });
      const exited = watch(child, options.onLine);
      const pid = await started(child, command);
      return { value: { pid, child, exited }, data: { ...((await processIdentity(pid)) ?? { pid, start: 'ended' }) } };
    },
  );
  // Failing to write "it is gone" loses nothing: undo finds it gone once more.
  void resource.value.exited.then(() => resource.destroy()).catch(() => undefined);
  return resource;
}

export interface RunOptions extends SpawnOptions {
  readonly signal?: AbortSignal;
  /** Exit codes that are no failure; default: 0. */
  readonly allowedExitCodes?: readonly number[];
  readonly stdin?: string | Uint8Array;
}

export interface ProgramOutput {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end, tracked as by `spawnTracked`.
 * @throws ImgpackError `process/failed` with the last lines of its output; CancelledError when `signal` fires
 */
export async function runTracked(
  resources: Resources,
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<ProgramOutput> {
  if (options.signal?.aborted) throw new CancelledError();
  const output = { stdout: '', stderr: '' };
  const stdio: StdioOptions = [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'];
  const resource = await spawnTracked(resources, command, args, {
    ...options,
    stdio,
    onLine(stream, line) {
      output[stream] += `${line}\n`;
      options.onLine?.(stream, line);
    },
  });
  const { child, exited } = resource.value;
  const stop = () => void resource.destroy().catch(() => undefined);
  options.signal?.addEventListener('abort', stop, { once: true });
  try {
    if (options.signal?.aborted) stop();
    // A program that does not read all its input breaks the pipe; its exit code tells what that means.
    child.stdin?.on('error', () => undefined).end(options.stdin);
    const { code, signal } = await exited;
    if (options.signal?.aborted) throw new CancelledError();
    if (code === null || !(options.allowedExitCodes ?? [0]).includes(code)) {
      const how = code === null ? `was ended by ${signal}` : `ended with exit code ${code}`;
      const lines = (output.stderr.trim() || output.stdout.trim()).split('\n').filter((line) => line !== '');
      throw new ImgpackError(messages.failed(command, how), { details: lines.slice(-20) });
    }
    return { exitCode: code, ...output };
  } finally {
    options.signal?.removeEventListener('abort', stop);
  }
}

function started(child: ChildProcess, command: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child.pid as number));
    child.once('error', (error: NodeJS.ErrnoException) => {
      const message =
        error.code === 'ENOENT' ? messages.notFound(command) : messages.cannotStart(command, error.message);
      reject(new ImgpackError(message, { cause: error }));
    });
  });
}

function watch(child: ChildProcess, onLine: SpawnOptions['onLine']): Promise<ProcessExit> {
  if (onLine) {
    for (const stream of ['stdout', 'stderr'] as const) {
      const lines = lineSplitter((line) => onLine(stream, line));
      child[stream]?.on('data', (chunk: Buffer) => lines.write(chunk)).on('end', () => lines.end());
    }
  }
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: null, signal: null }));
  });
}

async function find({ data, token }: ResourceReference<ProcessArgs>): Promise<ProcessIdentity[]> {
  if (data === undefined) return processesWithEnvironment(TOKEN_VARIABLE, token);
  const recorded = data as unknown as ProcessIdentity;
  return (await isRunning(recorded)) ? [recorded] : [];
}

async function end(target: ProcessIdentity, grace: number, context: DestroyContext): Promise<void> {
  send(target.pid, 'SIGTERM');
  if (await gone(target, context.signal.aborted ? 0 : grace)) return;
  context.log(`process ${target.pid} did not end in ${grace} ms and is killed`);
  send(target.pid, 'SIGKILL');
  if (!(await gone(target, KILL_MILLISECONDS))) throw new ImgpackError(messages.survived(target.pid));
}

/** To the whole group where the process leads one, else to it alone. */
function send(pid: number, signal: NodeJS.Signals): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, signal);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/** Whether the process and all of its group have ended within the time: a leader may go before its children do. */
async function gone(target: ProcessIdentity, milliseconds: number): Promise<boolean> {
  const end = performance.now() + milliseconds;
  for (;;) {
    if (!(await isRunning(target)) && (await groupMembers(target.pid)).length === 0) return true;
    const left = end - performance.now();
    if (left <= 0) return false;
    await new Promise((resolve) => setTimeout(resolve, Math.min(POLL_MILLISECONDS, left)));
  }
}

const pidOf = (data: ResourceReference['data']): number | undefined => (data as { pid?: number } | undefined)?.pid;
