import { readdir, stat } from 'node:fs/promises';
import type { Owner } from './writer.js';

/** A file to copy; names and paths are bytes, because file names need not be text. */
export interface TreeFile {
  /** Relative to the root, with `/`. */
  readonly name: Buffer;
  readonly path: Buffer;
}

export interface TreeDirectory {
  readonly name: Buffer;
  /** Permission bits. */
  readonly mode: number;
  readonly isEmpty: boolean;
  readonly owner: Owner;
  /** Seconds since 1970. */
  readonly modified: number;
}

export interface Tree {
  readonly files: readonly TreeFile[];
  /** Parents before their children; without the root. */
  readonly directories: readonly TreeDirectory[];
}

const SLASH = Buffer.from('/');

/**
 * What is in a folder, in order of names. Links are followed; one that leads back into a folder around it is left out,
 * and so is all that is neither file nor folder.
 */
export async function readTree(root: string): Promise<Tree> {
  const files: TreeFile[] = [];
  const directories: TreeDirectory[] = [];
  const visit = async (path: Buffer, prefix: Buffer, around: readonly string[]): Promise<number> => {
    const entries = await readdir(path, { withFileTypes: true, encoding: 'buffer' });
    entries.sort((a, b) => Buffer.compare(a.name, b.name));
    for (const entry of entries) {
      const name = prefix.length === 0 ? entry.name : Buffer.concat([prefix, SLASH, entry.name]);
      const inside = Buffer.concat([path, SLASH, entry.name]);
      if (entry.isFile()) files.push({ name, path: inside });
      if (!entry.isDirectory() && !entry.isSymbolicLink()) continue;
      const stats = await stat(inside);
      if (stats.isFile()) files.push({ name, path: inside });
      const identity = `${stats.dev}:${stats.ino}`;
      if (!stats.isDirectory() || around.includes(identity)) continue;
      const at = directories.length;
      const { uid, gid, mtimeMs } = stats;
      const directory = { name, mode: stats.mode & 0o777, owner: { uid, gid }, modified: mtimeMs / 1000 };
      directories.push({ ...directory, isEmpty: false });
      const count = await visit(inside, name, [...around, identity]);
      if (count === 0) directories[at] = { ...directory, isEmpty: true };
    }
    return entries.length;
  };
  const { dev, ino } = await stat(root);
  await visit(Buffer.from(root), Buffer.alloc(0), [`${dev}:${ino}`]);
  return { files, directories };
}
