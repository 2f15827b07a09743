import { entryKeys, lastUseOf, readEntry, type CheckpointEntry } from './entry.js';
import { bytesOf, filesBelow } from './files.js';
import type { StoreFolder } from './folder.js';
import { completeChain, completeRecord, layersOnDisk } from './layers.js';
import { readLeases, type LeaseContent } from './lease.js';

const AT_ONCE = 64;

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
  const complete = onceEach((id) => completeRecord(folder, id));
  const found = await inBatches(await entryKeys(folder), async (key) => {
    const [entry, lastUse] = await Promise.all([readEntry(folder, key), lastUseOf(folder, key)]);
    return { key, entry, lastUse, chain: entry?.layer ? await completeChain(folder, entry.layer.id, complete) : [] };
  });
  const entries: Listed[] = [];
  const broken: string[] = [];
  for (const { key, entry, lastUse, chain } of found) {
    if (entry && lastUse && chain) entries.push({ entry, lastUse, chain });
    else if (lastUse) broken.push(key);
  }
  const { folders, records } = await layersOnDisk(folder);
  const layers = await inBatches(folders, async (id) => {
    const record = await complete(id);
    // What is complete does not change any more; what a run writes to now is measured.
    const bytes = record?.bytes ?? bytesOf(await filesBelow(folder.at('layers', id)));
    return [id, { bytes, ...(record?.parent !== undefined && { parent: record.parent }) }] as const;
  });
  return { entries, broken, leases: live, staleLeases: stale, layers: new Map(layers), records };
}

function onceEach<T>(work: (id: string) => Promise<T>): (id: string) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (id) => {
    const result = known.get(id) ?? work(id);
    known.set(id, result);
    return result;
  };
}

/** Some at a time: all at once would open all files at once. */
async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let first = 0; first < items.length; first += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(first, first + AT_ONCE).map(work))));
  }
  return results;
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
