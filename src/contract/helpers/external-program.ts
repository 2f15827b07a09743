import type { DataSourceContext } from '../context.js';
import { catalogue, ImgpackError } from '../../messages/message.js';
import { runProgram } from './run-program.js';

const messages = catalogue('external', {
  notStarted: (program: string, reason: string) => ({
    text: `\`${program}\` cannot be started: ${reason}`,
    hint: 'check the name and that it is installed and executable',
  }),
  failed: (program: string, code: number | null) => ({
    text: `\`${program}\` ended with exit code ${code ?? 'none (killed)'}`,
    hint: 'what it wrote to standard error stands above',
  }),
});

/**
 * Runs the program of an `external` data source with `input` on its standard input.
 * @returns what it wrote to standard output
 */
export async function runExternalProgram(
  command: readonly string[],
  workingDirectory: string | undefined,
  input: string,
  context: DataSourceContext,
): Promise<string> {
  const [program = '', ...args] = command;
  const result = await runProgram(program, args, {
    cwd: workingDirectory ?? context.workingDirectory,
    env: context.env,
    input,
    signal: context.signal,
  }).catch((error: unknown) => {
    if (context.signal.aborted) throw error;
    throw new ImgpackError(messages.notStarted(program, error instanceof Error ? error.message : String(error)), {
      cause: error,
    });
  });
  if (result.exitCode !== 0) {
    throw new ImgpackError(messages.failed(program, result.exitCode), {
      details: result.stderr.trimEnd().split('\n').slice(-20),
    });
  }
  return result.stdout;
}
