import type { DataSourceContext } from '../context.js';
import type { Requirement } from '../plugin.js';
import { catalogue, ImgpackError } from '../../messages/message.js';
import { runProgram } from './run-program.js';

const messages = catalogue('git', {
  missing: () => ({ text: '`git` is not installed', hint: 'install it, for example with `sudo apt-get install git`' }),
  failed: (command: string, path: string) => ({
    text: `\`git ${command}\` failed in \`${path}\``,
    hint: 'check that the folder is in a git repository and that the commit exists',
  }),
});

/** Runs git in `path`. @returns its output without the last line end */
export async function git(args: readonly string[], path: string, context: DataSourceContext): Promise<string> {
  const result = await runProgram('git', args, {
    cwd: path,
    env: { ...context.env, LC_ALL: 'C' },
    signal: context.signal,
  }).catch((error: NodeJS.ErrnoException) => {
    if (context.signal.aborted) throw error;
    throw error.code === 'ENOENT' && error.syscall === 'spawn git'
      ? new ImgpackError(messages.missing(), { cause: error })
      : new ImgpackError(messages.failed(args.join(' '), path), { cause: error });
  });
  if (result.exitCode !== 0) {
    throw new ImgpackError(messages.failed(args.join(' '), path), { details: result.stderr.trimEnd().split('\n') });
  }
  return result.stdout.replace(/\n$/, '');
}

export const gitRequirement: Requirement = {
  name: 'git',
  packages: ['git'],
  check: async () =>
    runProgram('git', ['--version']).then(
      () => undefined,
      () => 'not installed',
    ),
};

/** The lines of an output; none where it is empty. */
export function linesOf(output: string): string[] {
  return output === '' ? [] : output.split('\n');
}
