import type { Listed } from '../../cache/survey.js';
import { formatBytes } from '../../contract/bytes.js';
import type { Host } from '../../host.js';
import type { CommandArguments } from '../command.js';
import { cacheFolderOf, cacheLimitOf } from '../environment.js';
import type { ListValues } from './flags.js';
import { buildFilter, lookAtCache } from './store.js';
import { ago, counted, shortKey, table } from './text.js';

/** `imgpack cache list`. */
export async function run(values: CommandArguments<ListValues>, host: Host): Promise<number> {
  const accepts = buildFilter('build', values.build);
  const [folder, limit] = [cacheFolderOf(host), cacheLimitOf(host)];
  const store = await lookAtCache(host);
  const listed = ((await store?.list()) ?? []).filter(({ entry }) => accepts?.(entry.build) ?? true);
  const bytes = (await store?.size()) ?? 0;
  if (values.json) {
    host.out(`${JSON.stringify({ folder, bytes, limit, checkpoints: listed.map(listedJson) }, null, 2)}\n`);
    return 0;
  }
  const now = new Date();
  const rows = listed.map(({ entry, lastUse }) => [
    shortKey(entry.key),
    entry.build,
    entry.step.name,
    formatBytes(entry.bytes),
    ago(new Date(entry.created), now),
    ago(lastUse, now),
  ]);
  const lines =
    rows.length > 0 ? [...table([['KEY', 'BUILD', 'STEP', 'SIZE', 'MADE', 'LAST USED'], ...rows], [3]), ''] : [];
  const count = listed.length === 0 ? 'no checkpoints' : counted(listed.length, 'checkpoint');
  lines.push(`${count}; the cache takes ${formatBytes(bytes)} of ${formatBytes(limit)} in ${folder}`);
  host.out(`${lines.join('\n')}\n`);
  return 0;
}

/** A checkpoint without what it was made from; `explain` has that. */
export const listedJson = ({ entry, lastUse, chain }: Listed) => ({
  key: entry.key,
  build: entry.build,
  template: entry.template,
  step: entry.step,
  created: entry.created,
  lastUse: lastUse.toISOString(),
  bytes: entry.bytes,
  layers: chain,
});
