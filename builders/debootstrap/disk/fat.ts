import { SECTOR } from './layout.js';

const CLUSTER_SECTORS = 4;
const CLUSTER = CLUSTER_SECTORS * SECTOR;
const RESERVED = 1;
const COPIES = 2;
const ROOT_ENTRIES = 512;
const ROOT_SECTORS = (ROOT_ENTRIES * 32) / SECTOR;
const END_OF_CHAIN = 0xffff;
const DIRECTORY = 0x10;
const FILE = 0x20;
/** 1980-01-01, the earliest date of the format. */
const DATE = (1 << 5) | 1;

/**
 * The start of a FAT16 file system with the single file `/EFI/BOOT/NAME`; what follows it on the volume is zeros.
 * After Microsoft's FAT specification, version 1.03.
 * @param size of the volume in bytes, 10 to 120 MiB
 * @param id eight hex digits
 * @param name in the form 8.3, upper case
 */
export function fatWithLoader(size: number, id: string, name: string, content: Buffer): Buffer {
  const sectors = size / SECTOR;
  const fatSectors = Math.ceil((Math.ceil(sectors / CLUSTER_SECTORS) + 2) / (SECTOR / 2));
  const rootAt = (RESERVED + COPIES * fatSectors) * SECTOR;
  const dataAt = rootAt + ROOT_SECTORS * SECTOR;
  const clusters = Math.ceil(content.length / CLUSTER);
  const volume = Buffer.alloc(dataAt + (2 + clusters) * CLUSTER);

  bootRecord(sectors, fatSectors, id).copy(volume);
  const table = volume.subarray(RESERVED * SECTOR, (RESERVED + fatSectors) * SECTOR);
  table.writeUInt16LE(0xfff8, 0);
  table.writeUInt16LE(END_OF_CHAIN, 2);
  // Cluster 2 is the folder EFI, 3 the folder BOOT, and the file follows.
  table.writeUInt16LE(END_OF_CHAIN, 4);
  table.writeUInt16LE(END_OF_CHAIN, 6);
  for (let i = 0; i < clusters; i++) table.writeUInt16LE(i === clusters - 1 ? END_OF_CHAIN : 5 + i, 2 * (4 + i));
  table.copy(volume, (RESERVED + fatSectors) * SECTOR);

  const cluster = (number: number) => dataAt + (number - 2) * CLUSTER;
  directoryEntry('EFI', DIRECTORY, 2, 0).copy(volume, rootAt);
  folder(2, 0, directoryEntry('BOOT', DIRECTORY, 3, 0)).copy(volume, cluster(2));
  folder(3, 2, directoryEntry(name, FILE, 4, content.length)).copy(volume, cluster(3));
  content.copy(volume, cluster(4));
  return volume;
}

function bootRecord(sectors: number, fatSectors: number, id: string): Buffer {
  const record = Buffer.alloc(SECTOR);
  record.set([0xeb, 0x3c, 0x90]);
  record.write('MSWIN4.1', 3, 'latin1');
  record.writeUInt16LE(SECTOR, 11);
  record[13] = CLUSTER_SECTORS;
  record.writeUInt16LE(RESERVED, 14);
  record[16] = COPIES;
  record.writeUInt16LE(ROOT_ENTRIES, 17);
  if (sectors < 0x10000) record.writeUInt16LE(sectors, 19);
  else record.writeUInt32LE(sectors, 32);
  record[21] = 0xf8;
  record.writeUInt16LE(fatSectors, 22);
  record.writeUInt16LE(63, 24);
  record.writeUInt16LE(255, 26);
  record[36] = 0x80;
  record[38] = 0x29;
  record.writeUInt32LE(Number.parseInt(id, 16), 39);
  record.write('NO NAME    FAT16   ', 43, 'latin1');
  record.writeUInt16LE(0xaa55, 510);
  return record;
}

const folder = (own: number, parent: number, entry: Buffer): Buffer =>
  Buffer.concat([directoryEntry('.', DIRECTORY, own, 0), directoryEntry('..', DIRECTORY, parent, 0), entry]);

function directoryEntry(name: string, attributes: number, cluster: number, size: number): Buffer {
  const entry = Buffer.alloc(32);
  const [base = '', extension = ''] = /^\.+$/.test(name) ? [name] : name.split('.');
  entry.write(base.padEnd(8) + extension.padEnd(3), 0, 'latin1');
  entry[11] = attributes;
  entry.writeUInt16LE(DATE, 16);
  entry.writeUInt16LE(DATE, 18);
  entry.writeUInt16LE(DATE, 24);
  entry.writeUInt16LE(cluster, 26);
  entry.writeUInt32LE(size, 28);
  return entry;
}
