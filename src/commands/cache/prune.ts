import { formatBytes, parseBytes } from '../../contract/bytes.js';
import { parseDuration } from '../../contract/duration.js';
import type { Host } from '../../host.js';
import { commandMessages } from '../../messages/commands.js';
import { ImgpackError } from '../../messages/message.js';
import type { CommandArguments } from '../command.js';
import type { PruneValues } from './flags.js';
import { buildFilter, openCache } from './store.js';
import { counted } from './text.js';

const DAY_MILLISECONDS = 86_400_000;

/** `imgpack cache prune`. */
export async function run(values: CommandArguments<PruneValues>, host: Host): Promise<number> {
  const build = buildFilter('build', values.build);
  const maxAge = ageOf(values['older-than']);
  const limit = sizeOf(values.size);
  const store = await openCache(host);
  const pruned = await store.prune({
    all: values.all && build === undefined,
    ...(build && { build }),
    ...(maxAge !== undefined && { maxAge }),
    ...(limit !== undefined && { limit }),
  });
  const { left } = pruned;
  if (values.json) host.out(`${JSON.stringify({ removed: pruned.keys, bytes: pruned.bytes, left }, null, 2)}\n`);
  else {
    const what = `removed ${counted(pruned.keys.length, 'checkpoint')}, ${formatBytes(pruned.bytes)}`;
    host.out(`${what}; the cache takes ${formatBytes(left)}\n`);
  }
  return 0;
}

/** A Go duration, which days may stand before. */
function ageOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, days, rest = ''] = /^(?:(\d+)d)?(.*)$/.exec(text) ?? [];
  const others = rest === '' && days !== undefined ? 0 : parseDuration(rest);
  if (others === undefined || others < 0) throw new ImgpackError(commandMessages.badAge('-older-than', text));
  return Number(days ?? 0) * DAY_MILLISECONDS + others;
}

function sizeOf(text: string | undefined): number | undefined {
  const bytes = text === undefined ? undefined : parseBytes(text);
  if (text !== undefined && bytes === undefined) throw new ImgpackError(commandMessages.badSize('-size', text));
  return bytes;
}
