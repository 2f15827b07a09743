import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { readdir, readlink, stat, lstat } from 'node:fs/promises';
import { hashFile } from '../contract/helpers/checksum.js';
import { digestMessages } from '../messages/digests.js';
import { ImgpackError } from '../messages/message.js';
import { codeOf } from './faults.js';

const ATTEMPTS = 3;
const AT_ONCE = 8;
const SLASH = Buffer.from('/');

/** Hashes the content of one file that is `stats` now. */
export type HashContent = (path: Buffer, stats: BigIntStats) => Promise<string>;

/**
 * `sha256:…` of a file's content, or of everything in a folder: names, permission bits, content, and where links lead.
 * A link counts by its text and by what it leads to, because an upload follows it.
 * @throws ImgpackError `digest/unreadable`, `digest/unstable`
 */
export async function digestOf(path: string, stats: BigIntStats, content: HashContent): Promise<string> {
  const bytes = Buffer.from(path);
  return stats.isDirectory() ? digestOfFolder(bytes, content, [identity(stats)]) : content(bytes, stats);
}

async function digestOfFolder(path: Buffer, content: HashContent, around: readonly string[]): Promise<string> {
  const names = await readable(path, () => readdir(path, { encoding: 'buffer' }));
  names.sort((a, b) => Buffer.compare(a, b));
  const hash = createHash('sha256').update('folder\n');
  for (let first = 0; first < names.length; first += AT_ONCE) {
    const some = names.slice(first, first + AT_ONCE);
    const lines = await Promise.all(some.map((name) => lineOf(path, name, content, around)));
    for (const line of lines) hash.update(line);
  }
  return `sha256:${hash.digest('hex')}`;
}

/** All parts but the last are of known form or length, so no two different entries make one line. */
async function lineOf(folder: Buffer, name: Buffer, content: HashContent, around: readonly string[]): Promise<Buffer> {
  const path = Buffer.concat([folder, SLASH, name]);
  const stats = await readable(path, () => lstat(path, { bigint: true }));
  const mode = (Number(stats.mode) & 0o7777).toString(8);
  const line = (kind: string, digest: string, target = Buffer.alloc(0)) =>
    Buffer.concat([Buffer.from(`${kind} ${mode} ${digest} ${target.length} ${name.length} `), target, name]);
  if (stats.isFile()) return line('file', await content(path, stats));
  if (stats.isDirectory()) return line('folder', await digestOfFolder(path, content, [...around, identity(stats)]));
  if (!stats.isSymbolicLink()) return line('special', '-');
  const target = await readable(path, () => readlink(path, { encoding: 'buffer' }));
  return line('link', await digestBehind(path, content, around), target);
}

/** What a link leads to; one that leads nowhere or back into a folder around it adds nothing. */
async function digestBehind(path: Buffer, content: HashContent, around: readonly string[]): Promise<string> {
  const stats = await stat(path, { bigint: true }).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(codeOf(error) ?? '')) return undefined;
    throw unreadable(path, error);
  });
  if (stats?.isFile()) return content(path, stats);
  if (!stats?.isDirectory() || around.includes(identity(stats))) return '-';
  return digestOfFolder(path, content, [...around, identity(stats)]);
}

/**
 * Hashes a file, again where it changed meanwhile.
 * @returns the digest, and what the file was before and after
 */
export async function hashStable(path: Buffer, before: BigIntStats): Promise<{ digest: string; stats: BigIntStats }> {
  let stats = before;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const digest = `sha256:${await readable(path, () => hashFile(path, 'sha256'))}`;
    const after = await readable(path, () => stat(path, { bigint: true }));
    if (fingerprint(after) === fingerprint(stats)) return { digest, stats };
    stats = after;
  }
  throw new ImgpackError(digestMessages.unstable(path.toString()));
}

/** Changes whenever a file is written to, by what its file system keeps of it. */
export const fingerprint = (stats: BigIntStats): string =>
  [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(':');

const identity = (stats: BigIntStats): string => `${stats.dev}:${stats.ino}`;

async function readable<T>(path: Buffer | string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw unreadable(path, error);
  }
}

export function unreadable(path: Buffer | string, error: unknown): Error {
  if (codeOf(error) === undefined) return error as Error;
  return new ImgpackError(digestMessages.unreadable(path.toString(), (error as Error).message), { cause: error });
}
