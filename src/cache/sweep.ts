import { randomBytes } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import type { ResourceReference } from '../contract/resources.js';
import { cacheMessages } from '../messages/cache.js';
import { entryPath, isKey, isLayerId, readEntryFile, tombstonePath, type CheckpointEntry } from './entry.js';
import { codeOf } from './faults.js';
import { namesIn } from './files.js';
import type { StoreFolder } from './folder.js';
import { recordPath } from './layers.js';
import { readLeases } from './lease.js';
import { isOwned, ownerOf } from './owner.js';
import { leasedLayers, survey, type Survey } from './survey.js';

/** A draft of another host that is older than this is nobody's. */
const FOREIGN_DRAFT_MILLISECONDS = 86_400_000;

/** Takes a checkpoint out of the store. What belongs to it elsewhere waits in the trash, so that no crash forgets it. */
export async function bury(folder: StoreFolder, entry: CheckpointEntry): Promise<void> {
  const path = entryPath(folder, entry.key);
  if (entry.remove.length === 0) await rm(path, { force: true });
  else await rename(path, tombstonePath(folder, entry.key, token()));
}

/** Takes a layer out of the store. The record goes first: a layer without one is complete for nobody. */
export async function discard(folder: StoreFolder, id: string): Promise<void> {
  await rm(recordPath(folder, id), { force: true });
  await rename(folder.at('layers', id), folder.at('trash', `${id},${token()}`)).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
  });
}

/**
 * Takes what nobody needs out of the store, under its lock: layers without a checkpoint or a run, checkpoints without
 * their layers, and what dead processes left. Layers are only moved, as removing them may take long: see `emptyTrash`.
 * @returns what is left
 */
export async function sweep(folder: StoreFolder): Promise<Survey> {
  const found = await survey(folder);
  for (const name of found.staleLeases) await rm(folder.at('leases', name), { force: true });
  for (const key of found.broken) {
    const entry = await readEntryFile(folder, entryPath(folder, key));
    if (entry?.key === key) await bury(folder, entry);
    else await rm(entryPath(folder, key), { force: true });
  }
  const needed = leasedLayers(found);
  for (const { chain } of found.entries) for (const id of chain) needed.add(id);
  for (const id of new Set([...found.records, ...found.layers.keys()])) if (!needed.has(id)) await discard(folder, id);
  for (const place of ['drafts', 'incoming'] as const) {
    for (const name of await namesIn(folder.at(place))) {
      const owner = ownerOf(name);
      const path = folder.at(place, name);
      if (owner && !(await isOwned(path, owner, FOREIGN_DRAFT_MILLISECONDS)))
        await rm(path, { recursive: true, force: true });
    }
  }
  return {
    ...found,
    broken: [],
    staleLeases: [],
    layers: new Map([...found.layers].filter(([id]) => needed.has(id))),
    records: found.records.filter((id) => needed.has(id)),
  };
}

/**
 * Removes what was taken out. It needs no lock: nothing in the trash comes back, and several may empty it at once.
 * What cannot be destroyed stays for the next time.
 */
export async function emptyTrash(
  folder: StoreFolder,
  destroy: (reference: ResourceReference) => Promise<void>,
  log: (text: string) => void,
): Promise<void> {
  const { live } = await readLeases(folder);
  const held = new Set(live.flatMap(({ entries }) => entries));
  for (const name of await namesIn(folder.at('trash'))) {
    const path = folder.at('trash', name);
    const id = name.split(',')[0] as string;
    if (!name.endsWith('.json')) {
      if (isLayerId(id)) await rm(path, { recursive: true, force: true });
      continue;
    }
    if (!isKey(id) || held.has(id)) continue;
    const entry = await readEntryFile(folder, path);
    try {
      for (const reference of [...(entry?.remove ?? [])].reverse()) await destroy(reference);
      await rm(path, { force: true });
    } catch (error) {
      log(cacheMessages.notDestroyed(id, error instanceof Error ? error.message : String(error)).text);
    }
  }
}

const token = (): string => randomBytes(8).toString('hex');
