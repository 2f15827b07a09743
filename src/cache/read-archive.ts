import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { extract, type Entry, type Extract, type Headers } from 'tar-stream';
import type { Json, JsonObject } from '../contract/json.js';
import { cacheMessages } from '../messages/cache.js';
import { ImgpackError } from '../messages/message.js';
import { isStoredEntry } from './entry.js';
import { checkFormat } from './folder.js';
import { isRecord, type LayerRecord } from './layers.js';
import { DamagedShipment, type ShippedEntry, type ShippedFile, type Shipment } from './shipment.js';
import type { Extent, Piece } from './sparse.js';

const BLOCK = 512;
const READ_BYTES = 1 << 20;
/** Of what is read into memory whole. */
const MOST_TEXT_BYTES = 64 << 20;
const DESCRIPTION = /^(layers|entries)\/([^/]+)\.json$/;
const TEXT = /^(version|exported|secret|(layers|entries)\/[^/]+\.json)$/;
const CONTENT = /^layers\/([0-9a-f]{16})\/(.+)$/;

/**
 * Opens an archive that `writeArchive` wrote, or a tar of an exported folder, in any order. It is read once for what there
 * is and once for the content. Of the files only what a layer's record names is ever given out.
 * @throws ImgpackError `cache/no-export`, `cache/newer`
 */
export async function readArchive(path: string): Promise<Shipment> {
  // Opened once: another export may put a new file in its place between the two readings.
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw new ImgpackError(cacheMessages.noExport(path, error.code === 'ENOENT' ? 'it does not exist' : error.message));
  });
  try {
    return await readFrom(path, file);
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readFrom(path: string, file: FileHandle): Promise<Shipment> {
  const texts = new Map<string, { readonly content: Buffer; readonly mtime: Date | undefined }>();
  let cut: string | undefined;
  try {
    for await (const member of membersOf(path, file)) {
      const name = nameOf(member);
      if (TEXT.test(name)) texts.set(name, { content: await textOf(member), mtime: member.header.mtime });
    }
  } catch (error) {
    if (!(error instanceof DamagedShipment)) throw error;
    cut = error.message;
  }
  const version = texts.get('version');
  if (!version) throw new ImgpackError(cacheMessages.noExport(path, cut ?? 'it does not tell its format'));
  checkFormat(path, version.content.toString());

  const digests = parse(texts.get('exported')?.content) as JsonObject | undefined;
  // A tar of an exported folder tells no digests.
  const isSound = (name: string, content: Buffer) =>
    !digests || digests[name] === createHash('sha256').update(content).digest('hex');
  const entries: ShippedEntry[] = [];
  const layers = new Map<string, LayerRecord>();
  const changed: string[] = [];
  for (const [name, { content, mtime }] of texts) {
    const [, kind, word = ''] = DESCRIPTION.exec(name) ?? [];
    if (kind === undefined) continue;
    const json = parse(content);
    const sound = isSound(name, content);
    if (kind === 'layers' && sound && isRecord(json)) layers.set(word, json);
    else if (kind === 'entries' && sound && isStoredEntry(json))
      entries.push({ entry: json, lastUse: mtime ?? new Date(json.created) });
    else if (kind === 'entries') changed.push(word);
  }

  async function* contents(wanted: (id: string) => boolean): AsyncGenerator<ShippedFile> {
    for await (const member of membersOf(path, file)) {
      const [, layer = '', inside = ''] = CONTENT.exec(nameOf(member)) ?? [];
      const named = wanted(layer) ? layers.get(layer)?.files.find((one) => one.path === inside) : undefined;
      if (named) yield { layer, file: named, pieces: guarded(path, piecesIn(member)) };
    }
  }
  const secret = texts.get('secret')?.content;
  return {
    secret: secret && isSound('secret', secret) ? secret : undefined,
    entries,
    changed,
    layers,
    contents,
    close: () => file.close(),
  };
}

/** What a reader leaves of a member is passed over. */
async function* membersOf(path: string, file: FileHandle): AsyncGenerator<Entry> {
  const stream = await untar(file);
  try {
    for await (const member of stream) {
      yield member;
      member.resume();
    }
  } catch (error) {
    throw damaged(path, error);
  } finally {
    stream.destroy();
  }
}

/** What a fault of the archive itself is; those of the system stay as they are. */
function damaged(path: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof DamagedShipment || error instanceof ImgpackError) return error;
  if (code !== undefined && !code.startsWith('Z_')) return error;
  return new DamagedShipment(`\`${path}\` is damaged: ${message}`);
}

/** Gzip is told by its first bytes, whatever the file is called. */
async function untar(file: FileHandle): Promise<Extract> {
  const head = Buffer.alloc(2);
  await file.read(head, 0, 2, 0);
  const stream = extract();
  const source = Readable.from(bytesOf(file), { objectMode: false });
  const fail = (error: Error) => stream.destroy(error);
  source.on('error', fail);
  if (head[0] === 0x1f && head[1] === 0x8b) source.pipe(createGunzip().on('error', fail)).pipe(stream);
  else source.pipe(stream);
  stream.on('close', () => source.destroy());
  // Whoever asks for the next member is told; a fault with nobody waiting must not end the process.
  stream.on('error', () => undefined);
  return stream;
}

/** From the beginning; a stream of Node would close the file at its end. */
async function* bytesOf(file: FileHandle): AsyncGenerator<Buffer> {
  for (let at = 0; ;) {
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    const { bytesRead } = await file.read(buffer, 0, READ_BYTES, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** Its types leave them out. */
const paxOf = (header: Headers): Record<string, string | undefined> =>
  (header as { pax?: Record<string, string> }).pax ?? {};

const nameOf = ({ header }: Entry): string => (paxOf(header)['GNU.sparse.name'] ?? header.name).replace(/^\.\//, '');

async function textOf(member: Entry): Promise<Buffer> {
  if ((member.header.size ?? 0) > MOST_TEXT_BYTES) throw new DamagedShipment(`\`${nameOf(member)}\` is too large`);
  const chunks: Buffer[] = [];
  for await (const chunk of member) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function parse(text: Buffer | undefined): Json | undefined {
  try {
    return text && (JSON.parse(text.toString()) as Json);
  } catch {
    return undefined; // What cannot be read is missing, and so told of.
  }
}

async function* guarded(path: string, pieces: AsyncIterable<Piece>): AsyncGenerator<Piece> {
  try {
    yield* pieces;
  } catch (error) {
    throw damaged(path, error);
  }
}

async function* piecesIn(member: Entry): AsyncGenerator<Piece> {
  const chunks = member[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  const more = async (): Promise<boolean> => {
    const { done, value } = await chunks.next();
    if (done) return false;
    rest = rest.length === 0 ? (value as Buffer) : Buffer.concat([rest, value as Buffer]);
    return true;
  };
  let read = 0;
  const line = async (): Promise<number> => {
    let end = rest.indexOf(10);
    while (end < 0 && (await more())) end = rest.indexOf(10);
    const text = rest.subarray(0, end < 0 ? 0 : end).toString('latin1');
    if (!/^\d+$/.test(text)) throw new DamagedShipment(`the map of holes of \`${nameOf(member)}\` is damaged`);
    rest = rest.subarray(end + 1);
    read += end + 1;
    return Number(text);
  };
  const extents: Extent[] = [];
  if (paxOf(member.header)['GNU.sparse.major'] === '1') {
    for (let parts = await line(); parts > 0; parts--) extents.push({ at: await line(), length: await line() });
    const padding = (BLOCK - (read % BLOCK)) % BLOCK;
    while (rest.length < padding && (await more()));
    rest = rest.subarray(padding);
  } else extents.push({ at: 0, length: member.header.size ?? 0 });
  for (const { at, length } of extents) {
    for (let done = 0; done < length;) {
      if (rest.length === 0 && !(await more())) throw new DamagedShipment(`\`${nameOf(member)}\` ends too early`);
      const bytes = rest.subarray(0, length - done);
      yield { at: at + done, bytes };
      done += bytes.length;
      rest = rest.subarray(bytes.length);
    }
  }
}
