import { storedForm, type StoredEntry } from './entry.js';
import type { StoreFolder } from './folder.js';

import { readRecord, type LayerFile, type LayerRecord } from './layers.js';
import type { Lease } from './lease.js';
import { dataOf, type Piece } from './sparse.js';
import { survey } from './survey.js';

/** Checkpoints on their way from one store to another, wherever they are now. */
export interface Shipment {
  /** Of the store that they come from. */
  readonly secret: Buffer | undefined;
  readonly entries: readonly ShippedEntry[];
  /** Keys of checkpoints whose description is not what was exported. */
  readonly changed: readonly string[];
  readonly layers: ReadonlyMap<string, LayerRecord>;
  /** The files of the layers that are wanted, one after the other; each must be read before the next. */
  contents(wanted: (id: string) => boolean): AsyncIterable<ShippedFile>;
  close(): Promise<void>;
}

export interface ShippedEntry {
  readonly entry: StoredEntry;
  readonly lastUse: Date;
}

export interface ShippedFile {
  readonly layer: string;
  readonly file: LayerFile;
  readonly pieces: AsyncIterable<Piece>;
}

/**
 * What is in a store, kept by `lease` meanwhile. Checkpoints that lie elsewhere, wholly or in part, stay behind.
 * @returns also the keys of those
 */
export async function shipmentOf(
  folder: StoreFolder,
  lease: Lease,
  accepts: (build: string) => boolean,
): Promise<{ readonly shipment: Shipment; readonly elsewhere: readonly string[] }> {
  const entries: ShippedEntry[] = [];
  const elsewhere: string[] = [];
  const layers = new Map<string, LayerRecord>();
  for (const { entry, lastUse, chain } of (await survey(folder)).entries) {
    if (!accepts(entry.build)) continue;
    if (!entry.layer || entry.remove.length > 0) elsewhere.push(entry.key);
    else if ((await lease.hold(entry))?.layer?.id === entry.layer.id) {
      entries.push({ entry: storedForm(entry), lastUse });
      for (const id of chain) layers.set(id, (await readRecord(folder, id)) as LayerRecord);
    }
  }
  async function* contents(wanted: (id: string) => boolean): AsyncGenerator<ShippedFile> {
    for (const [layer, { files }] of layers) {
      if (!wanted(layer)) continue;
      for (const file of files) {
        yield { layer, file, pieces: dataOf(folder.at('layers', layer, file.path)) };
      }
    }
  }
  const shipment = { secret: folder.secret, entries, changed: [], layers, contents, close: () => Promise.resolve() };
  return { shipment, elsewhere };
}

/** A layer of a shipment and those below it, deepest last; undefined where one is missing. */
export function chainIn(layers: Shipment['layers'], id: string | undefined): string[] | undefined {
  const chain: string[] = [];
  for (let at = id; at !== undefined; at = layers.get(at)?.parent) {
    if (!layers.has(at) || chain.includes(at)) return undefined;
    chain.push(at);
  }
  return chain.length > 0 ? chain : undefined;
}

/** A shipment that is cut off or changed on its way. What came before is sound. */
export class DamagedShipment extends Error {}
