import { both32, SECTOR, sectorsFor, shortDate } from './fields.js';
import type { IsoNode } from './tree.js';

/** A directory record has 255 bytes at most, and an even number of them. */
const MAX_RECORD = 254;
const NAME_PIECE = 250;

/** Where system use fields go that do not fit into their directory record. */
export class ContinuationArea {
  private readonly pieces: { readonly at: number; readonly bytes: Buffer }[] = [];
  private readonly references: { readonly field: Buffer; readonly at: number }[] = [];
  private used = 0;

  /** Stores bytes and returns the field that points to them. */
  refer(bytes: Buffer): Buffer {
    // A piece lies within one sector.
    if ((this.used % SECTOR) + bytes.length > SECTOR) this.used = sectorsFor(this.used) * SECTOR;
    const at = this.used;
    this.pieces.push({ at, bytes });
    this.used += bytes.length;
    const field = Buffer.concat([header('CE', 28), both32(0), both32(at % SECTOR), both32(bytes.length)]);
    this.references.push({ field, at });
    return field;
  }

  get sectors(): number {
    return sectorsFor(this.used);
  }

  /** Fills in where the area begins, and returns its content. */
  place(sector: number): Buffer {
    for (const { field, at } of this.references) both32(sector + Math.floor(at / SECTOR)).copy(field, 4);
    const area = Buffer.alloc(this.sectors * SECTOR);
    for (const { at, bytes } of this.pieces) bytes.copy(area, at);
    return area;
  }
}

const header = (signature: string, length: number): Buffer =>
  Buffer.concat([Buffer.from(signature, 'latin1'), Buffer.from([length, 1])]);

/** Mode, links, owner: readable for all and owned by root, so that the same input gives the same disc. */
function attributes(node: IsoNode): Buffer {
  const executable = node.kind === 'directory' || node.entry.executable === true;
  const mode = (node.kind === 'directory' ? 0o040000 : 0o100000) | (executable ? 0o555 : 0o444);
  return Buffer.concat([header('PX', 36), both32(mode), both32(1), both32(0), both32(0)]);
}

function times(node: IsoNode): Buffer {
  const modified = shortDate(node.kind === 'directory' ? node.modified : node.entry.modified);
  const modifyAccessAttributes = 0x02 | 0x04 | 0x08;
  return Buffer.concat([header('TF', 26), Buffer.from([modifyAccessAttributes]), modified, modified, modified]);
}

function names(name: string): Buffer[] {
  const bytes = Buffer.from(name, 'utf8');
  const fields: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += NAME_PIECE) {
    const piece = bytes.subarray(at, at + NAME_PIECE);
    const continues = at + NAME_PIECE < bytes.length ? 1 : 0;
    fields.push(Buffer.concat([header('NM', 5 + piece.length), Buffer.from([continues]), piece]));
  }
  return fields;
}

/** The fields behind a name in a directory: its real name, mode and time. */
export function systemUse(node: IsoNode, fixedLength: number, area: ContinuationArea): Buffer[] {
  const fields = [attributes(node), times(node)];
  const name = Buffer.concat(names(node.name));
  const room = MAX_RECORD - fixedLength - length(fields);
  return [...fields, name.length <= room ? name : area.refer(name)];
}

/** The fields of `.` and `..`; that of the root also announces Rock Ridge. */
export function selfSystemUse(node: IsoNode, isRoot: boolean, area: ContinuationArea): Buffer[] {
  const fields = [attributes(node), times(node)];
  if (!isRoot) return fields;
  const start = Buffer.concat([header('SP', 7), Buffer.from([0xbe, 0xef, 0])]);
  return [start, ...fields, area.refer(extensionReference())];
}

function extensionReference(): Buffer {
  const id = 'RRIP_1991A';
  const about = 'THE ROCK RIDGE INTERCHANGE PROTOCOL PROVIDES SUPPORT FOR POSIX FILE SYSTEM SEMANTICS';
  const source =
    'PLEASE CONTACT DISC PUBLISHER FOR SPECIFICATION SOURCE.  SEE PUBLISHER IDENTIFIER IN PRIMARY VOLUME DESCRIPTOR FOR CONTACT INFORMATION.';
  const text = Buffer.from(id + about + source, 'latin1');
  const lengths = Buffer.from([id.length, about.length, source.length, 1]);
  return Buffer.concat([header('ER', 8 + text.length), lengths, text]);
}

const length = (buffers: readonly Buffer[]): number => buffers.reduce((sum, { length }) => sum + length, 0);
