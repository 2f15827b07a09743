import { existsSync } from 'node:fs';
import type { CheckpointStore } from '../../cache/store.js';
import type { Listed } from '../../cache/survey.js';
import type { Host } from '../../host.js';
import { cacheMessages } from '../../messages/cache.js';
import { commandMessages } from '../../messages/commands.js';
import { ImgpackError } from '../../messages/message.js';
import { compileGlob } from '../../plan/glob.js';
import { cacheFolderOf } from '../environment.js';
import { openStore } from '../run-cache.js';

/** The store, which says on standard error what it has to say. */
export const openCache = (host: Host): Promise<CheckpointStore> => openStore(host, (text) => host.err(`${text}\n`));

/** The same for a look; undefined where there is none yet, and none is made. */
export async function lookAtCache(host: Host): Promise<CheckpointStore | undefined> {
  return existsSync(cacheFolderOf(host)) ? openCache(host) : undefined;
}

/**
 * The one checkpoint whose key begins so.
 * @throws ImgpackError `cache/no-such-key`, `cache/several-keys`
 */
export function byPrefix(listed: readonly Listed[], prefix: string): Listed {
  const found = listed.filter(({ entry }) => entry.key.startsWith(prefix));
  const [only] = found;
  if (!only) throw new ImgpackError(cacheMessages.noSuchKey(prefix));
  const exact = found.find(({ entry }) => entry.key === prefix);
  if (found.length === 1 || exact) return exact ?? only;
  throw new ImgpackError(
    cacheMessages.severalKeys(
      prefix,
      found.map(({ entry }) => entry.key.slice(0, Math.max(12, prefix.length + 4))),
    ),
  );
}

/**
 * A filter for names of builds; undefined where all are wanted. Patterns stand in several flags, or with commas in one.
 * @throws ImgpackError `command/bad-pattern`
 */
export function buildFilter(
  flag: string,
  patterns: readonly string[] | undefined,
): ((name: string) => boolean) | undefined {
  if (!patterns) return undefined;
  const globs = patterns
    .flatMap((list) => list.split(','))
    .map((pattern) => {
      const glob = compileGlob(pattern);
      if (!glob) throw new ImgpackError(commandMessages.badPattern(`-${flag}`, pattern));
      return glob;
    });
  return (name) => globs.some((glob) => glob(name));
}
