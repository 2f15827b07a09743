import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createTemporaryFile } from '../../src/contract/helpers/local-resources.js';
import type { Resources } from '../../src/contract/resources.js';

/** What is known of a kept result. */
interface CacheRecord {
  /** Milliseconds since 1970. */
  readonly made: number;
  readonly bytes: number;
  readonly file: string;
}

/** Entries that nobody will ask for again: the archive has moved on since. */
const FORGET_AFTER = 14 * 86_400_000;

/** Results by the key of their recipe, in a folder. */
export interface ImageCache {
  readonly lockPath: string;
  /** The path of a result that is not older than `maxAge` milliseconds, and its age. */
  find(maxAge: number): Promise<{ readonly path: string; readonly age: number } | undefined>;
  /** Keeps the result that `make` writes to the path that it gets. */
  keep(resources: Resources, make: (path: string) => Promise<void>): Promise<string>;
}

/** Opens the cache for one key; `now` in milliseconds since 1970. */
export async function openCache(
  directory: string,
  key: string,
  extension: string,
  now: () => number,
): Promise<ImageCache> {
  await mkdir(directory, { recursive: true });
  const file = `${key}.${extension}`;
  const path = join(directory, file);
  const recordPath = join(directory, `${key}.json`);
  return {
    lockPath: join(directory, `${key}.lock`),
    async find(maxAge) {
      const record = await readRecord(recordPath);
      if (!record || record.file !== file) return undefined;
      const age = Math.max(0, now() - record.made);
      const bytes = await stat(path).then(
        ({ size }) => size,
        () => undefined,
      );
      return age <= maxAge && bytes === record.bytes ? { path, age } : undefined;
    },
    async keep(resources, make) {
      await forgetOld(directory, now());
      const draft = await createTemporaryFile(resources, directory, file, '');
      await make(draft.value);
      const record: CacheRecord = { made: now(), bytes: (await stat(draft.value)).size, file };
      const note = await createTemporaryFile(resources, directory, basename(recordPath), JSON.stringify(record));
      await rm(recordPath, { force: true });
      await rename(draft.value, path);
      await draft.keep();
      await rename(note.value, recordPath);
      await note.keep();
      return path;
    },
  };
}

async function readRecord(path: string): Promise<CacheRecord | undefined> {
  const content = await readFile(path, 'utf8').catch(() => undefined);
  if (content === undefined) return undefined;
  try {
    return JSON.parse(content) as CacheRecord;
  } catch {
    return undefined; // Not a record: as good as none, and replaced by the next result.
  }
}

async function forgetOld(directory: string, now: number): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!/^[0-9a-f]{64}\.json$/.test(name)) continue;
    const record = await readRecord(join(directory, name));
    if (record && now - record.made <= FORGET_AFTER) continue;
    await rm(join(directory, name), { force: true });
    if (record) await rm(join(directory, basename(record.file)), { force: true });
  }
}
