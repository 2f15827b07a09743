import { catalogue, ImgpackError } from '../../messages/message.js';

const messages = catalogue('floppy', {
  full: (needed: number) => ({
    text: `the files for the floppy disk need ${Math.ceil(needed / 1024)} KiB, a floppy disk holds 1423 KiB`,
    hint: 'hand them over on a CD (`cd_files`), or over HTTP (`http_directory`)',
  }),
  rootFull: () => ({
    text: 'the root of a floppy disk cannot hold so many names',
    hint: 'put files into a folder with `floppy_dirs`',
  }),
});

export interface FloppyEntry {
  /** With slashes; folders need not be listed. */
  readonly path: string;
  readonly content: Uint8Array;
  readonly modified: Date;
}

const SECTOR = 512;
const SECTORS = 2880;
const FAT_SECTORS = 9;
const ROOT_ENTRIES = 224;
const ENTRY = 32;
const FIRST_DATA_SECTOR = 1 + 2 * FAT_SECTORS + (ROOT_ENTRIES * ENTRY) / SECTOR;
const CLUSTERS = SECTORS - FIRST_DATA_SECTOR;
const END_OF_CHAIN = 0xfff;
const DIRECTORY = 0x10;
const ARCHIVE = 0x20;
const VOLUME = 0x08;
const LONG_NAME = 0x0f;

interface Folder {
  readonly children: Map<string, Folder | FloppyEntry>;
}

/**
 * Makes the image of a 1.44 MB floppy disk (FAT12) with long file names.
 * @throws ImgpackError `floppy/full` or `floppy/root-full`
 */
export function makeFloppy(entries: readonly FloppyEntry[], label: string, now: Date): Buffer {
  return new Floppy(now).write(buildTree(entries), label);
}

function buildTree(entries: readonly FloppyEntry[]): Folder {
  const root: Folder = { children: new Map() };
  for (const entry of entries) {
    const names = entry.path.split('/').filter((name) => name !== '' && name !== '.');
    const last = names.pop();
    if (last === undefined) continue;
    let folder = root;
    for (const name of names) {
      const known = keyOf(folder, name);
      let next = folder.children.get(known);
      if (!next || !('children' in next)) folder.children.set(known, (next = { children: new Map() }));
      folder = next;
    }
    folder.children.set(keyOf(folder, last), entry);
  }
  return root;
}

/** Names that differ in case alone are one name. */
const keyOf = ({ children }: Folder, name: string): string =>
  [...children.keys()].find((known) => known.toLowerCase() === name.toLowerCase()) ?? name;

class Floppy {
  private readonly image = Buffer.alloc(SECTORS * SECTOR);
  private readonly table: number[] = [0xff0, END_OF_CHAIN];
  private needed = 0;

  constructor(private readonly now: Date) {}

  write(root: Folder, label: string): Buffer {
    const volume = volumeName(label);
    this.writeBootSector(volume);
    const names = this.folderEntries(root, 0);
    if (this.needed > CLUSTERS * SECTOR) throw new ImgpackError(messages.full(this.needed));
    const all = Buffer.concat([directoryEntry(volume, VOLUME, 0, 0, this.now), names]);
    if (all.length > ROOT_ENTRIES * ENTRY) throw new ImgpackError(messages.rootFull());
    all.copy(this.image, (1 + 2 * FAT_SECTORS) * SECTOR);
    for (const copy of [0, 1]) this.packTable().copy(this.image, (1 + copy * FAT_SECTORS) * SECTOR);
    return this.image;
  }

  /** Stores what a folder holds, and returns its own entries. @param own its first cluster; 0: the root */
  private folderEntries(folder: Folder, own: number): Buffer {
    const short = shortNames([...folder.children.keys()]);
    const entries: Buffer[] = [];
    for (const [name, node] of folder.children) {
      const dos = short.get(name) as ShortName;
      if (!dos.exact) entries.push(...longNameEntries(name, dos.bytes));
      if ('children' in node) {
        entries.push(directoryEntry(dos.bytes, DIRECTORY, this.storeFolder(node, own), 0, this.now));
      } else {
        const { content, modified } = node;
        entries.push(directoryEntry(dos.bytes, ARCHIVE, this.store(content), content.length, modified));
      }
    }
    return Buffer.concat(entries);
  }

  private storeFolder(folder: Folder, parent: number): number {
    // Its size must be known before what is in it is stored: the chain is taken first, and filled afterwards.
    const names = [...folder.children.keys()];
    const short = shortNames(names);
    const count = names.reduce((sum, name) => {
      const { exact, bytes } = short.get(name) as ShortName;
      return sum + 1 + (exact ? 0 : longNameEntries(name, bytes).length);
    }, 2);
    const cluster = this.allocate(count * ENTRY);
    const self = directoryEntry(Buffer.from('.          '), DIRECTORY, cluster, 0, this.now);
    const up = directoryEntry(Buffer.from('..         '), DIRECTORY, parent, 0, this.now);
    this.fill(cluster, Buffer.concat([self, up, this.folderEntries(folder, cluster)]));
    return cluster;
  }

  private store(content: Uint8Array): number {
    if (content.length === 0) return 0;
    const cluster = this.allocate(content.length);
    this.fill(cluster, content);
    return cluster;
  }

  /** Clusters are taken one after the other, so that every chain is contiguous. */
  private allocate(bytes: number): number {
    const count = Math.ceil(bytes / SECTOR);
    const first = this.table.length;
    this.needed += count * SECTOR;
    for (let i = 0; i < count; i++) this.table.push(i === count - 1 ? END_OF_CHAIN : first + i + 1);
    return first;
  }

  private fill(cluster: number, bytes: Uint8Array): void {
    const at = (FIRST_DATA_SECTOR + cluster - 2) * SECTOR;
    // What is beyond the end is counted, and refused when the sum is known.
    if (at + bytes.length <= this.image.length) this.image.set(bytes, at);
  }

  private writeBootSector(volume: Buffer): void {
    const boot = this.image;
    Buffer.from([0xeb, 0x3c, 0x90]).copy(boot, 0);
    boot.write('IMGPACK ', 3, 'latin1');
    boot.writeUInt16LE(SECTOR, 11);
    boot[13] = 1; // sectors per cluster
    boot.writeUInt16LE(1, 14); // reserved sectors
    boot[16] = 2; // tables
    boot.writeUInt16LE(ROOT_ENTRIES, 17);
    boot.writeUInt16LE(SECTORS, 19);
    boot[21] = 0xf0; // medium: 3.5 inch, high density
    boot.writeUInt16LE(FAT_SECTORS, 22);
    boot.writeUInt16LE(18, 24); // sectors per track
    boot.writeUInt16LE(2, 26); // heads
    boot[38] = 0x29; // the three fields that follow are there
    boot.writeUInt32LE(Math.floor(this.now.getTime() / 1000) >>> 0, 39);
    volume.copy(boot, 43);
    boot.write('FAT12   ', 54, 'latin1');
    boot.writeUInt16LE(0xaa55, 510);
  }

  /** Twelve bits for each cluster. */
  private packTable(): Buffer {
    const bytes = Buffer.alloc(FAT_SECTORS * SECTOR);
    this.table.forEach((value, i) => {
      const at = Math.floor((i * 3) / 2);
      const word = bytes.readUInt16LE(at);
      bytes.writeUInt16LE(i % 2 === 0 ? (word & 0xf000) | value : (word & 0x000f) | (value << 4), at);
    });
    return bytes;
  }
}

const volumeName = (label: string): Buffer =>
  Buffer.from(
    label
      .replace(/[^\x20-\x7e]|["*+,./:;<=>?[\\\]|]/g, '_')
      .slice(0, 11)
      .padEnd(11, ' '),
    'latin1',
  );

interface ShortName {
  /** Eight and three characters without the dot. */
  readonly bytes: Buffer;
  /** The short name is the name: no long one is needed. */
  readonly exact: boolean;
}

function shortNames(names: readonly string[]): Map<string, ShortName> {
  const taken = new Set<string>();
  const result = new Map<string, ShortName>();
  const isExact = (name: string) => /^[A-Z0-9_!#$%&'()@^`{}~-]{1,8}(\.[A-Z0-9_!#$%&'()@^`{}~-]{1,3})?$/.test(name);
  // Names that are short already keep theirs; the others make room.
  for (const name of [...names].sort((a, b) => Number(isExact(b)) - Number(isExact(a)))) {
    const dot = name.lastIndexOf('.');
    const [base, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot + 1)] : [name, ''];
    const clean = (text: string) =>
      text
        .toUpperCase()
        .replace(/[ .]/g, '')
        .replace(/[^A-Z0-9_!#$%&'()@^`{}~-]/g, '_');
    const end = clean(extension).slice(0, 3).padEnd(3, ' ');
    let short = clean(base).slice(0, 8).padEnd(8, ' ') + end;
    const lossy = clean(base).length > 8 || clean(extension).length > 3;
    for (let count = 1; taken.has(short) || (count === 1 && lossy); count++) {
      const suffix = `~${count}`;
      short = `${clean(base).slice(0, 8 - suffix.length)}${suffix}`.padEnd(8, ' ') + end;
      if (!taken.has(short)) break;
    }
    taken.add(short);
    result.set(name, { bytes: Buffer.from(short, 'latin1'), exact: isExact(name) });
  }
  return result;
}

/** Entries that stand before the real one and hold 13 characters each, the last piece first. */
function longNameEntries(name: string, short: Buffer): Buffer[] {
  const checksum = short.reduce((sum, byte) => (((sum & 1) << 7) + (sum >> 1) + byte) & 0xff, 0);
  const pieces = Math.ceil(name.length / 13);
  const text = Buffer.alloc(pieces * 26, 0xff);
  Buffer.from(name, 'utf16le').copy(text);
  if (name.length % 13 !== 0) text.writeUInt16LE(0, name.length * 2);
  const entries: Buffer[] = [];
  for (let piece = pieces; piece >= 1; piece--) {
    const part = text.subarray((piece - 1) * 26, piece * 26);
    const entry = Buffer.alloc(ENTRY);
    entry[0] = piece | (piece === pieces ? 0x40 : 0);
    part.copy(entry, 1, 0, 10);
    entry[11] = LONG_NAME;
    entry[13] = checksum;
    part.copy(entry, 14, 10, 22);
    part.copy(entry, 28, 22, 26);
    entries.push(entry);
  }
  return entries;
}

function directoryEntry(name: Buffer, kind: number, cluster: number, size: number, modified: Date): Buffer {
  const entry = Buffer.alloc(ENTRY);
  const year = Math.min(127, Math.max(0, modified.getUTCFullYear() - 1980));
  const date = (year << 9) | ((modified.getUTCMonth() + 1) << 5) | modified.getUTCDate();
  const time =
    (modified.getUTCHours() << 11) | (modified.getUTCMinutes() << 5) | Math.floor(modified.getUTCSeconds() / 2);
  name.copy(entry, 0, 0, 11);
  entry[11] = kind;
  for (const at of [14, 22]) {
    entry.writeUInt16LE(time, at);
    entry.writeUInt16LE(date, at + 2);
  }
  entry.writeUInt16LE(date, 18);
  entry.writeUInt16LE(cluster, 26);
  entry.writeUInt32LE(size, 28);
  return entry;
}
