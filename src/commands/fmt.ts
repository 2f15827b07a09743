import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { format } from '../hcl/format/format.js';
import { Redactor } from '../messages/redactor.js';
import { commandMessages } from '../messages/commands.js';
import { ImgpackError } from '../messages/message.js';
import type { Host } from '../host.js';
import type { FmtValues } from './flag-tables.js';
import type { CommandArguments } from './command.js';
import { faultOf, faultPrinter, type FaultPrinter } from './faults.js';
import { unifiedDiff } from './unified-diff.js';

const EXIT_WOULD_CHANGE = 3;

interface Tally {
  changed: number;
  failed: number;
}

/** `imgpack fmt`: rewrites in place, lists what changed. Exit 3 with `-check` if a file would change, 1 if one cannot be read. */
export async function run(values: CommandArguments<FmtValues>, host: Host): Promise<number> {
  const tally: Tally = { changed: 0, failed: 0 };
  const seen = new Map<string, string>();
  const faults = faultPrinter({
    write: (message) => host.out(message),
    color: false,
    sources: (file) => seen.get(file),
    redactor: new Redactor(),
  });
  for (const path of values.positionals) {
    if (path === '-') {
      await formatOne(path, await readAll(host.stdin), values, host, tally, faults, seen);
      continue;
    }
    try {
      for (const file of await filesOf(path, values.recursive)) {
        await formatOne(file, await readFile(file, 'utf8'), values, host, tally, faults, seen);
      }
    } catch (error) {
      tally.failed++;
      faults.print([faultOf(readFault(path, error))]);
    }
  }
  if (tally.failed > 0) return 1;
  return values.check && tally.changed > 0 ? EXIT_WOULD_CHANGE : 0;
}

async function formatOne(
  path: string,
  before: string,
  values: FmtValues,
  host: Host,
  tally: Tally,
  faults: FaultPrinter,
  seen: Map<string, string>,
): Promise<void> {
  const fromStdin = path === '-';
  seen.set(path, before);
  const result = format(before, fromStdin ? '<stdin>' : path);
  if (faults.print(result.diagnostics)) {
    tally.failed++;
    return;
  }
  const differs = result.text !== before;
  if (differs) tally.changed++;
  if (fromStdin) {
    if (!values.check && (values.write || !differs)) host.out(result.text);
    return;
  }
  if (!differs) return;
  host.out(`${path}\n`);
  if (values.write && !values.check) await writeFile(path, result.text);
  if (values.diff) host.out(unifiedDiff(`old/${path}`, `new/${path}`, before, result.text));
}

/** Formattable files of a path: what a folder holds by name, folders inside first, hidden and editor files left out. */
async function filesOf(path: string, recursive: boolean): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) {
    if (!isTemplateName(path)) throw new ImgpackError(commandMessages.notFormattable(path));
    return [path];
  }
  const found: string[] = [];
  const entries = await readdir(path, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.name.startsWith('.') || entry.name.endsWith('~') || /^#.*#$/.test(entry.name)) continue;
    const inside = join(path, entry.name);
    if (entry.isDirectory()) {
      if (recursive) found.push(...(await filesOf(inside, true)));
    } else if (isTemplateName(entry.name)) found.push(inside);
  }
  return found;
}

function isTemplateName(name: string): boolean {
  return name.endsWith('.pkr.hcl') || name.endsWith('.pkrvars.hcl');
}

function readFault(path: string, error: unknown): unknown {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error) {
    return new ImgpackError(commandMessages.unreadable(path, error.code), { cause: error });
  }
  return error;
}
