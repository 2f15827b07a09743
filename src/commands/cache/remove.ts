import type { Host } from '../../host.js';
import type { CommandArguments } from '../command.js';
import type { JsonValues } from './flags.js';
import { byPrefix, openCache } from './store.js';
import { shortKey } from './text.js';

/** `imgpack cache remove KEY…`: all of them, or none where one of the keys is wrong. */
export async function run(values: CommandArguments<JsonValues>, host: Host): Promise<number> {
  const store = await openCache(host);
  const listed = await store.list();
  const chosen = [...new Set(values.positionals.map((prefix) => byPrefix(listed, prefix).entry))];
  for (const { key } of chosen) await store.remove(key);
  if (values.json) host.out(`${JSON.stringify({ removed: chosen.map(({ key }) => key) }, null, 2)}\n`);
  else for (const { key, build, step } of chosen) host.out(`removed ${shortKey(key)}, ${build} after ${step.name}\n`);
  return 0;
}
