import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import type { Host } from '../host.js';
import { Diagnostics } from '../hcl/diagnostic.js';
import { commandMessages } from '../messages/commands.js';
import { ImgpackError } from '../messages/message.js';
import { Redactor } from '../messages/redactor.js';
import { checkLegacyText, fixLegacyText } from '../template/legacy/fix-text.js';
import type { FixValues } from './flag-tables.js';
import type { CommandArguments } from './command.js';
import { faultPrinter } from './faults.js';

/** `imgpack fix`: prints a JSON template with what older versions wrote put right. Exit 1 if it cannot be, or is not valid then. */
export async function run(values: CommandArguments<FixValues>, host: Host): Promise<number> {
  const path = values.positionals[0] as string;
  const before = await readTemplate(path, host);
  let shown = before;
  const faults = faultPrinter({
    write: (text) => host.err(text),
    color: false,
    sources: () => shown,
    redactor: new Redactor(),
  });
  const diagnostics = new Diagnostics();
  const fixed = fixLegacyText({ name: path, text: before }, diagnostics);
  if (fixed === undefined) {
    faults.print(diagnostics.list);
    return 1;
  }
  host.out(`${fixed}\n\n`);
  if (!values.validate) return 0;
  // Places are those of the text that was printed.
  shown = fixed;
  checkLegacyText({ name: path, text: fixed }, diagnostics);
  return faults.print(diagnostics.list) ? 1 : 0;
}

/**
 * The text of a template, or of standard input for `-`.
 * @throws ImgpackError where it cannot be read
 */
export async function readTemplate(path: string, host: Host): Promise<string> {
  if (path === '-') return readAll(host.stdin);
  try {
    return await readFile(resolve(host.workingDirectory, path), 'utf8');
  } catch (cause) {
    throw new ImgpackError(commandMessages.unreadable(path, (cause as NodeJS.ErrnoException).code ?? ''), { cause });
  }
}
