import { commandMessages } from '../messages/commands.js';
import { ImgpackError } from '../messages/message.js';
import type { Command } from './command.js';
import type { Flag } from './flags.js';

const TRUE_WORDS = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE_WORDS = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/** The words behind a verb. */
export interface Arguments {
  /** By the names of the flags; a flag that was not given has its default, or is absent. */
  readonly values: Readonly<Record<string, boolean | number | string | readonly string[]>>;
  readonly positionals: readonly string[];
  /** `-help` stands among them. */
  readonly help: boolean;
}

/**
 * Reads words as Packer reads them (`-var 'a=b'`, `-only=x`, `-force`). Single and double dashes are the same; a flag that
 * takes a value takes the next word even when that starts with a dash; a bool takes its value only behind `=`; of a flag
 * that stands several times the last one counts, unless it makes a list.
 * @throws ImgpackError for an unknown flag, a missing value, a value of the wrong kind
 */
export function readArguments(command: Command, words: readonly string[]): Arguments {
  const values: Record<string, boolean | number | string | string[]> = {};
  for (const [name, flag] of Object.entries(command.flags)) {
    if (flag.default !== undefined) values[name] = flag.default;
  }
  const positionals: string[] = [];
  let help = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '--') {
      positionals.push(...words.slice(i + 1));
      break;
    }
    const match = /^--?([^-=][^=]*)(?:=([\s\S]*))?$/.exec(word);
    if (!match) {
      positionals.push(word);
      continue;
    }
    const name = match[1] as string;
    if (name === 'h' || name === 'help') {
      help = true;
      continue;
    }
    const flag = Object.hasOwn(command.flags, name) ? command.flags[name] : undefined;
    if (!flag) throw new ImgpackError(commandMessages.unknownFlag(command.name, name, Object.keys(command.flags)));
    const value = match[2] ?? (flag.type === 'boolean' ? 'true' : words[++i]);
    if (value === undefined) {
      throw new ImgpackError(commandMessages.missingFlagValue(name, flag.placeholder ?? 'value'));
    }
    if (flag.type === 'list') values[name] = [...((values[name] as string[] | undefined) ?? []), value];
    else values[name] = readValue(name, flag, value);
  }
  return { values, positionals, help };
}

function readValue(name: string, flag: Flag, word: string): boolean | number | string {
  if (flag.type === 'boolean') return booleanWord(name, word);
  if (flag.type === 'number') {
    if (!/^[+-]?\d+$/.test(word)) throw new ImgpackError(commandMessages.badFlagValue(name, word, ['a whole number']));
    return Number(word);
  }
  if (flag.choices && !flag.choices.includes(word)) {
    throw new ImgpackError(commandMessages.badFlagValue(name, word, flag.choices));
  }
  return word;
}

function booleanWord(name: string, word: string): boolean {
  if (TRUE_WORDS.has(word)) return true;
  if (FALSE_WORDS.has(word)) return false;
  throw new ImgpackError(commandMessages.badFlagValue(name, word, ['true', 'false']));
}
