import { both16, both32, SECTOR, sectorsFor, shortDate } from './fields.js';
import type { Naming } from './names.js';
import type { ContinuationArea } from './rock-ridge.js';
import { selfSystemUse, systemUse } from './rock-ridge.js';
import type { IsoDirectory, IsoFile, IsoNode } from './tree.js';

/** A longer file is written as several extents, each a record of its own. */
const MAX_EXTENT = 0xffffffff - (SECTOR - 1);
const FIXED = 33;

interface Folder {
  readonly node: IsoDirectory;
  readonly number: number;
  readonly parent: Folder | undefined;
  readonly id: Buffer;
  records: Entry[];
  sector: number;
  bytes: number;
}

interface Entry {
  readonly id: Buffer;
  readonly fields: readonly Buffer[];
  /** Read when the folders and files have their places. */
  readonly target: () => { readonly sector: number; readonly size: number };
  readonly flags: number;
  readonly modified: Date;
}

/** One of the two views of a disc: the same files under names of one kind, with folders of their own. */
export class Hierarchy {
  private readonly folders: Folder[] = [];

  /** @param area where Rock Ridge puts what is too long; absent: the view goes without Rock Ridge */
  constructor(root: IsoDirectory, naming: Naming, area: ContinuationArea | undefined) {
    this.collect(root, naming);
    for (const folder of this.folders) this.describe(folder, naming, area);
  }

  /** Folders by level, so that parents come first, as the path table wants it. */
  private collect(root: IsoDirectory, naming: Naming): void {
    const add = (node: IsoDirectory, parent: Folder | undefined, id: Buffer) =>
      this.folders.push({ node, number: this.folders.length + 1, parent, id, records: [], sector: 0, bytes: 0 });
    add(root, undefined, Buffer.from([0]));
    for (let i = 0; i < this.folders.length; i++) {
      const folder = this.folders[i] as Folder;
      for (const [node, id] of sorted(folder.node, naming)) if (node.kind === 'directory') add(node, folder, id);
    }
  }

  private describe(folder: Folder, naming: Naming, area: ContinuationArea | undefined): void {
    const parent = folder.parent ?? folder;
    const self = (id: number, target: Folder, isRoot: boolean): Entry => ({
      id: Buffer.from([id]),
      fields: area ? selfSystemUse(target.node, isRoot, area) : [],
      target: () => ({ sector: target.sector, size: target.bytes }),
      flags: 2,
      modified: target.node.modified,
    });
    folder.records = [self(0, folder, !folder.parent), self(1, parent, false)];
    for (const [node, id] of sorted(folder.node, naming)) {
      const fixed = FIXED + id.length + ((id.length + 1) % 2);
      const fields = area ? systemUse(node, fixed, area) : [];
      if (node.kind === 'directory') folder.records.push(this.folderRecord(node, id, fields));
      else folder.records.push(...fileRecords(node, id, fields));
    }
    folder.bytes = layOut(folder.records, () => undefined);
  }

  private folderRecord(node: IsoDirectory, id: Buffer, fields: readonly Buffer[]): Entry {
    const own = this.folders.find((folder) => folder.node === node) as Folder;
    return { id, fields, target: () => ({ sector: own.sector, size: own.bytes }), flags: 2, modified: node.modified };
  }

  /** Sectors of all folders. */
  get sectors(): number {
    return this.folders.reduce((sum, folder) => sum + folder.bytes / SECTOR, 0);
  }

  place(sector: number): void {
    for (const folder of this.folders) {
      folder.sector = sector;
      sector += folder.bytes / SECTOR;
    }
  }

  /** The folders' content, one after the other. */
  content(): Buffer {
    return Buffer.concat(
      this.folders.map((folder) => {
        const bytes = Buffer.alloc(folder.bytes);
        layOut(folder.records, (record, at) => writeRecord(record).copy(bytes, at));
        return bytes;
      }),
    );
  }

  /** The root's record, as it stands in the volume descriptor. */
  rootRecord(): Buffer {
    return writeRecord({ ...((this.folders[0] as Folder).records[0] as Entry), fields: [] });
  }

  get pathTableBytes(): number {
    return this.folders.reduce((sum, { id }) => sum + 8 + id.length + (id.length % 2), 0);
  }

  pathTable(endian: 'little' | 'big'): Buffer {
    const entries = this.folders.map(({ id, sector, parent }) => {
      const bytes = Buffer.alloc(8 + id.length + (id.length % 2));
      bytes[0] = id.length;
      const parentNumber = parent?.number ?? 1;
      if (endian === 'little') {
        bytes.writeUInt32LE(sector, 2);
        bytes.writeUInt16LE(parentNumber, 6);
      } else {
        bytes.writeUInt32BE(sector, 2);
        bytes.writeUInt16BE(parentNumber, 6);
      }
      id.copy(bytes, 8);
      return bytes;
    });
    const table = Buffer.concat(entries);
    return Buffer.concat([table, Buffer.alloc(sectorsFor(table.length) * SECTOR - table.length)]);
  }
}

function sorted(folder: IsoDirectory, naming: Naming): [IsoNode, Buffer][] {
  const names = naming([...folder.children.values()]);
  return [...names].sort(([, a], [, b]) => Buffer.compare(a, b));
}

function fileRecords(file: IsoFile, id: Buffer, fields: readonly Buffer[]): Entry[] {
  const records: Entry[] = [];
  let at = 0;
  do {
    const offset = at;
    const size = Math.min(MAX_EXTENT, file.size - at);
    at += size;
    const target = () => ({ sector: size === 0 ? 0 : file.sector + offset / SECTOR, size });
    records.push({ id, fields, target, flags: at < file.size ? 0x80 : 0, modified: file.entry.modified });
  } while (at < file.size);
  return records;
}

/** Places records so that none crosses a sector; returns the bytes of whole sectors. */
function layOut(records: readonly Entry[], place: (record: Entry, at: number) => void): number {
  let at = 0;
  for (const record of records) {
    const length = lengthOf(record);
    if ((at % SECTOR) + length > SECTOR) at = sectorsFor(at) * SECTOR;
    place(record, at);
    at += length;
  }
  return sectorsFor(at) * SECTOR;
}

function lengthOf({ id, fields }: Entry): number {
  const name = FIXED + id.length + ((id.length + 1) % 2);
  const extra = fields.reduce((sum, { length }) => sum + length, 0);
  return name + extra + (extra % 2);
}

function writeRecord(record: Entry): Buffer {
  const { id, fields, flags, modified } = record;
  const { sector, size } = record.target();
  const length = lengthOf(record);
  const head = Buffer.concat([
    Buffer.from([length, 0]),
    both32(sector),
    both32(size),
    shortDate(modified),
    Buffer.from([flags, 0, 0]),
    both16(1),
    Buffer.from([id.length]),
    id,
    Buffer.alloc((id.length + 1) % 2),
    ...fields,
  ]);
  return Buffer.concat([head, Buffer.alloc(length - head.length)]);
}
