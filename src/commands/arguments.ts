import { commandMessages } from '../messages/commands.js';
import { ImgpackError } from '../messages/message.js';
import type { Command } from './command.js';
import type { Flag } from './flags.js';

const TRUE_WORDS = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE_WORDS = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/**
 * Rewrites Packer's spelling of flags (`-var 'a=b'`, `-only=x`, `-force`) to the one that yargs reads without doubt
 * (`--var=a=b`, `--force=true`). Single and double dashes are the same; a flag that takes a value takes the next word even
 * when that starts with a dash; a bool takes its value only behind `=`.
 * @throws ImgpackError for an unknown flag, a missing value, a value of the wrong kind
 */
export function normalizeArguments(command: Command, words: readonly string[]): string[] {
  const flags: string[] = [];
  const positionals: string[] = [];
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
      flags.push('--help');
      continue;
    }
    const flag = Object.hasOwn(command.flags, name) ? command.flags[name] : undefined;
    if (!flag) throw new ImgpackError(commandMessages.unknownFlag(command.name, name, Object.keys(command.flags)));
    let value = match[2];
    if (flag.type === 'boolean') value = booleanWord(name, value ?? 'true');
    else if (value === undefined) {
      value = words[++i];
      if (value === undefined)
        throw new ImgpackError(commandMessages.missingFlagValue(name, flag.placeholder ?? 'value'));
    }
    checkValue(name, flag, value);
    flags.push(`--${name}=${value}`);
  }
  return positionals.length > 0 ? [...flags, '--', ...positionals] : flags;
}

function booleanWord(name: string, value: string): string {
  if (TRUE_WORDS.has(value)) return 'true';
  if (FALSE_WORDS.has(value)) return 'false';
  throw new ImgpackError(commandMessages.badFlagValue(name, value, ['true', 'false']));
}

function checkValue(name: string, flag: Flag, value: string): void {
  if (flag.type === 'number' && !/^[+-]?\d+$/.test(value)) {
    throw new ImgpackError(commandMessages.badFlagValue(name, value, ['a whole number']));
  }
  if (flag.choices && !flag.choices.includes(value)) {
    throw new ImgpackError(commandMessages.badFlagValue(name, value, flag.choices));
  }
}
