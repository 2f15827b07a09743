import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import type { Json, JsonObject } from '../contract/json.js';
import { cacheFault } from './faults.js';
import { namesIn, readJson } from './files.js';
import { isKey } from './entry.js';
import type { StoreFolder } from './folder.js';

const SUFFIX = '.json';

/**
 * Small things to remember, by kind and key: a file each, written whole. A file that cannot be read, or that something
 * else put there, is as good as none. Two that write the same record at once: the last one stays.
 */
export class Records {
  constructor(private readonly folder: StoreFolder) {}

  get(kind: string, key: string): Promise<Json | undefined> {
    return this.guard(async () => valueOf(await readJson(this.path(kind, key)), key));
  }

  /** On the disk when the promise resolves. */
  async put(kind: string, key: string, value: Json): Promise<void> {
    await this.guard(async () => {
      await mkdir(this.kindFolder(kind), { recursive: true, mode: 0o700 });
      await this.folder.write(this.path(kind, key), JSON.stringify({ key, value }), { durable: true });
    });
  }

  /** All records of a kind, sorted by key. */
  list(kind: string): Promise<{ readonly key: string; readonly value: Json }[]> {
    return this.guard(async () => {
      const found: { readonly key: string; readonly value: Json }[] = [];
      for (const name of await namesIn(this.kindFolder(kind))) {
        const json = name.endsWith(SUFFIX) ? await readJson(this.folder.at('records', kind, name)) : undefined;
        const key = (json as JsonObject | null | undefined)?.['key'];
        const value = typeof key === 'string' && nameOf(key) === name ? valueOf(json, key) : undefined;
        if (value !== undefined) found.push({ key: key as string, value });
      }
      return found.sort((a, b) => (a.key < b.key ? -1 : 1));
    });
  }

  async remove(kind: string, key: string): Promise<void> {
    await this.guard(() => rm(this.path(kind, key), { force: true }));
  }

  private path(kind: string, key: string): string {
    return this.folder.at('records', this.named(kind), nameOf(key));
  }

  private kindFolder(kind: string): string {
    return this.folder.at('records', this.named(kind));
  }

  private named(kind: string): string {
    if (!isKey(kind)) throw new TypeError(`no kind of a record: ${kind}`);
    return kind;
  }

  private async guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw cacheFault(this.folder.path, error);
    }
  }
}

/** A key may be any text; one that is no file name goes by its digest. */
const nameOf = (key: string): string =>
  isKey(key) ? `${key}${SUFFIX}` : `,${createHash('sha256').update(key).digest('hex')}${SUFFIX}`;

function valueOf(json: Json | undefined, key: string): Json | undefined {
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return undefined;
  const { key: named, value } = json as JsonObject;
  return named === key ? value : undefined;
}
