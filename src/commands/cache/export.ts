import { resolve } from 'node:path';
import type { Host } from '../../host.js';
import type { CommandArguments } from '../command.js';
import type { TransferValues } from './flags.js';
import { buildFilter, openCache } from './store.js';
import { counted } from './text.js';

/** `imgpack cache export PATH`. */
export async function run(values: CommandArguments<TransferValues>, host: Host): Promise<number> {
  const build = buildFilter('only', values.only);
  const store = await openCache(host);
  const path = values.positionals[0] as string;
  const { keys, elsewhere } = await store.export(resolve(host.workingDirectory, path), build && { build });
  if (values.json) {
    host.out(`${JSON.stringify({ exported: keys, elsewhere }, null, 2)}\n`);
    return 0;
  }
  host.out(`exported ${counted(keys.length, 'checkpoint')} to ${path}\n`);
  if (elsewhere.length > 0) {
    host.out(`left out ${counted(elsewhere.length, 'checkpoint')} whose machine lies outside the cache\n`);
  }
  return 0;
}
