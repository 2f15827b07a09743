import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DigestCache } from '../../cache/digests.js';
import type { BuildRecord } from './records.js';

/**
 * Whether the run of `last` made all that is at `path`, and nobody changed it since.
 * @param path absolute; a file or a folder
 */
export async function isOwnOutput(path: string, last: BuildRecord | undefined, digests: DigestCache): Promise<boolean> {
  const outputs = new Map((last?.outputs ?? []).map((file) => [file.path, file]));
  if (outputs.size === 0) return false;
  const files = await filesAt(path);
  if (files === undefined || files.length === 0) return false;
  for (const file of files) {
    const made = outputs.get(file);
    if (!made || !(await digests.verify(made.path, made.record))) return false;
  }
  return true;
}

/** Absolute paths of a file, or of all files below a folder; undefined where there is nothing. */
async function filesAt(path: string): Promise<string[] | undefined> {
  const stats = await lstat(path).catch(() => undefined);
  if (!stats) return undefined;
  if (!stats.isDirectory()) return [path];
  const files: string[] = [];
  for (const { name } of await readdir(path, { withFileTypes: true })) {
    files.push(...((await filesAt(join(path, name))) ?? []));
  }
  return files;
}
