import { readArguments } from './commands/arguments.js';
import { commands } from './commands/catalog.js';
import type { Command, CommandGroup } from './commands/command.js';
import { processHost, type Host } from './host.js';
import { commandMessages } from './messages/commands.js';
import { ImgpackError } from './messages/message.js';
import { printable, printFault } from './messages/print.js';

const EXIT_UNKNOWN_COMMAND = 127;
const HELP_WORDS = new Set(['-h', '-help', '--help']);
const VERSION_WORDS = new Set(['-v', '-version', '--version']);

/** Reads the command line, runs the verb and returns the exit code (docs/exit-codes.md). Never throws. */
export async function main(argv: readonly string[], host: Host = processHost()): Promise<number> {
  // Packer takes this one anywhere, even in front of the verb.
  const machineReadable = argv.includes('-machine-readable');
  const words = argv.filter((word) => word !== '-machine-readable');
  const first = words[0];
  try {
    if (first !== undefined && VERSION_WORDS.has(first))
      return await (await import('./commands/version.js')).run({ json: false, positionals: [] }, host);
    if (first === undefined || HELP_WORDS.has(first) || first === 'help') {
      host.out(await (await import('./commands/help.js')).helpText());
      return first === undefined ? EXIT_UNKNOWN_COMMAND : 0;
    }
    const command = commands.find(({ name }) => name === first);
    if (!command) return unknown(first, commands, 'imgpack', host);
    if ('commands' in command) return await dispatchGroup(command, words.slice(1), host);
    if (machineReadable && command.flags['machine-readable']) words.push('-machine-readable');
    return await dispatch(command, words.slice(1), host);
  } catch (error) {
    fail(error, host);
    return 1;
  }
}

/** `imgpack cache list …`: the word behind the group is a verb of its own. */
async function dispatchGroup(group: CommandGroup, words: string[], host: Host): Promise<number> {
  const [word] = words;
  if (word === undefined || HELP_WORDS.has(word) || word === 'help') {
    host.out(await (await import('./commands/help.js')).groupHelpText(group));
    return word === undefined ? EXIT_UNKNOWN_COMMAND : 0;
  }
  const command = group.commands.find(({ name }) => name === `${group.name} ${word}`);
  if (!command) return unknown(`${group.name} ${word}`, group.commands, `imgpack ${group.name}`, host);
  return dispatch(command, words.slice(1), host);
}

function unknown(
  name: string,
  known: readonly { readonly name: string; readonly hidden?: boolean }[],
  lister: string,
  host: Host,
): number {
  const names = known.filter(({ hidden }) => !hidden).map((command) => command.name);
  fail(new ImgpackError(commandMessages.unknownCommand(name, names, lister)), host);
  return EXIT_UNKNOWN_COMMAND;
}

async function dispatch(command: Command, words: string[], host: Host): Promise<number> {
  const { values, positionals, help } = readArguments(command, words);
  if (help) {
    host.out(await (await import('./commands/help.js')).helpText(command));
    return 0;
  }
  const usage = command.positional ?? '';
  const [least, most] = usage === '' ? [0, 0] : [usage.startsWith('<') ? 1 : 0, usage.includes('..') ? Infinity : 1];
  if (positionals.length < least || positionals.length > most) {
    throw new ImgpackError(commandMessages.positionals(command.name, usage, positionals.length));
  }
  const { run } = await command.load();
  return await run({ ...values, positionals } as never, host);
}

/** Tells a failure of the command line itself; commands report their own. */
function fail(error: unknown, host: Host): void {
  const color = host.isTerminal && !host.env['NO_COLOR'];
  const known =
    error instanceof ImgpackError
      ? error
      : new ImgpackError(commandMessages.internal(error instanceof Error ? error.message : String(error)), {
          cause: error,
        });
  const text = printFault(
    printable(
      { code: known.code, text: known.message, ...(known.hint && { hint: known.hint }) },
      { lines: known.details },
    ),
    { color, width: 100, frame: () => [] },
  );
  host.err(text);
  if (host.env['PACKER_LOG'] && error instanceof Error) host.err(`${error.stack}\n`);
}
