import { stat } from 'node:fs/promises';
import { cacheMessages } from '../messages/cache.js';
import { ImgpackError } from '../messages/message.js';
import { bury, emptyTrash, sweep } from './sweep.js';
import { cacheFault, codeOf } from './faults.js';
import { namesIn } from './files.js';
import { StoreFolder } from './folder.js';
import { Lease } from './lease.js';
import { readArchive } from './read-archive.js';
import { receive, type Received } from './receive.js';
import { shipmentOf, type Shipment } from './shipment.js';
import { writeArchive } from './write-archive.js';

export interface TransferOptions {
  /** Only builds that this accepts. */
  readonly build?: (name: string) => boolean;
  readonly log: (text: string) => void;
}

export interface Exported {
  readonly keys: readonly string[];
  /** Keys of checkpoints that do not lie in the store, as images of an engine: they stayed behind. */
  readonly elsewhere: readonly string[];
}

export interface Imported extends Received {
  /** How many of the taken ones depend on a secret, and cannot be found as this store has another key for secrets. */
  readonly unreachable: number;
}

/**
 * Writes checkpoints to a `.tar` or `.tar.gz` file, or to a folder. What an earlier export left in the folder is brought up
 * to date. The result holds the store's secret, and the memory of machines: it is for its owner only.
 * @throws ImgpackError `cache/live-target`, `cache/unknown-archive`, `cache/not-written`
 */
export async function exportTo(
  target: string,
  folder: StoreFolder,
  lease: Lease,
  options: TransferOptions,
): Promise<Exported> {
  const toArchive = await isArchive(target);
  const { shipment, elsewhere } = await shipmentOf(folder, lease, options.build ?? (() => true));
  if (toArchive) await writeArchive(target, folder, shipment);
  else {
    await mirror(target, shipment, options.log).catch((error: unknown) => {
      throw cacheFault(target, error);
    });
  }
  return { keys: shipment.entries.map(({ entry }) => entry.key), elsewhere };
}

/**
 * Takes the checkpoints of an export, or of another store, that are not here yet or newer there.
 * @throws ImgpackError `cache/no-export`, and where the store cannot be written
 */
export async function importFrom(
  source: string,
  folder: StoreFolder,
  lease: Lease,
  options: TransferOptions,
): Promise<Imported> {
  const { shipment, release } = await openSource(source, options);
  try {
    const received = await receive(folder, lease, shipment);
    const taken = new Set(received.taken);
    const secret = ({ entry }: Shipment['entries'][number]) =>
      taken.has(entry.key) && entry.inputs.some(({ digest }) => digest.startsWith('hmac:'));
    return { ...received, unreachable: received.secret ? 0 : shipment.entries.filter(secret).length };
  } finally {
    await release();
  }
}

async function openSource(
  source: string,
  { build, log }: TransferOptions,
): Promise<{ readonly shipment: Shipment; release(): Promise<void> }> {
  const accepts = build ?? (() => true);
  if (!(await isFolder(source))) {
    const all = await readArchive(source);
    const shipment = { ...all, entries: all.entries.filter(({ entry }) => accepts(entry.build)) };
    return { shipment, release: () => all.close() };
  }
  // An empty folder would become a store.
  if (!(await namesIn(source)).includes('version')) {
    throw new ImgpackError(cacheMessages.noExport(source, 'it does not tell its format'));
  }
  const folder = await StoreFolder.open(source, log);
  const lease = await Lease.take(folder, () => Promise.resolve());
  const { shipment } = await shipmentOf(folder, lease, accepts);
  return { shipment, release: () => lease.close() };
}

/** Makes a folder a store with these checkpoints and no others. */
async function mirror(target: string, shipment: Shipment, log: (text: string) => void): Promise<void> {
  const names = await namesIn(target);
  if (names.includes('version') && !names.includes('exported')) {
    throw new ImgpackError(cacheMessages.liveTarget(target));
  }
  const folder = await StoreFolder.open(target, log, 'exported');
  if (shipment.secret && !folder.secret.equals(shipment.secret)) await folder.takeSecret(shipment.secret);
  const wanted = new Map(shipment.entries.map(({ entry }) => [entry.key, entry.created]));
  await folder.change(async () => {
    for (const { entry } of (await sweep(folder)).entries) {
      if (wanted.get(entry.key) !== entry.created) await bury(folder, entry);
    }
  });
  const lease = await Lease.take(folder, async () => {
    await folder.change(() => sweep(folder));
    await emptyTrash(folder, () => Promise.resolve(), log);
  });
  try {
    await receive(folder, lease, shipment);
  } finally {
    await lease.close();
  }
}

/** By what is there, else by the name. */
async function isArchive(target: string): Promise<boolean> {
  if (await isFolder(target)) return false;
  if (/\.(tar|tar\.gz|tgz)$/.test(target)) return true;
  if (/\.(tar\.[a-z0-9]+|tzst|txz|tbz2?|zip)$/.test(target) || (await exists(target))) {
    throw new ImgpackError(cacheMessages.unknownArchive(target));
  }
  return false;
}

const isFolder = (path: string): Promise<boolean> => lookAt(path).then((stats) => stats?.isDirectory() ?? false);
const exists = (path: string): Promise<boolean> => lookAt(path).then((stats) => stats !== undefined);

const lookAt = (path: string) =>
  stat(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  });
