import { createInterface } from 'node:readline/promises';
import type { Communicator, Terminal } from '../contract/communicator.js';
import type { Host } from '../host.js';
import { CancelledError, ImgpackError } from '../messages/message.js';
import { commandMessages } from '../messages/commands.js';

/**
 * Asks questions at the terminal, one at a time.
 * @returns a function whose promise is the answer without its line end; it rejects with a coded error where no terminal is,
 * and with `CancelledError` when `signal` fires
 */
export function askAtTerminal(host: Host): (question: string, signal: AbortSignal) => Promise<string> {
  let last: Promise<unknown> = Promise.resolve();
  const ask = async (question: string, signal: AbortSignal): Promise<string> => {
    if (!host.isTerminal) throw new ImgpackError(commandMessages.noTerminal(question));
    const lines = createInterface({ input: host.stdin, output: process.stdout });
    // readline would swallow Ctrl-C while it waits.
    lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    try {
      return await lines.question(question, { signal });
    } catch (error) {
      if (signal.aborted) throw new CancelledError();
      throw error;
    } finally {
      lines.close();
    }
  };
  return (question, signal) => {
    const answer = last.then(
      () => ask(question, signal),
      () => ask(question, signal),
    );
    last = answer;
    return answer;
  };
}

/**
 * Lends the terminal to a shell in a machine until it ends: every key goes there, Ctrl-C too.
 * @returns undefined where there is no terminal
 */
export function shellAtTerminal(
  host: Host,
): ((communicator: Communicator, command: string, signal: AbortSignal) => Promise<void>) | undefined {
  if (!host.isTerminal) return undefined;
  return async (communicator, command, signal) => {
    const { stdin } = host;
    const { stdout } = process;
    stdin.setRawMode(true);
    stdin.resume();
    try {
      const terminal: Terminal = {
        input: stdin,
        output: stdout,
        type: host.env['TERM'] ?? 'xterm',
        columns: stdout.columns,
        rows: stdout.rows,
        onResize(listener) {
          const resized = () => listener(stdout.columns, stdout.rows);
          stdout.on('resize', resized);
          return () => stdout.off('resize', resized);
        },
      };
      await communicator.interact?.(command, terminal, signal);
    } finally {
      stdin.setRawMode(false);
      stdin.pause();
    }
  };
}
