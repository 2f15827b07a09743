import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { both16, both32, longDate, NO_DATE, SECTOR, sectorsFor, ucs2 } from './fields.js';
import { Hierarchy } from './hierarchy.js';
import { jolietNames, primaryNames } from './names.js';
import { ContinuationArea } from './rock-ridge.js';
import type { IsoEntry, IsoFile } from './tree.js';
import { buildTree, filesOf } from './tree.js';

const SYSTEM_AREA_SECTORS = 16;
/** Some drives read ahead of the end. */
const TRAILING_SECTORS = 150;

export interface IsoOptions {
  /** Volume label; 32 characters at most, 16 of them in Joliet. */
  readonly label: string;
  /** Time of the volume and of its folders. */
  readonly now: Date;
  /** Folders that shall exist even where they hold nothing. */
  readonly directories?: readonly string[];
}

/**
 * Writes an ISO 9660 disc with Rock Ridge (real names and modes for Unix) and Joliet (real names for Windows).
 * @throws Error of the file system, or where a file changed its size meanwhile
 */
export async function writeIso(path: string, entries: readonly IsoEntry[], options: IsoOptions): Promise<void> {
  const root = buildTree(entries, options.directories ?? [], options.now);
  const area = new ContinuationArea();
  const primary = new Hierarchy(root, primaryNames, area);
  const joliet = new Hierarchy(root, jolietNames, undefined);

  let sector = SYSTEM_AREA_SECTORS + 3;
  const take = (count: number) => (sector += count) - count;
  const tables = [primary, joliet].map((view) => {
    const sectors = sectorsFor(view.pathTableBytes);
    return { view, little: take(sectors), big: take(sectors) };
  });
  primary.place(take(primary.sectors));
  joliet.place(take(joliet.sectors));
  const continuation = area.place(take(area.sectors));
  const files = [...filesOf(root)];
  for (const file of files) file.sector = take(sectorsFor(file.size));
  const total = sector + TRAILING_SECTORS;

  const [primaryTable, jolietTable] = tables as [(typeof tables)[0], (typeof tables)[0]];
  const head = Buffer.concat([
    Buffer.alloc(SYSTEM_AREA_SECTORS * SECTOR),
    descriptor(1, primaryTable, total, options),
    descriptor(2, jolietTable, total, options),
    terminator(),
    ...tables.flatMap(({ view }) => [view.pathTable('little'), view.pathTable('big')]),
    primary.content(),
    joliet.content(),
    continuation,
  ]);
  const handle = await open(path, 'w');
  try {
    await handle.write(head, 0, head.length, 0);
    for (const file of files) await writeFile(handle, file);
    await handle.truncate(total * SECTOR);
  } finally {
    await handle.close();
  }
}

async function writeFile(handle: FileHandle, file: IsoFile): Promise<void> {
  const { source } = file.entry;
  let at = file.sector * SECTOR;
  const put = async (bytes: Uint8Array) => {
    await handle.write(bytes, 0, bytes.length, at);
    at += bytes.length;
  };
  if ('content' in source) return put(source.content);
  // Not beyond the size that was planned: the next file begins there.
  for await (const chunk of createReadStream(source.file, { highWaterMark: 1 << 20 })) {
    if (at + (chunk as Buffer).length > file.sector * SECTOR + file.size) throw changed(source.file);
    await put(chunk as Buffer);
  }
  if (at !== file.sector * SECTOR + file.size) throw changed(source.file);
}

const changed = (path: string): Error => new Error(`\`${path}\` changed while it was read`);

/** A volume descriptor: 1 the primary one, 2 that of Joliet. */
function descriptor(
  type: 1 | 2,
  table: { readonly view: Hierarchy; readonly little: number; readonly big: number },
  total: number,
  { label, now }: IsoOptions,
): Buffer {
  const encode = (text: string, bytes: number) => {
    const blank = type === 1 ? Buffer.alloc(bytes, ' ') : ucs2(' '.repeat(Math.ceil(bytes / 2))).subarray(0, bytes);
    const encoded = type === 1 ? Buffer.from(text, 'latin1') : ucs2(text);
    return Buffer.concat([encoded.subarray(0, bytes), blank.subarray(Math.min(bytes, encoded.length))]);
  };
  const pathTables = Buffer.alloc(16);
  pathTables.writeUInt32LE(table.little, 0);
  pathTables.writeUInt32BE(table.big, 8);
  // `%/E`: UCS-2, level 3.
  const escapes = Buffer.concat([type === 2 ? Buffer.from('%/E', 'latin1') : Buffer.alloc(3), Buffer.alloc(29)]);
  const bytes = Buffer.concat([
    Buffer.from([type]),
    Buffer.from('CD001', 'latin1'),
    Buffer.from([1, 0]),
    encode('', 32),
    encode(label, 32),
    Buffer.alloc(8),
    both32(total),
    escapes,
    both16(1),
    both16(1),
    both16(SECTOR),
    both32(table.view.pathTableBytes),
    pathTables,
    table.view.rootRecord(),
    encode('', 128),
    encode('', 128),
    encode('', 128),
    encode('imgpack', 128),
    encode('', 37),
    encode('', 37),
    encode('', 37),
    longDate(now),
    longDate(now),
    NO_DATE,
    NO_DATE,
    Buffer.from([1, 0]),
  ]);
  return Buffer.concat([bytes, Buffer.alloc(SECTOR - bytes.length)]);
}

function terminator(): Buffer {
  const bytes = Buffer.alloc(SECTOR);
  bytes[0] = 255;
  bytes.write('CD001', 1, 'latin1');
  bytes[6] = 1;
  return bytes;
}
