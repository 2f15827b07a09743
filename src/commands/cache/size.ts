import { formatBytes } from '../../contract/bytes.js';
import type { Host } from '../../host.js';
import type { CommandArguments } from '../command.js';
import { cacheFolderOf, cacheLimitOf } from '../environment.js';
import type { JsonValues } from './flags.js';
import { lookAtCache } from './store.js';

/** `imgpack cache size`. */
export async function run(values: CommandArguments<JsonValues>, host: Host): Promise<number> {
  const [folder, limit] = [cacheFolderOf(host), cacheLimitOf(host)];
  const bytes = (await (await lookAtCache(host))?.size()) ?? 0;
  host.out(
    values.json
      ? `${JSON.stringify({ folder, bytes, limit }, null, 2)}\n`
      : `${formatBytes(bytes)} of ${formatBytes(limit)} in ${folder}\n`,
  );
  return 0;
}
