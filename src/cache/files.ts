import { lstat, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Json } from '../contract/json.js';
import { codeOf } from './faults.js';

const BLOCK_BYTES = 512;

/** One regular file of a folder. */
export interface FileFound {
  /** Relative to the folder. */
  readonly path: string;
  /** In bytes, holes included. */
  readonly size: number;
  /** What it takes on the disk, in bytes. */
  readonly allocated: number;
}

export interface WriteOptions {
  /** On the disk when the promise resolves, or else only as long as the system runs. */
  readonly durable: boolean;
  /** Called when nothing can fail any more for want of room, before the new content shows. */
  ready?(): Promise<void>;
}

/** Writes `content` to `path` by way of `draft`, on the same file system: whoever reads `path` sees all of it or nothing. */
export async function writeAtomically(
  draft: string,
  path: string,
  content: string | Uint8Array,
  options: WriteOptions,
): Promise<void> {
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(content);
      if (options.durable) await file.sync();
    } finally {
      await file.close();
    }
    await options.ready?.();
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  if (options.durable) await sync(dirname(path));
}

/** Brings a file, or the names in a folder, to the disk. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The JSON of a file; undefined where there is no file, and where it holds something else. */
export async function readJson(path: string): Promise<Json | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Json;
  } catch (error) {
    if (error instanceof SyntaxError || codeOf(error) === 'ENOENT' || codeOf(error) === 'EISDIR') return undefined;
    throw error;
  }
}

/** The names in a folder, sorted; none where there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Every regular file below a folder, sorted by path. What vanishes meanwhile is left out. */
export async function filesBelow(folder: string): Promise<FileFound[]> {
  const found: FileFound[] = [];
  for (const entry of (await readdir(folder, { withFileTypes: true }).catch(absent)) ?? []) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const inner = await filesBelow(path);
      found.push(...inner.map((file) => ({ ...file, path: join(entry.name, file.path) })));
    } else if (entry.isFile()) {
      const stats = await lstat(path).catch(absent);
      if (stats) found.push({ path: entry.name, size: stats.size, allocated: stats.blocks * BLOCK_BYTES });
    }
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Every folder below a folder, and itself, by absolute path. */
export async function foldersBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const inner = entries.filter((entry) => entry.isDirectory()).map(({ name }) => foldersBelow(join(folder, name)));
  return [folder, ...(await Promise.all(inner)).flat()];
}

const absent = (error: unknown): undefined => {
  if (codeOf(error) === 'ENOENT') return undefined;
  throw error;
};

export const bytesOf = (files: readonly FileFound[]): number =>
  files.reduce((sum, { allocated }) => sum + allocated, 0);
