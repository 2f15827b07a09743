import { createInterface } from 'node:readline/promises';
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
