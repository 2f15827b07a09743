/** A file as it stands in an archive. */
export interface TarEntry {
  /** Relative, with `/` between its parts; as bytes, because file names need not be text. */
  readonly name: Buffer;
  /** Permission bits. */
  readonly mode: number;
  /** Bytes. */
  readonly size: number;
  /** Seconds since 1970. */
  readonly modified: number;
  /** Default: root. */
  readonly owner?: Owner;
}

/** Numbers of a user and a group. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

const ROOT: Owner = { uid: 0, gid: 0 };

const BLOCK = 512;
const NAME_LENGTH = 100;
const LONG_NAME = Buffer.from('././@LongLink');
/** Octal digits of the size field hold less than this. */
const OCTAL_LIMIT = 8 ** 11;

/** Bytes that fill the last block of a file. */
export const padding = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

/** What ends an archive. */
export const trailer = (): Buffer => Buffer.alloc(2 * BLOCK);

/**
 * The header of a file in GNU's format, which every tar reads: long names stand in a record before, sizes from 8 GiB on
 * are binary. (A pax header would be lost on the tar of BusyBox.)
 */
export const header = (entry: TarEntry): Buffer => named(entry, '0');

/** The record of a folder; its size is 0. */
export const folderHeader = (entry: Omit<TarEntry, 'size'>): Buffer =>
  named({ ...entry, name: Buffer.concat([entry.name, Buffer.from('/')]), size: 0 }, '5');

function named(entry: TarEntry, type: string): Buffer {
  const { mode, size, modified, owner } = entry;
  if (entry.name.length < NAME_LENGTH) return record(entry.name, type, mode, size, modified, owner);
  const name = Buffer.concat([entry.name, Buffer.from([0])]);
  return Buffer.concat([
    record(LONG_NAME, 'L', 0o644, name.length, 0),
    name,
    Buffer.alloc(padding(name.length)),
    record(entry.name.subarray(0, NAME_LENGTH), type, mode, size, modified, owner),
  ]);
}

function record(name: Buffer, type: string, mode: number, size: number, modified: number, owner: Owner = ROOT): Buffer {
  const block = Buffer.alloc(BLOCK);
  name.copy(block, 0);
  octal(block, 100, 8, mode & 0o7777);
  ownerNumber(block, 108, owner.uid);
  ownerNumber(block, 116, owner.gid);
  if (size < OCTAL_LIMIT) octal(block, 124, 12, size);
  else binary(block, 124, 12, size);
  octal(block, 136, 12, Math.max(0, Math.floor(modified)));
  block.fill(' ', 148, 156);
  block.write(type, 156, 'latin1');
  block.write('ustar  \0', 257, 'latin1');
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function ownerNumber(block: Buffer, at: number, value: number): void {
  if (value < 8 ** 7) return octal(block, at, 8, value);
  block.writeUInt32BE(value, at + 4);
  block[at] = 0x80;
}

function octal(block: Buffer, at: number, length: number, value: number): void {
  block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
}

function binary(block: Buffer, at: number, length: number, value: number): void {
  block.writeBigUInt64BE(BigInt(value), at + length - 8);
  block[at] = 0x80;
}
