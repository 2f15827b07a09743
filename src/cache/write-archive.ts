import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack as createPack, type Pack } from 'tar-stream';
import { cacheMessages } from '../messages/cache.js';
import { ImgpackError } from '../messages/message.js';
import { codeOf } from './faults.js';
import { FORMAT, type StoreFolder } from './folder.js';
import type { LayerFile } from './layers.js';
import type { Shipment } from './shipment.js';
import { piecesOf, scanFile, type Extent, type FileScan } from './sparse.js';

/** Fast: what fills a cache is mostly compressed already, or a machine's memory. */
const GZIP_LEVEL = 1;
const BLOCK = 512;
const PRIVATE = 0o600;

/**
 * Writes a tar archive with the layout of a store, what there is first, then the files. `exported` holds the
 * digests of what is not a file of a layer; those of files are in the layers' records.
 * Files with holes are stored as GNU tar does (format 1.0), so that `tar x` makes a store of it, too.
 * @throws ImgpackError `cache/not-written`
 */
export async function writeArchive(path: string, folder: StoreFolder, shipment: Shipment): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  const pack = createPack();
  const file = createWriteStream(draft, { mode: PRIVATE, flags: 'wx', flush: true });
  const written = path.endsWith('.tar')
    ? pipeline(pack, file)
    : pipeline(pack, createGzip({ level: GZIP_LEVEL }), file);
  try {
    // Where the file cannot be written the archive waits for ever for someone to take what it has.
    await Promise.race([fill(pack, folder, shipment).then(() => written), written.then(() => undefined)]);
    await written;
    await rename(draft, path);
  } catch (error) {
    pack.destroy();
    await written.catch(() => undefined);
    await rm(draft, { force: true });
    if (codeOf(error) === undefined || error instanceof ImgpackError) throw error;
    throw new ImgpackError(cacheMessages.notWritten(path, (error as Error).message), { cause: error });
  }
}

async function fill(pack: Pack, folder: StoreFolder, shipment: Shipment): Promise<void> {
  const add = (name: string, content: string | Buffer, mtime = new Date(0)) =>
    new Promise<void>((resolve, reject) => {
      pack.entry({ name, mode: PRIVATE, mtime }, content, (error) => (error ? reject(error) : resolve()));
    });
  const entries = shipment.entries.map(({ entry, lastUse }) => {
    return { name: `entries/${entry.key}.json`, text: JSON.stringify(entry), lastUse };
  });
  const files: { readonly name: string; readonly path: string; readonly scan: FileScan }[] = [];
  const records: { readonly name: string; readonly text: string }[] = [];
  for (const [id, record] of shipment.layers) {
    const found: LayerFile[] = [];
    for (const { path: inside } of record.files) {
      const path = folder.at('layers', id, inside);
      const scan = await scanFile(path);
      files.push({ name: `layers/${id}/${inside}`, path, scan });
      found.push({ path: inside, size: scan.size, sha256: scan.sha256 });
    }
    records.push({ name: `layers/${id}.json`, text: JSON.stringify({ ...record, files: found }) });
  }
  const digests = Object.fromEntries([...entries, ...records].map(({ name, text }) => [name, sha256(text)]));
  if (shipment.secret) digests['secret'] = sha256(shipment.secret);
  await add('version', `${FORMAT}\n`);
  await add('exported', JSON.stringify(digests));
  if (shipment.secret) await add('secret', shipment.secret);
  for (const { name, text, lastUse } of entries) await add(name, text, lastUse);
  for (const { name, text } of records) await add(name, text);
  for (const { name, path, scan } of files) await addFile(pack, name, path, scan);
  pack.finalize();
}

const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');

async function addFile(pack: Pack, name: string, path: string, { size, extents }: FileScan): Promise<void> {
  const stored = extents.reduce((sum, { length }) => sum + length, 0);
  const map = stored === size ? undefined : sparseMap(extents, size);
  const header = {
    name,
    mode: PRIVATE,
    mtime: new Date(0),
    size: stored + (map?.length ?? 0),
    ...(map && {
      pax: {
        'GNU.sparse.major': '1',
        'GNU.sparse.minor': '0',
        'GNU.sparse.name': name,
        'GNU.sparse.realsize': String(size),
      },
    }),
  };
  async function* content(): AsyncGenerator<Buffer> {
    if (map) yield map;
    // The archive keeps what it is given until it is written, and a piece is used again for the next one.
    for await (const { bytes } of piecesOf(path, extents)) yield Buffer.from(bytes);
  }
  await pipeline(Readable.from(content(), { objectMode: false }), pack.entry(header));
}

/** How many parts there are, and where each is and how long: a number a line, up to a full block. */
function sparseMap(extents: readonly Extent[], size: number): Buffer {
  // A last part without length tells where the file ends.
  const parts = [...extents, { at: size, length: 0 }];
  const text = [parts.length, ...parts.flatMap(({ at, length }) => [at, length])].join('\n') + '\n';
  const map = Buffer.alloc(Math.ceil(text.length / BLOCK) * BLOCK);
  map.write(text, 'latin1');
  return map;
}
