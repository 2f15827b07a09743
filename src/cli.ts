import type { Argv } from 'yargs';
import { normalizeArguments } from './commands/arguments.js';
import { commands } from './commands/catalog.js';
import type { Command } from './commands/command.js';
import type { Flag } from './commands/flags.js';
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
      host.out(`${await (await commandLine()).getHelp()}\n`);
      return first === undefined ? EXIT_UNKNOWN_COMMAND : 0;
    }
    const command = commands.find(({ name }) => name === first);
    if (!command) {
      const names = commands.filter(({ hidden }) => !hidden).map(({ name }) => name);
      fail(new ImgpackError(commandMessages.unknownCommand(first, names)), host);
      return EXIT_UNKNOWN_COMMAND;
    }
    if (machineReadable && command.flags['machine-readable']) words.push('-machine-readable');
    return await dispatch(command, normalizeArguments(command, words.slice(1)), host);
  } catch (error) {
    fail(error, host);
    return 1;
  }
}

async function dispatch(command: Command, words: string[], host: Host): Promise<number> {
  const parser = await commandLine(command);
  if (words.includes('--help')) {
    host.out(`${await parser.getHelp()}\n`);
    return 0;
  }
  const parsed = await parser.parse([command.name, ...words]);
  const positionals = parsed._.slice(1).map(String);
  const usage = command.positional ?? '';
  const [least, most] = usage === '' ? [0, 0] : [usage.startsWith('<') ? 1 : 0, usage.includes('..') ? Infinity : 1];
  if (positionals.length < least || positionals.length > most) {
    throw new ImgpackError(commandMessages.positionals(command.name, usage, positionals.length));
  }
  const { run } = await command.load();
  return await run({ ...parsed, positionals } as never, host);
}

/** yargs set up for the list of commands, or for the help of one. */
async function commandLine(command?: Command): Promise<Argv> {
  const { default: yargs } = await import('yargs');
  let parser = yargs([])
    .scriptName('imgpack')
    .version(false)
    .help(false)
    .exitProcess(false)
    .showHelpOnFail(false)
    .wrap(100)
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'greedy-arrays': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'populate--': false,
    });
  if (!command) {
    parser = parser.usage(
      'imgpack builds machine images from Packer templates.\n\nUsage: imgpack <command> [flags] [arguments]',
    );
    for (const { name, summary, hidden } of commands) if (!hidden) parser = parser.command(name, summary);
    return parser.epilogue(
      'Flags take one dash or two. `imgpack <command> -help` shows the flags of a command, with examples.',
    );
  }
  parser = parser.usage(
    `Usage: imgpack ${command.name} [flags]${command.positional ? ` ${command.positional}` : ''}\n\n${command.summary[0]?.toUpperCase()}${command.summary.slice(1)}.`,
  );
  if (command.positional) parser = parser.epilogue(`${command.positional}: ${command.positionalDescription}`);
  for (const [name, flag] of Object.entries(command.flags)) parser = parser.option(name, yargsOption(flag));
  for (const [line, description] of command.examples) parser = parser.example(line, description);
  return parser;
}

function yargsOption(flag: Flag) {
  return {
    type:
      flag.type === 'boolean'
        ? ('boolean' as const)
        : flag.type === 'number'
          ? ('number' as const)
          : ('string' as const),
    array: flag.type === 'list',
    requiresArg: flag.type !== 'boolean',
    hidden: flag.hidden === true,
    describe: flag.placeholder ? `${flag.description} (${flag.placeholder})` : flag.description,
    ...(flag.default !== undefined && { default: flag.default }),
    ...(flag.choices && { choices: flag.choices }),
  };
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
