import type { Command, CommandGroup } from '../command.js';

/** A word that can follow others, with what it does. */
export interface CompletionWord {
  readonly word: string;
  readonly description: string;
}

/** What can be written behind one command, or behind the word of a group. */
export interface CompletionRow {
  /** `build`, or `cache list`. */
  readonly command: string;
  readonly summary: string;
  readonly flags: readonly CompletionFlag[];
  /** Words behind a group, or the values that an argument can have. */
  readonly words: readonly CompletionWord[];
  /** Whether files can stand behind it. */
  readonly files: boolean;
}

export interface CompletionFlag {
  /** Without dash. */
  readonly name: string;
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

/** Words that stand behind a verb and are no files. */
const WORDS: Readonly<Record<string, readonly CompletionWord[]>> = {
  completion: ['bash', 'zsh', 'fish'].map((word) => ({ word, description: `the script for ${word}` })),
};

/** Everything that can be completed, in the order of the help. */
export function completionTable(commands: readonly (Command | CommandGroup)[]): readonly CompletionRow[] {
  return commands
    .filter(({ hidden }) => !hidden)
    .flatMap((one) =>
      'commands' in one
        ? [groupRow(one), ...one.commands.filter(({ hidden }) => !hidden).map(commandRow)]
        : [commandRow(one)],
    );
}

function groupRow({ name, summary, commands }: CommandGroup): CompletionRow {
  const words = commands.map((command) => ({
    word: command.name.slice(name.length + 1),
    description: command.summary,
  }));
  return { command: name, summary, flags: [], words, files: false };
}

function commandRow({ name, summary, flags, positional }: Command): CompletionRow {
  const shown = Object.entries(flags).filter(([, { hidden }]) => !hidden);
  const words = WORDS[name] ?? [];
  return {
    command: name,
    summary,
    flags: shown.map(([flag, { description, type, choices }]) => ({
      name: flag,
      description,
      takesValue: type !== 'boolean',
      choices: choices ?? [],
    })),
    words,
    files: positional !== undefined && words.length === 0 && /path|template/.test(positional),
  };
}
