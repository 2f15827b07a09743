import type { TarEntry } from './writer.js';
import { padding } from './writer.js';

const BLOCK = 512;
const KINDS: Record<string, TarMember['kind']> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '1': 'link',
  '5': 'directory',
};

export interface TarMember extends Omit<TarEntry, 'modified'> {
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  /** Of a `link`: the member that is the same file, which came before. */
  readonly target?: Buffer;
}

/** Hears what is in an archive, in order. */
export interface TarVisitor {
  /** Begins a member; content of files follows in `content` calls, until `end`. */
  begin(member: TarMember): void | Promise<void>;
  content(chunk: Buffer): void | Promise<void>;
  end(): void | Promise<void>;
}

/** An archive that is damaged or cut off. */
export class TarError extends Error {}

/**
 * Reads a tar archive (ustar, GNU and pax names and sizes) as it arrives.
 * @throws TarError
 */
export async function readTar(source: AsyncIterable<Buffer>, visitor: TarVisitor): Promise<void> {
  const input = new Input(source[Symbol.asyncIterator]());
  let longName: Buffer | undefined;
  let longTarget: Buffer | undefined;
  let pax = new Map<string, Buffer>();
  for (;;) {
    const block = await input.exactly(BLOCK);
    if (!block || block.every((byte) => byte === 0)) break;
    checkSum(block);
    const type = String.fromCharCode(block[156] as number);
    const size = number(block.subarray(124, 136));
    if (type === 'L' || type === 'K' || type === 'x') {
      const data = (await input.exactly(size)) ?? cut();
      await input.skip(padding(size));
      if (type === 'L') longName = upToZero(data);
      else if (type === 'K') longTarget = upToZero(data);
      else pax = paxRecords(data);
      continue;
    }
    if (type === 'g') {
      await input.skip(size + padding(size));
      continue;
    }
    const paxSize = pax.get('size');
    await member(input, visitor, {
      name: pax.get('path') ?? longName ?? ustarName(block),
      mode: number(block.subarray(100, 108)) & 0o7777,
      size: paxSize ? Number(paxSize.toString()) : size,
      kind: KINDS[type] ?? 'other',
      ...(type === '1' && { target: pax.get('linkpath') ?? longTarget ?? upToZero(block.subarray(157, 257)) }),
    });
    longName = undefined;
    longTarget = undefined;
    pax = new Map();
  }
  await input.drain();
}

async function member(input: Input, visitor: TarVisitor, found: TarMember): Promise<void> {
  await visitor.begin(found);
  const length = found.kind === 'directory' || found.kind === 'link' ? 0 : found.size;
  for (let left = length; left > 0;) {
    const chunk = (await input.some(left)) ?? cut();
    left -= chunk.length;
    await visitor.content(chunk);
  }
  await input.skip(padding(length));
  await visitor.end();
}

const cut = (): never => {
  throw new TarError('the archive is cut off');
};

function checkSum(block: Buffer): void {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 0x20 : (block[i] as number);
  if (sum !== number(block.subarray(148, 156))) throw new TarError('the archive is damaged');
}

/** Octal digits, or a binary number where the first bit says so. */
function number(field: Buffer): number {
  if ((field[0] as number) & 0x80) return Number(field.readBigUInt64BE(field.length - 8));
  return parseInt(
    field
      .toString('latin1')
      .replace(/[\0 ]+$/, '')
      .trim() || '0',
    8,
  );
}

function ustarName(block: Buffer): Buffer {
  const name = upToZero(block.subarray(0, 100));
  const isPosix = block.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isPosix ? upToZero(block.subarray(345, 500)) : Buffer.alloc(0);
  return prefix.length > 0 ? Buffer.concat([prefix, Buffer.from('/'), name]) : name;
}

function upToZero(field: Buffer): Buffer {
  const end = field.indexOf(0);
  return end < 0 ? field : field.subarray(0, end);
}

/** Records of the form `LENGTH KEY=VALUE\n`. */
function paxRecords(data: Buffer): Map<string, Buffer> {
  const records = new Map<string, Buffer>();
  for (let at = 0; at < data.length;) {
    const space = data.indexOf(0x20, at);
    const length = Number(data.toString('latin1', at, space));
    const equals = data.indexOf(0x3d, space);
    if (space < 0 || equals < 0 || !(length > 0)) throw new TarError('the archive is damaged');
    records.set(data.toString('utf8', space + 1, equals), data.subarray(equals + 1, at + length - 1));
    at += length;
  }
  return records;
}

/** Bytes of the source in the portions that are asked for. */
class Input {
  private rest: Buffer = Buffer.alloc(0);

  constructor(private readonly source: AsyncIterator<Buffer>) {}

  /** Up to `most` bytes as they come; undefined at the end. */
  async some(most: number): Promise<Buffer | undefined> {
    while (this.rest.length === 0) {
      const next = await this.source.next();
      if (next.done) return undefined;
      this.rest = next.value;
    }
    const taken = this.rest.subarray(0, most);
    this.rest = this.rest.subarray(taken.length);
    return taken;
  }

  /** Exactly `size` bytes; undefined where the source ends before the first of them. */
  async exactly(size: number): Promise<Buffer | undefined> {
    const parts: Buffer[] = [];
    let have = 0;
    while (have < size) {
      const part = await this.some(size - have);
      if (!part) return have === 0 ? undefined : cut();
      parts.push(part);
      have += part.length;
    }
    return parts.length === 1 ? parts[0] : Buffer.concat(parts);
  }

  async skip(size: number): Promise<void> {
    for (let left = size; left > 0;) left -= ((await this.some(left)) ?? cut()).length;
  }

  /** What tar adds behind the end to fill its last record. */
  async drain(): Promise<void> {
    while (await this.some(Infinity));
  }
}
