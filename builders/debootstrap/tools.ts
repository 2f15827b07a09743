import { findProgram } from '../../src/contract/helpers/find-program.js';
import { ImgpackError } from '../../src/messages/message.js';
import { messages } from './messages.js';

export type Bootstrapper = 'mmdebstrap' | 'debootstrap';

/** What follows a recipe here, and the versions that make a difference. */
export interface Tools {
  readonly bootstrapper: Bootstrapper;
  readonly versions: Readonly<Record<string, string>>;
}

export interface ToolSearch {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isRoot: boolean;
  /** Runs a program that prints its version. */
  run(program: string, args: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string }>;
}

/** Programs for the administrator are not on everybody's `PATH`. */
export const searchPath = (env: ToolSearch['env']): string => `${env['PATH'] ?? ''}:/usr/sbin:/sbin`;

/**
 * Finds the programs that make an image.
 * @param disk whether a disk is wanted, not an archive
 * @throws ImgpackError that names the package of what is missing
 */
export async function findTools(disk: boolean, { env, isRoot, run }: ToolSearch): Promise<Tools> {
  const path = env['PATH'];
  const bootstrapper = (await findProgram('mmdebstrap', path))
    ? 'mmdebstrap'
    : (await findProgram('debootstrap', path))
      ? 'debootstrap'
      : undefined;
  if (bootstrapper === undefined) throw new ImgpackError(messages.noTool());
  if (bootstrapper === 'debootstrap' && !isRoot) throw new ImgpackError(messages.needsRoot());
  const versions: Record<string, string> = { [bootstrapper]: firstLine(await run(bootstrapper, ['--version'])) };
  if (!disk) return { bootstrapper, versions };
  for (const [program, flag, packageName] of [
    ['mke2fs', '-V', 'e2fsprogs'],
    ['qemu-img', '--version', 'qemu-utils'],
  ] as const) {
    if (!(await findProgram(program, path))) throw new ImgpackError(messages.noProgram(program, packageName));
    versions[program] = firstLine(await run(program, [flag]));
  }
  return { bootstrapper, versions };
}

const firstLine = ({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): string =>
  (stdout.trim() || stderr.trim()).split('\n')[0] ?? '';
