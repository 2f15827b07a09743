import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { TreeFile } from './tree.js';
import { header, padding, trailer, type Owner } from './writer.js';

/** Bytes handed on at a time. */
const BATCH = 1024 * 1024;
/**
 * Files up to this size are read without giving way: thousands of small ones cost most of their time in the ways back
 * and forth between threads otherwise. A batch of them takes a few milliseconds.
 */
const SMALL = 128 * 1024;

/** A file became shorter while it was read. */
export class FileChangedError extends Error {
  constructor(readonly path: string) {
    super(`${path} changed while it was read`);
  }
}

export interface PackOptions {
  /** Whose the files become: whose they are here (`source`), or a user of the machine; default: root's. */
  readonly owner?: Owner | 'source';
}

/** The files as a tar archive, in large portions. @throws FileChangedError, and what the file system throws */
export async function* pack(files: Iterable<TreeFile>, options: PackOptions = {}): AsyncGenerator<Buffer> {
  let batch = Buffer.allocUnsafeSlow(BATCH);
  let used = 0;
  for (const file of files) {
    const descriptor = openSync(file.path, 'r');
    let large = false;
    try {
      const stats = fstatSync(descriptor);
      const owner = options.owner === 'source' ? { uid: stats.uid, gid: stats.gid } : options.owner;
      const { mode, size, mtimeMs } = stats;
      const entry = { name: file.name, mode: mode & 0o777, size, modified: mtimeMs / 1000, ...(owner && { owner }) };
      const head = header(entry);
      const gap = padding(stats.size);
      large = stats.size > SMALL;
      if (used + head.length + (large ? 0 : stats.size + gap) > BATCH) {
        yield batch.subarray(0, used);
        batch = Buffer.allocUnsafeSlow(BATCH);
        used = 0;
      }
      used += head.copy(batch, used);
      if (!large) {
        if (readFully(descriptor, batch, used, stats.size) < stats.size)
          throw new FileChangedError(file.path.toString());
        batch.fill(0, used + stats.size, used + stats.size + gap);
        used += stats.size + gap;
        continue;
      }
      yield batch.subarray(0, used);
      yield* content(file.path, stats.size);
      batch = Buffer.allocUnsafeSlow(BATCH);
      used = batch.fill(0, 0, gap) && gap;
    } finally {
      closeSync(descriptor);
    }
  }
  yield batch.subarray(0, used);
  yield trailer();
}

function readFully(descriptor: number, target: Buffer, at: number, size: number): number {
  let done = 0;
  while (done < size) {
    const count = readSync(descriptor, target, at + done, size - done, null);
    if (count === 0) break;
    done += count;
  }
  return done;
}

/** Exactly `size` bytes of a file, in large portions. @throws FileChangedError where it is shorter by now */
export async function* content(path: string | Buffer, size: number): AsyncGenerator<Buffer> {
  const handle = await open(path, 'r');
  try {
    for (let left = size; left > 0;) {
      const buffer = Buffer.allocUnsafeSlow(Math.min(BATCH, left));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) throw new FileChangedError(path.toString());
      left -= bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}
