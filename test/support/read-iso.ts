const SECTOR = 2048;

export interface IsoContent {
  readonly label: string;
  readonly jolietLabel: string;
  /** Content by path, with the names of Rock Ridge. */
  readonly rockRidge: Record<string, string>;
  readonly joliet: Record<string, string>;
  readonly folders: readonly string[];
}

/** Reads a disc back by the standard's own tables, independently of the writer. */
export function readIso(disc: Buffer, encoding: BufferEncoding = 'utf8'): IsoContent {
  const descriptors = [16, 17].map((sector) => disc.subarray(sector * SECTOR, (sector + 1) * SECTOR));
  const [primary, joliet] = descriptors as [Buffer, Buffer];
  const folders: string[] = [];
  const text = (bytes: Buffer) => Buffer.from(bytes).swap16().toString('utf16le');
  return {
    label: primary.toString('latin1', 40, 72).trimEnd(),
    jolietLabel: text(joliet.subarray(40, 72)).trimEnd(),
    rockRidge: readFolder(disc, rootOf(primary), '', (record) => rockRidgeName(disc, record), encoding, folders),
    joliet: readFolder(disc, rootOf(joliet), '', (record) => text(idOf(record)).replace(/;1$/, ''), encoding, []),
    folders: folders.sort(),
  };
}

const rootOf = (descriptor: Buffer): Buffer => descriptor.subarray(156, 190);
const idOf = (record: Buffer): Buffer => record.subarray(33, 33 + (record[32] as number));

function readFolder(
  disc: Buffer,
  folder: Buffer,
  path: string,
  nameOf: (record: Buffer) => string,
  encoding: BufferEncoding,
  folders: string[],
): Record<string, string> {
  const files: Record<string, string> = {};
  const start = folder.readUInt32LE(2) * SECTOR;
  const end = start + folder.readUInt32LE(10);
  for (let at = start; at < end;) {
    const length = disc[at] as number;
    if (length === 0) {
      at = (Math.floor(at / SECTOR) + 1) * SECTOR;
      continue;
    }
    const record = disc.subarray(at, at + length);
    at += length;
    if (idOf(record).length === 1 && (idOf(record)[0] as number) < 2) continue;
    const name = path + nameOf(record);
    if (((record[25] as number) & 2) !== 0) {
      folders.push(name);
      Object.assign(files, readFolder(disc, record, `${name}/`, nameOf, encoding, folders));
    } else {
      const from = record.readUInt32LE(2) * SECTOR;
      files[name] = disc.toString(encoding, from, from + record.readUInt32LE(10));
    }
  }
  return files;
}

function rockRidgeName(disc: Buffer, record: Buffer): string {
  const id = idOf(record).length;
  const names: Buffer[] = [];
  const walk = (area: Buffer) => {
    let next: Buffer | undefined;
    for (let at = 0; at + 4 <= area.length && (area[at + 2] as number) > 0; at += area[at + 2] as number) {
      const field = area.subarray(at, at + (area[at + 2] as number));
      const signature = field.toString('latin1', 0, 2);
      if (signature === 'NM') names.push(field.subarray(5));
      if (signature === 'CE') {
        const from = field.readUInt32LE(4) * SECTOR + field.readUInt32LE(12);
        next = disc.subarray(from, from + field.readUInt32LE(20));
      }
    }
    if (next) walk(next);
  };
  walk(record.subarray(33 + id + ((id + 1) % 2)));
  return Buffer.concat(names).toString('utf8');
}
