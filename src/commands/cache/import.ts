import { resolve } from 'node:path';
import type { Host } from '../../host.js';
import { cacheMessages } from '../../messages/cache.js';
import { printable, printFault, type Printable } from '../../messages/print.js';
import type { CommandArguments } from '../command.js';
import { wantsColor } from '../faults.js';
import type { TransferValues } from './flags.js';
import { buildFilter, openCache } from './store.js';
import { counted, shortKey } from './text.js';

/** `imgpack cache import PATH`. Exit 1 where something of it is damaged; what is sound is taken. */
export async function run(values: CommandArguments<TransferValues>, host: Host): Promise<number> {
  const build = buildFilter('only', values.only);
  const store = await openCache(host);
  const path = values.positionals[0] as string;
  const received = await store.import(resolve(host.workingDirectory, path), build && { build });
  const { taken, kept, damaged, secret, unreachable } = received;
  if (values.json) {
    host.out(`${JSON.stringify({ imported: taken, kept, damaged, secret, unreachable }, null, 2)}\n`);
    return damaged.length > 0 ? 1 : 0;
  }
  const here = kept.length > 0 ? `; ${kept.length} ${kept.length === 1 ? 'was' : 'were'} here already` : '';
  host.out(`imported ${counted(taken.length, 'checkpoint')}${here}\n`);
  const tell = (fault: Printable) =>
    host.err(printFault(fault, { color: wantsColor(host, host.isTerminal), width: 100, frame: () => [] }));
  if (unreachable > 0) tell(printable(cacheMessages.otherSecret(unreachable), { severity: 'warning' }));
  if (damaged.length > 0) {
    const lines = damaged.map(({ key, reason }) => `${shortKey(key)}: ${reason}`);
    tell(printable(cacheMessages.damagedImport(path, damaged.length), { lines }));
  }
  return damaged.length > 0 ? 1 : 0;
}
