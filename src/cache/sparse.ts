import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** Holes shorter than this are not worth a line in a map. */
const GRAIN = 1 << 16;
const CHUNK = 1 << 20;
const ZEROS = Buffer.alloc(CHUNK);

/** A part of a file that is not all zeros. */
export interface Extent {
  readonly at: number;
  readonly length: number;
}

/** A piece of a file's content; what lies between pieces is zero. */
export interface Piece {
  readonly at: number;
  readonly bytes: Buffer;
}

/** What must be known of a file before its content is passed on. */
export interface FileScan {
  readonly size: number;
  readonly extents: readonly Extent[];
  /** Lower-case hex, of the whole content, zeros included. */
  readonly sha256: string;
}

/** Reads a file once: its digest, and where there is something in it. */
export async function scanFile(path: string): Promise<FileScan> {
  const hash = createHash('sha256');
  const extents: { at: number; length: number }[] = [];
  let size = 0;
  for await (const { at, bytes } of chunksOf(path, [{ at: 0, length: Infinity }])) {
    hash.update(bytes);
    size = at + bytes.length;
    for (const { start, end } of runsOf(bytes)) {
      const last = extents.at(-1);
      if (last && last.at + last.length === at + start) last.length += end - start;
      else extents.push({ at: at + start, length: end - start });
    }
  }
  return { size, extents, sha256: hash.digest('hex') };
}

/** What is not zero in a file, in order, without a look at it before. */
export async function* dataOf(path: string): AsyncGenerator<Piece> {
  for await (const { at, bytes } of chunksOf(path, [{ at: 0, length: Infinity }])) {
    for (const { start, end } of runsOf(bytes)) yield { at: at + start, bytes: bytes.subarray(start, end) };
  }
}

/** The content of the given parts of a file, in order. */
export const piecesOf = (path: string, extents: readonly Extent[]): AsyncIterable<Piece> => chunksOf(path, extents);

/**
 * Makes a new file from its pieces, which come in order, with holes between them. It is on the disk when the promise resolves.
 * @returns its digest, as `scanFile` gives it
 */
export async function writeSparse(path: string, size: number, pieces: AsyncIterable<Piece>): Promise<string> {
  const hash = createHash('sha256');
  let done = 0;
  const skipTo = (end: number) => {
    for (; done < end; done += Math.min(CHUNK, end - done)) hash.update(ZEROS.subarray(0, Math.min(CHUNK, end - done)));
  };
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const { at, bytes } of pieces) {
      skipTo(at);
      hash.update(bytes);
      done += bytes.length;
      for (let written = 0; written < bytes.length;) {
        written += (await file.write(bytes, written, bytes.length - written, at + written)).bytesWritten;
      }
    }
    skipTo(size);
    await file.truncate(size);
    await file.sync();
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

/** A chunk is valid until the next one is asked for. */
async function* chunksOf(path: string, extents: readonly Extent[]): AsyncGenerator<Piece> {
  const file = await open(path, 'r');
  const buffer = Buffer.allocUnsafe(CHUNK);
  try {
    for (const { at, length } of extents) {
      for (let done = 0; done < length;) {
        const { bytesRead } = await file.read(buffer, 0, Math.min(CHUNK, length - done), at + done);
        if (bytesRead === 0) break;
        yield { at: at + done, bytes: buffer.subarray(0, bytesRead) };
        done += bytesRead;
      }
    }
  } finally {
    await file.close();
  }
}

/** The parts of a chunk that are not zero, by whole grains. */
function runsOf(bytes: Buffer): { start: number; end: number }[] {
  const runs: { start: number; end: number }[] = [];
  for (let start = 0; start < bytes.length; start += GRAIN) {
    const end = Math.min(start + GRAIN, bytes.length);
    if (isZero(bytes.subarray(start, end))) continue;
    const last = runs.at(-1);
    if (last?.end === start) last.end = end;
    else runs.push({ start, end });
  }
  return runs;
}

const isZero = (bytes: Buffer): boolean => bytes.equals(ZEROS.subarray(0, bytes.length));
