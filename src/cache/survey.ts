import { entryKeys, lastUseOf, readEntry, type CheckpointEntry } from './entry.js';
import { bytesOf, filesBelow } from './files.js';
import type { StoreFolder } from './folder.js';
import { completeChain, layersOnDisk, readRecord } from './layers.js';
import { readLeases, type LeaseContent } from './lease.js';

/** A checkpoint with what is known only together with the others. */
export interface Listed {
  readonly entry: CheckpointEntry;
  readonly lastUse: Date;
  /** Its layer and those below it, deepest last, by id. */
  readonly chain: readonly string[];
}

/** What is in a store. */
export interface Survey {
  readonly entries: readonly Listed[];
  /** Keys of files that are no checkpoint, or whose layers are not complete. */
  readonly broken: readonly string[];
  readonly leases: readonly LeaseContent[];
  readonly staleLeases: readonly string[];
  /** Every folder of a layer, complete or not. */
  readonly layers: ReadonlyMap<string, { readonly parent?: string; readonly bytes: number }>;
  /** Ids of all records of layers. */
  readonly records: readonly string[];
}

/** Looks at everything. Consistent under the lock; without it something may vanish meanwhile. */
export async function survey(folder: StoreFolder): Promise<Survey> {
  const { live, stale } = await readLeases(folder);
  const entries: Listed[] = [];
  const broken: string[] = [];
  const chains = new Map<string, Promise<string[] | undefined>>();
  const chainOf = (id: string) => {
    const known = chains.get(id) ?? completeChain(folder, id);
    chains.set(id, known);
    return known;
  };
  for (const key of await entryKeys(folder)) {
    const [entry, lastUse] = await Promise.all([readEntry(folder, key), lastUseOf(folder, key)]);
    const chain = entry?.layer ? await chainOf(entry.layer.id) : [];
    if (entry && lastUse && chain) entries.push({ entry, lastUse, chain });
    else if (lastUse) broken.push(key);
  }
  const { folders, records } = await layersOnDisk(folder);
  const layers = await Promise.all(
    folders.map(async (id) => {
      const record = await readRecord(folder, id);
      // What is complete does not change any more; what a run writes to now is measured.
      const bytes = record?.bytes ?? bytesOf(await filesBelow(folder.at('layers', id)));
      return [id, { bytes, ...(record?.parent !== undefined && { parent: record.parent }) }] as const;
    }),
  );
  return { entries, broken, leases: live, staleLeases: stale, layers: new Map(layers), records };
}

/** The layers that runs need, and those below them. */
export function leasedLayers({ leases, layers }: Survey): Set<string> {
  const needed = new Set<string>();
  const told = new Map(leases.flatMap((lease) => lease.layers.map(({ id, parent }) => [id, parent] as const)));
  for (const id of told.keys()) {
    for (let at: string | undefined = id; at !== undefined && !needed.has(at);) {
      needed.add(at);
      at = layers.get(at)?.parent ?? told.get(at);
    }
  }
  return needed;
}

/** Keys of the checkpoints that runs hold, or whose machine they go on from. */
export function heldKeys(found: Survey): Set<string> {
  const leased = leasedLayers(found);
  const named = new Set(found.leases.flatMap(({ entries }) => entries));
  return new Set(
    found.entries
      .filter(({ entry }) => named.has(entry.key) || (entry.layer && leased.has(entry.layer.id)))
      .map(({ entry }) => entry.key),
  );
}
