import { lstat } from 'node:fs/promises';
import { isAbsolute, join, normalize } from 'node:path';
import type { Json, JsonObject } from '../contract/json.js';
import { isLayerId } from './entry.js';
import { codeOf } from './faults.js';
import { bytesOf, filesBelow, foldersBelow, namesIn, readJson, sync } from './files.js';
import type { StoreFolder } from './folder.js';

/** What is known of a complete layer; the file with it is written last. */
export interface LayerRecord {
  /** The layer that it lies over, by id. */
  readonly parent?: string;
  /** Blocks on the disk, in bytes, without those of its parents. */
  readonly bytes: number;
  readonly files: readonly LayerFile[];
}

export interface LayerFile {
  /** Relative to the layer. */
  readonly path: string;
  readonly size: number;
  /** Lower-case hex, where the layer came from another store. */
  readonly sha256?: string;
}

export const recordPath = (folder: StoreFolder, id: string): string => folder.at('layers', `${id}.json`);

/** Brings a layer's files to the disk, so that its record may be written. */
export async function seal(folder: StoreFolder, id: string, parent: string | undefined): Promise<LayerRecord> {
  const path = folder.at('layers', id);
  const files = await filesBelow(path);
  for (const file of files) await sync(join(path, file.path));
  for (const inner of await foldersBelow(path)) await sync(inner);
  return {
    ...(parent !== undefined && { parent }),
    bytes: bytesOf(files),
    files: files.map(({ path, size }) => ({ path, size })),
  };
}

export async function writeRecord(folder: StoreFolder, id: string, record: LayerRecord): Promise<void> {
  await folder.write(recordPath(folder, id), JSON.stringify(record), { durable: true });
}

export async function readRecord(folder: StoreFolder, id: string): Promise<LayerRecord | undefined> {
  const json = await readJson(recordPath(folder, id));
  return isRecord(json) ? json : undefined;
}

/** The record of a layer that is complete: every file of it is there, in its size. */
export async function completeRecord(folder: StoreFolder, id: string): Promise<LayerRecord | undefined> {
  const record = await readRecord(folder, id);
  return record && (await hasFiles(folder.at('layers', id), record)) ? record : undefined;
}

/**
 * A layer and those below it, the deepest last; undefined where one of them is not complete.
 * @param complete finds the record of a complete layer
 */
export async function completeChain(
  folder: StoreFolder,
  id: string,
  complete: (id: string) => Promise<LayerRecord | undefined> = (one) => completeRecord(folder, one),
): Promise<string[] | undefined> {
  const chain: string[] = [];
  let at: string | undefined = id;
  while (at !== undefined) {
    const record: LayerRecord | undefined = await complete(at);
    if (!record || chain.includes(at)) return undefined;
    chain.push(at);
    at = record.parent;
  }
  return chain;
}

/** What the folder of layers holds: ids of folders, and of records. */
export async function layersOnDisk(folder: StoreFolder): Promise<{ folders: string[]; records: string[] }> {
  const names = await namesIn(folder.at('layers'));
  return {
    folders: names.filter(isLayerId),
    records: names
      .filter((name) => name.endsWith('.json') && isLayerId(name.slice(0, -5)))
      .map((name) => name.slice(0, -5)),
  };
}

async function hasFiles(path: string, { files }: LayerRecord): Promise<boolean> {
  const fits = await Promise.all(
    [{ path: '.', size: undefined }, ...files].map(async (file) => {
      try {
        const stats = await lstat(join(path, file.path));
        return file.size === undefined || (stats.isFile() && stats.size === file.size);
      } catch (error) {
        if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return false;
        throw error;
      }
    }),
  );
  return fits.every(Boolean);
}

export function isRecord(json: Json | undefined): json is LayerRecord & JsonObject {
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return false;
  const { parent, bytes, files } = json as JsonObject;
  return (
    (parent === undefined || (typeof parent === 'string' && isLayerId(parent))) &&
    typeof bytes === 'number' &&
    Array.isArray(files) &&
    files.every((file: Json) => {
      const { path, size } = (file ?? {}) as JsonObject;
      return typeof path === 'string' && staysInside(path) && typeof size === 'number';
    })
  );
}

/** A record may come from elsewhere: its files must lie in its layer. */
const staysInside = (path: string): boolean =>
  path !== '' && path === normalize(path) && !isAbsolute(path) && path.split('/')[0] !== '..';
