import { randomBytes } from 'node:crypto';
import { EXIT_CODE_DISCONNECTED } from '../../src/contract/communicator.js';
import type { ProvisionerContext } from '../../src/contract/context.js';
import { quoteForShell } from '../../src/contract/helpers/script-options.js';
import { ImgpackError } from '../../src/messages/message.js';
import type { Config, Settings } from './config.js';
import { messages } from './messages.js';

/** How a script ended. */
export interface Outcome {
  readonly exitCode: number;
  /** The script is no longer in the machine. */
  readonly removed: boolean;
}

/** What runs the script in the machine. */
export interface Command {
  readonly text: string;
  /** It is the standard one: what stands around it cannot come into its way. */
  readonly standard: boolean;
}

/**
 * Brings a script into the machine and runs it; with the standard command all of that is one session.
 * @throws ImgpackError where it could not be started
 */
export function runScript(
  content: Buffer,
  command: Command,
  config: Pick<Config, 'skip_clean'>,
  { remotePath }: Pick<Settings, 'remotePath'>,
  context: ProvisionerContext,
): Promise<Outcome> {
  return command.standard && context.communicator.pipes === true
    ? inOneSession(content, command.text, config.skip_clean, remotePath, context)
    : stepByStep(content, command.text, remotePath, context);
}

async function stepByStep(
  content: Buffer,
  command: string,
  remotePath: string,
  context: ProvisionerContext,
): Promise<Outcome> {
  const { communicator, signal } = context;
  await communicator.upload({ content }, remotePath, { mode: 0o755, signal });
  const onLine = (stream: 'stdout' | 'stderr', line: string) => context.output(stream, line);
  const { exitCode } = await communicator.run(command, { onLine, signal });
  return { exitCode, removed: false };
}

/**
 * The script comes through standard input, a mark says that it is there, then it runs with an empty input as it would
 * otherwise. What fails before the mark is a start that failed.
 */
async function inOneSession(
  content: Buffer,
  command: string,
  keep: boolean,
  remotePath: string,
  context: ProvisionerContext,
): Promise<Outcome> {
  const { communicator, signal } = context;
  const mark = `imgpack-started-${randomBytes(8).toString('hex')}`;
  // The path stands as it does in the command, so that both mean the same file.
  const clean = keep ? '' : ` rm -f ${remotePath};`;
  const script = `cat > ${remotePath} && chmod 0755 ${remotePath} && echo ${mark} || exit 1\n{ ${command}\n} </dev/null\ns=$?;${clean} exit $s`;
  let started = false;
  const before: string[] = [];
  const onLine = (stream: 'stdout' | 'stderr', line: string) => {
    if (!started && stream === 'stdout' && line === mark) {
      started = true;
      for (const early of before.splice(0)) context.output('stderr', early);
    } else if (started) context.output(stream, line);
    else before.push(line);
  };
  const { exitCode } = await communicator.run(`sh -c '${quoteForShell(script)}'`, { onLine, signal, stdin: content });
  if (!started) {
    const reason =
      before.at(-1) ?? (exitCode === EXIT_CODE_DISCONNECTED ? 'the connection was lost' : `exit code ${exitCode}`);
    throw new ImgpackError(messages.notWritten(remotePath, reason));
  }
  return { exitCode, removed: !keep && exitCode !== EXIT_CODE_DISCONNECTED };
}
