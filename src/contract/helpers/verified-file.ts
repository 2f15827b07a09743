import { createHash } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from './checksum.js';
import { digestText, hashFile } from './checksum.js';

export interface VerifyOptions {
  /** Folder in which it is noted what was hashed. */
  readonly cacheDirectory: string;
  readonly signal: AbortSignal;
  readonly onProgress?: (bytes: number, total: number) => void;
}

/**
 * Whether a file has a digest. Hashing an image of some gigabytes takes seconds, so the result is noted together with
 * size, inode and time of the last change of the inode (which, unlike the time of modification, cannot be set), and a
 * file that did not change is not hashed again.
 * @returns undefined where it has, else the hex digits that it has instead
 */
export async function differingDigest(
  path: string,
  digest: Digest,
  options: VerifyOptions,
): Promise<string | undefined> {
  const stats = await stat(path, { bigint: true });
  const identity = `${stats.dev}/${stats.ino}/${stats.size}/${stats.ctimeNs} ${digestText(digest)}`;
  const note = join(options.cacheDirectory, 'verified', createHash('sha1').update(path).digest('hex'));
  if ((await readFile(note, 'utf8').catch(() => '')) === identity) return undefined;
  const hex = await hashFile(path, digest.kind, {
    signal: options.signal,
    onProgress: (bytes) => options.onProgress?.(bytes, Number(stats.size)),
  });
  if (hex !== digest.hex) return hex;
  await mkdir(join(options.cacheDirectory, 'verified'), { recursive: true });
  await writeFile(note, identity);
  return undefined;
}
