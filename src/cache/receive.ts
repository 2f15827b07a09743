import { mkdir, rename, rm, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { entryFrom, entryPath, readEntry, writeEntry } from './entry.js';
import { bytesOf, filesBelow } from './files.js';
import type { StoreFolder } from './folder.js';
import { completeChain, writeRecord, type LayerFile, type LayerRecord } from './layers.js';
import type { Lease } from './lease.js';
import { chainIn, DamagedShipment, type ShippedEntry, type Shipment } from './shipment.js';
import { writeSparse } from './sparse.js';
import { bury, discard } from './sweep.js';
import { survey } from './survey.js';

export interface Received {
  readonly taken: readonly string[];
  /** Keys of which the store had the same checkpoint or a newer one. */
  readonly kept: readonly string[];
  readonly damaged: readonly { readonly key: string; readonly reason: string }[];
  /** Whether the store now has the secret of the shipment. */
  readonly secret: boolean;
}

/**
 * Takes checkpoints into a store: each with all of its layers or not at all, and only where every file has the size and
 * the digest that the shipment tells.
 */
export async function receive(folder: StoreFolder, lease: Lease, shipment: Shipment): Promise<Received> {
  const staging = folder.at('incoming', lease.name);
  const secret = await takeSecret(folder, shipment.secret);
  const reasons = new Map(shipment.changed.map((key) => [key, 'its description is not what was exported']));
  const taken: string[] = [];
  const kept: string[] = [];
  const wanted: { readonly shipped: ShippedEntry; readonly chain: readonly string[] }[] = [];
  for (const shipped of shipment.entries) {
    const { key, layer } = shipped.entry;
    const chain = chainIn(shipment.layers, layer);
    if (await hasAsNew(folder, shipped)) kept.push(key);
    else if (chain) wanted.push({ shipped, chain });
    else reasons.set(key, 'a layer is missing');
  }
  try {
    const ids = [...new Set(wanted.flatMap(({ chain }) => chain))];
    const present = await lease.keepLayers(ids);
    const staged = await stage(staging, shipment, (id) => ids.includes(id) && !present.has(id));
    for (const { shipped, chain } of wanted) {
      const { key } = shipped.entry;
      const fault = chain.map((id) => (present.has(id) ? undefined : staged.faults.get(id))).find(Boolean);
      if (fault !== undefined) reasons.set(key, fault);
      else if (await admit(folder, staging, shipped, chain, staged.records)) taken.push(key);
      else kept.push(key);
    }
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return { taken, kept, damaged: [...reasons].map(([key, reason]) => ({ key, reason })), secret };
}

/** The secret comes along only where nothing was made with another one. */
async function takeSecret(folder: StoreFolder, secret: Buffer | undefined): Promise<boolean> {
  if (!secret) return false;
  if (folder.secret.equals(secret)) return true;
  return folder.change(async () => {
    const { entries, layers, leases } = await survey(folder);
    // The one lease is that of this import.
    if (entries.length > 0 || layers.size > 0 || leases.length > 1) return false;
    await folder.takeSecret(secret);
    return true;
  });
}

async function hasAsNew(folder: StoreFolder, { entry }: ShippedEntry): Promise<boolean> {
  const own = await readEntry(folder, entry.key);
  if (!own || Date.parse(own.created) < Date.parse(entry.created)) return false;
  return !own.layer || (await completeChain(folder, own.layer.id)) !== undefined;
}

interface Staged {
  readonly records: ReadonlyMap<string, LayerRecord>;
  /** By the id of the layer. */
  readonly faults: ReadonlyMap<string, string>;
}

async function stage(staging: string, shipment: Shipment, wants: (id: string) => boolean): Promise<Staged> {
  const faults = new Map<string, string>();
  const files = new Map<string, LayerFile[]>();
  for (const id of shipment.layers.keys()) {
    if (!wants(id)) continue;
    files.set(id, []);
    await mkdir(join(staging, id), { recursive: true, mode: 0o700 });
  }
  let end = 'a file is missing';
  try {
    for await (const { layer, file, pieces } of shipment.contents(wants)) {
      const path = join(staging, layer, file.path);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const sha256 = await writeSparse(path, file.size, pieces);
      const known = file.sha256 ?? sha256;
      if (sha256 !== known)
        faults.set(layer, `\`${file.path}\` of layer ${layer} has another digest than was exported`);
      files.get(layer)?.push({ path: file.path, size: file.size, sha256 });
    }
  } catch (error) {
    if (!(error instanceof DamagedShipment)) throw error;
    end = error.message;
  }
  const records = new Map<string, LayerRecord>();
  for (const [id, found] of files) {
    const { parent, files: expected } = shipment.layers.get(id) as LayerRecord;
    const complete = expected.every(({ path }) => found.some((file) => file.path === path));
    if (!complete && !faults.has(id)) faults.set(id, end);
    const bytes = bytesOf(await filesBelow(join(staging, id)));
    records.set(id, { ...(parent !== undefined && { parent }), bytes, files: found });
  }
  return { records, faults };
}

/** @returns false where the store got a newer one meanwhile */
async function admit(
  folder: StoreFolder,
  staging: string,
  shipped: ShippedEntry,
  chain: readonly string[],
  records: ReadonlyMap<string, LayerRecord>,
): Promise<boolean> {
  return folder.change(async () => {
    if (await hasAsNew(folder, shipped)) return false;
    for (const id of [...chain].reverse()) {
      if (await completeChain(folder, id)) continue;
      // What lies there without being complete is of no use to anyone.
      await discard(folder, id);
      await rename(join(staging, id), folder.at('layers', id));
      await writeRecord(folder, id, records.get(id) as LayerRecord);
    }
    const { key } = shipped.entry;
    const before = await readEntry(folder, key);
    await writeEntry(folder, entryFrom(folder, shipped.entry), async () => {
      if (before && before.remove.length > 0) await bury(folder, before);
    });
    await utimes(entryPath(folder, key), shipped.lastUse, shipped.lastUse);
    return true;
  });
}
