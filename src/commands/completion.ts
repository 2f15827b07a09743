import type { Host } from '../host.js';
import { commandMessages } from '../messages/commands.js';
import { ImgpackError } from '../messages/message.js';
import type { Command, CommandArguments, CommandGroup } from './command.js';
import { bashScript, zshScript } from './completion/bash.js';
import { fishScript } from './completion/fish.js';
import { completionTable } from './completion/table.js';

const shells: Readonly<Record<string, (table: ReturnType<typeof completionTable>) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** `imgpack completion SHELL`: the script is made from the table of commands, so that completing starts no process. */
export function run(
  values: CommandArguments<object>,
  host: Host,
  commands: readonly (Command | CommandGroup)[],
): Promise<number> {
  const shell = values.positionals[0] as string;
  const script = Object.hasOwn(shells, shell) ? shells[shell] : undefined;
  if (!script) throw new ImgpackError(commandMessages.unknownShell(shell, Object.keys(shells)));
  host.out(script(completionTable(commands)));
  return Promise.resolve(0);
}
