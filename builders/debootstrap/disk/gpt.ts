import { crc32 } from 'node:zlib';
import { SECTOR, type Span } from './layout.js';

/** Partition types of the UEFI specification and of those who use it. */
export const PARTITION_TYPES = {
  biosBoot: '21686148-6449-6e6f-744e-656564454649',
  efiSystem: 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b',
  linuxRoot: '0fc63daf-8483-4772-8e79-3d69d8477de4',
} as const;

export interface Partition {
  /** From 1. */
  readonly number: number;
  readonly type: string;
  readonly uuid: string;
  readonly name: string;
  readonly span: Span;
}

const ENTRIES = 128;
const ENTRY_SIZE = 128;
const TABLE_SECTORS = (ENTRIES * ENTRY_SIZE) / SECTOR;

/** The bytes of a partition table and where they go. */
export interface TableParts {
  /** The start of the disk: protective MBR, header and entries. */
  readonly head: Buffer;
  /** The end of the disk: entries and header once more. */
  readonly tail: Buffer;
  readonly tailStart: number;
}

/** A GUID partition table (UEFI specification, section 5) for a disk of `size` bytes. */
export function partitionTable(size: number, diskUuid: string, partitions: readonly Partition[]): TableParts {
  const sectors = size / SECTOR;
  const entries = Buffer.alloc(ENTRIES * ENTRY_SIZE);
  for (const partition of partitions) entry(partition).copy(entries, (partition.number - 1) * ENTRY_SIZE);
  const checksum = crc32(entries);
  const first = header({ sectors, at: 1, other: sectors - 1, entriesAt: 2, diskUuid, checksum });
  const second = header({
    sectors,
    at: sectors - 1,
    other: 1,
    entriesAt: sectors - 1 - TABLE_SECTORS,
    diskUuid,
    checksum,
  });
  return {
    head: Buffer.concat([protectiveMbr(sectors), first, entries]),
    tail: Buffer.concat([entries, second]),
    tailStart: (sectors - 1 - TABLE_SECTORS) * SECTOR,
  };
}

function header(options: {
  sectors: number;
  at: number;
  other: number;
  entriesAt: number;
  diskUuid: string;
  checksum: number;
}): Buffer {
  const block = Buffer.alloc(SECTOR);
  block.write('EFI PART', 0, 'latin1');
  block.writeUInt32LE(0x10000, 8);
  block.writeUInt32LE(92, 12);
  block.writeBigUInt64LE(BigInt(options.at), 24);
  block.writeBigUInt64LE(BigInt(options.other), 32);
  block.writeBigUInt64LE(BigInt(2 + TABLE_SECTORS), 40);
  block.writeBigUInt64LE(BigInt(options.sectors - 2 - TABLE_SECTORS), 48);
  guid(options.diskUuid).copy(block, 56);
  block.writeBigUInt64LE(BigInt(options.entriesAt), 72);
  block.writeUInt32LE(ENTRIES, 80);
  block.writeUInt32LE(ENTRY_SIZE, 84);
  block.writeUInt32LE(options.checksum, 88);
  block.writeUInt32LE(crc32(block.subarray(0, 92)), 16);
  return block;
}

function entry({ type, uuid, name, span }: Partition): Buffer {
  const block = Buffer.alloc(ENTRY_SIZE);
  guid(type).copy(block, 0);
  guid(uuid).copy(block, 16);
  block.writeBigUInt64LE(BigInt(span.start / SECTOR), 32);
  block.writeBigUInt64LE(BigInt((span.start + span.size) / SECTOR - 1), 40);
  block.write(name, 56, 'utf16le');
  return block;
}

/** One entry over the whole disk, for programs that know only the old table. */
function protectiveMbr(sectors: number): Buffer {
  const block = Buffer.alloc(SECTOR);
  block.set([0x00, 0x00, 0x02, 0x00, 0xee, 0xff, 0xff, 0xff], 446);
  block.writeUInt32LE(1, 454);
  block.writeUInt32LE(Math.min(sectors - 1, 0xffffffff), 458);
  block.writeUInt16LE(0xaa55, 510);
  return block;
}

/** The first three fields of a GUID are stored with their low bytes first. */
function guid(text: string): Buffer {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}
