import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { crc32, createDeflateRaw } from 'node:zlib';

interface Entry {
  readonly name: Buffer;
  readonly mode: number;
  readonly crc: number;
  readonly size: number;
  readonly compressed: number;
  readonly offset: number;
}

export interface ZipMember {
  /** As it stands in the archive. */
  readonly name: string;
  readonly path: string;
}

const MAX_32 = 0xffffffff;
const MAX_16 = 0xffff;
/** Version 4.5 of the format: sizes and offsets of 64 bits. */
const VERSION_ZIP64 = 45;
/** Sizes follow the data (bit 3), names are UTF-8 (bit 11). */
const FLAGS = 0x0808;
const DEFLATE = 8;
/** 1980-01-01, the earliest date that the format knows: the same files make the same archive. */
const DATE = (1 << 5) | 1;

/** A zip archive, deflated, with ZIP64 fields where 4 GiB or 65,535 members are passed. `level`: 1 to 9. */
export async function* zipOf(
  members: readonly ZipMember[],
  level: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const entries: Entry[] = [];
  let offset = 0;
  for (const { name, path } of members) {
    const { mode, size: expected } = await stat(path);
    const encoded = Buffer.from(name.replace(/^\/+/, ''));
    // Deflate adds at most some bytes per 16 KiB; whether the descriptor holds 64 bits must be known beforehand.
    const large = expected >= MAX_32 - (1 << 20);
    const local = localHeader(encoded, large);
    yield local;
    let crc = 0;
    let size = 0;
    let compressed = 0;
    const deflate = createDeflateRaw({ level });
    const source = createReadStream(path, { signal, highWaterMark: 1 << 20 });
    source.on('error', (error) => deflate.destroy(error));
    source.on('data', (chunk) => {
      crc = crc32(chunk as Buffer, crc);
      size += chunk.length;
    });
    source.pipe(deflate);
    for await (const chunk of deflate) {
      compressed += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
    const descriptor = dataDescriptor(crc, compressed, size, large);
    yield descriptor;
    entries.push({ name: encoded, mode, crc, size, compressed, offset });
    offset += local.length + compressed + descriptor.length;
  }
  const directory = Buffer.concat(entries.map(centralHeader));
  yield directory;
  yield endOfDirectory(entries.length, directory.length, offset);
}

function localHeader(name: Buffer, large: boolean): Buffer {
  const extra = large ? 20 : 0;
  const block = Buffer.alloc(30 + name.length + extra);
  block.writeUInt32LE(0x04034b50, 0);
  block.writeUInt16LE(large ? VERSION_ZIP64 : 20, 4);
  block.writeUInt16LE(FLAGS, 6);
  block.writeUInt16LE(DEFLATE, 8);
  block.writeUInt16LE(DATE, 12);
  if (large) {
    block.writeUInt32LE(MAX_32, 18);
    block.writeUInt32LE(MAX_32, 22);
  }
  block.writeUInt16LE(name.length, 26);
  block.writeUInt16LE(extra, 28);
  name.copy(block, 30);
  if (large) {
    block.writeUInt16LE(1, 30 + name.length);
    block.writeUInt16LE(16, 32 + name.length);
  }
  return block;
}

function dataDescriptor(crc: number, compressed: number, size: number, large: boolean): Buffer {
  const block = Buffer.alloc(large ? 24 : 16);
  block.writeUInt32LE(0x08074b50, 0);
  block.writeUInt32LE(crc, 4);
  if (large) {
    block.writeBigUInt64LE(BigInt(compressed), 8);
    block.writeBigUInt64LE(BigInt(size), 16);
  } else {
    block.writeUInt32LE(compressed, 8);
    block.writeUInt32LE(size, 12);
  }
  return block;
}

function centralHeader({ name, mode, crc, size, compressed, offset }: Entry): Buffer {
  const wide = [size, compressed, offset].filter((value) => value >= MAX_32);
  const extra = wide.length > 0 ? 4 + 8 * wide.length : 0;
  const block = Buffer.alloc(46 + name.length + extra);
  block.writeUInt32LE(0x02014b50, 0);
  // Made on Unix: the upper half of the external attributes is the mode.
  block.writeUInt16LE((3 << 8) | VERSION_ZIP64, 4);
  block.writeUInt16LE(extra > 0 ? VERSION_ZIP64 : 20, 6);
  block.writeUInt16LE(FLAGS, 8);
  block.writeUInt16LE(DEFLATE, 10);
  block.writeUInt16LE(DATE, 14);
  block.writeUInt32LE(crc, 16);
  block.writeUInt32LE(Math.min(compressed, MAX_32), 20);
  block.writeUInt32LE(Math.min(size, MAX_32), 24);
  block.writeUInt16LE(name.length, 28);
  block.writeUInt16LE(extra, 30);
  block.writeUInt32LE(mode * 0x10000, 38);
  block.writeUInt32LE(Math.min(offset, MAX_32), 42);
  name.copy(block, 46);
  if (extra > 0) {
    block.writeUInt16LE(1, 46 + name.length);
    block.writeUInt16LE(extra - 4, 48 + name.length);
    wide.forEach((value, i) => block.writeBigUInt64LE(BigInt(value), 50 + name.length + 8 * i));
  }
  return block;
}

function endOfDirectory(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(count, MAX_16), 8);
  end.writeUInt16LE(Math.min(count, MAX_16), 10);
  end.writeUInt32LE(Math.min(size, MAX_32), 12);
  end.writeUInt32LE(Math.min(offset, MAX_32), 16);
  if (count < MAX_16 && size < MAX_32 && offset < MAX_32) return end;
  const wide = Buffer.alloc(76);
  wide.writeUInt32LE(0x06064b50, 0);
  wide.writeBigUInt64LE(44n, 4);
  wide.writeUInt16LE((3 << 8) | VERSION_ZIP64, 12);
  wide.writeUInt16LE(VERSION_ZIP64, 14);
  wide.writeBigUInt64LE(BigInt(count), 24);
  wide.writeBigUInt64LE(BigInt(count), 32);
  wide.writeBigUInt64LE(BigInt(size), 40);
  wide.writeBigUInt64LE(BigInt(offset), 48);
  // The locator: where the wide end stands, on the only disk.
  wide.writeUInt32LE(0x07064b50, 56);
  wide.writeBigUInt64LE(BigInt(offset + size), 64);
  wide.writeUInt32LE(1, 72);
  return Buffer.concat([wide, end]);
}
