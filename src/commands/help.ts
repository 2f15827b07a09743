import yargs, { type Argv } from 'yargs';
import { commands } from './catalog.js';
import type { Command, CommandGroup } from './command.js';
import type { Flag } from './flags.js';

/** The list of commands, or the help of one. */
export async function helpText(command?: Command): Promise<string> {
  return `${await (command ? ofCommand(command) : ofAll()).getHelp()}\n`;
}

/** The verbs of a group. */
export async function groupHelpText({ name, summary, commands: verbs, examples }: CommandGroup): Promise<string> {
  let parser = page().usage(`Usage: imgpack ${name} <command> [flags] [arguments]\n\n${capital(summary)}.`);
  for (const verb of verbs) {
    const usage = [verb.name, ...(verb.positional ? [verb.positional] : [])].join(' ');
    parser = parser.command(usage, verb.summary);
  }
  for (const [line, description] of examples) parser = parser.example(line, description);
  return `${await parser.epilogue(`\`imgpack ${name} <command> -help\` shows the flags of a command.`).getHelp()}\n`;
}

const capital = (text: string): string => `${text[0]?.toUpperCase()}${text.slice(1)}`;

const page = (): Argv => yargs([]).scriptName('imgpack').version(false).help(false).exitProcess(false).wrap(100);

function ofAll(): Argv {
  let parser = page().usage(
    'imgpack builds machine images from Packer templates.\n\nUsage: imgpack <command> [flags] [arguments]',
  );
  for (const { name, summary, hidden } of commands) if (!hidden) parser = parser.command(name, summary);
  return parser.epilogue(
    'Flags take one dash or two. `imgpack <command> -help` shows the flags of a command, with examples.',
  );
}

function ofCommand(command: Command): Argv {
  let parser = page().usage(
    `Usage: imgpack ${command.name} [flags]${command.positional ? ` ${command.positional}` : ''}\n\n${capital(command.summary)}.`,
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
