import {
  EXIT_CODE_DISCONNECTED,
  type DockerTarget,
  type RunOptions,
  type RunResult,
} from '../../contract/communicator.js';
import { lineSplitter } from '../../contract/helpers/lines.js';
import type { Container } from './communicator.js';

/** A command as the program of a container that runs it. */
export const inShell = (command: string, { windows }: Pick<DockerTarget, 'windows'>): string[] =>
  windows ? ['powershell', `(${command})`] : ['/bin/sh', '-c', `(${command}\n)`];

/** Runs a command to its end. */
export async function runCommand(
  { engine, target }: Container,
  command: string,
  { onLine, pty, signal, stdin }: RunOptions,
): Promise<RunResult> {
  const [stdout, stderr] = (['stdout', 'stderr'] as const).map((stream) =>
    lineSplitter((line) => onLine?.(stream, line)),
  ) as [ReturnType<typeof lineSplitter>, ReturnType<typeof lineSplitter>];
  const exitCode = await engine.exec(target.container(), {
    command: inShell(command, target),
    ...(target.execUser !== undefined && { user: target.execUser }),
    tty: pty ?? target.pty,
    ...(stdin !== undefined && { stdin }),
    ...(signal && { signal }),
    onOutput: (stream, chunk) => (stream === 'stdout' ? stdout : stderr).write(chunk),
  });
  stdout.end();
  stderr.end();
  return exitCode === undefined
    ? { exitCode: EXIT_CODE_DISCONNECTED, disconnected: true }
    : { exitCode, disconnected: false };
}
