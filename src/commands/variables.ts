import { commandMessages } from '../messages/commands.js';
import { ImgpackError } from '../messages/message.js';

/**
 * Splits `-var name=value` at the first `=`.
 * @throws ImgpackError where there is none
 */
export function parseVariables(words: readonly string[] | undefined): { name: string; value: string }[] {
  return (words ?? []).map((word) => {
    const at = word.indexOf('=');
    if (at < 1) throw new ImgpackError(commandMessages.badVariable(word));
    return { name: word.slice(0, at), value: word.slice(at + 1) };
  });
}

/** Items of a list flag: commas always separate. Undefined where the flag was not given. */
export function splitList(words: readonly string[] | undefined): string[] | undefined {
  return words?.flatMap((word) => word.split(',')).filter((item) => item !== '');
}
