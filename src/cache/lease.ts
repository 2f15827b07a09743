import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import type { Layer } from '../contract/checkpoint.js';
import type { Json, JsonObject } from '../contract/json.js';
import { isLayerId, layerOf, readEntry, type CheckpointEntry } from './entry.js';
import { codeOf } from './faults.js';
import { namesIn, readJson } from './files.js';
import type { StoreFolder } from './folder.js';
import { completeChain } from './layers.js';
import { isOwned, ownerOf, ownName } from './owner.js';

/** How long the lease of another host counts after it was written last. */
const FOREIGN_MILLISECONDS = 86_400_000;

/** What a running imgpack needs. */
export interface LeaseContent {
  /** Layers that it reads or writes; a parent is told where the layer is not complete yet. */
  readonly layers: readonly { readonly id: string; readonly parent?: string }[];
  /** Keys of checkpoints that it uses. */
  readonly entries: readonly string[];
}

/** Keeps what one run uses from being removed by others, and knows what the run has begun. Made by `CheckpointStore.lease`. */
export class Lease {
  private layers: ReadonlyMap<string, string | undefined> = new Map();
  private entries: ReadonlySet<string> = new Set();

  private constructor(
    private readonly folder: StoreFolder,
    /** Also the name of the run's place for what it brings in. */
    readonly name: string,
    private readonly settle: () => Promise<void>,
  ) {}

  /** @param settle removes from the store what nobody needs once the lease is closed */
  static async take(folder: StoreFolder, settle: () => Promise<void>): Promise<Lease> {
    const lease = new Lease(folder, await ownName(), settle);
    await folder.change(() => lease.save(lease.layers, lease.entries));
    return lease;
  }

  /**
   * Makes an empty layer over `parent`, which is one of this lease, or of a checkpoint that it holds. It goes with the lease
   * unless it was published.
   * @throws ImgpackError `cache/full`, and where the store cannot be written
   */
  begin(parent?: Layer): Promise<Layer> {
    return this.folder.change(async () => {
      const layer = layerOf(this.folder, randomBytes(8).toString('hex'));
      await this.save(new Map([...this.layers, [layer.id, parent?.id]]), this.entries);
      await mkdir(layer.folder, { mode: 0o700 });
      return layer;
    });
  }

  /**
   * Keeps a checkpoint and the layers of its machine from now on.
   * @returns the checkpoint that its key has now, which may be a newer one; undefined where it was removed meanwhile
   */
  hold(entry: CheckpointEntry): Promise<CheckpointEntry | undefined> {
    return this.folder.change(async () => {
      const current = await readEntry(this.folder, entry.key);
      if (!current || (current.layer && !(await completeChain(this.folder, current.layer.id)))) return undefined;
      await this.keep(current);
      return current;
    });
  }

  /** Keeps those of the given layers that are complete, and returns them. */
  keepLayers(ids: readonly string[]): Promise<Set<string>> {
    return this.folder.change(async () => {
      const complete = new Set<string>();
      for (const id of ids) if (await completeChain(this.folder, id)) complete.add(id);
      const added = [...complete].filter((id) => !this.layers.has(id)).map((id) => [id, undefined] as const);
      await this.save(new Map([...this.layers, ...added]), this.entries);
      return complete;
    });
  }

  /** Removes a layer of this lease that was not published, and that nothing lies over. */
  async drop(layer: Layer): Promise<void> {
    const trash = this.folder.at('trash', `${layer.id},${randomBytes(8).toString('hex')}`);
    await this.folder.change(async () => {
      const layers = new Map(this.layers);
      layers.delete(layer.id);
      await rename(layer.folder, trash).catch((error: unknown) => {
        if (codeOf(error) !== 'ENOENT') throw error;
      });
      // A lease with a layer too many does no harm, and on a full disk it cannot be written again.
      this.layers = layers;
      await this.save(layers, this.entries).catch(() => undefined);
    });
    await rm(trash, { recursive: true, force: true });
  }

  /** Gives everything back. Layers that were not published, and that nobody needs, are removed. */
  async close(): Promise<void> {
    // What held nothing leaves nothing: a run that found everything done does not look through the store.
    const used = this.layers.size + this.entries.size > 0;
    await this.folder.change(() => rm(this.path, { force: true }));
    if (used) await this.settle();
  }

  /** The layer below an own one. */
  parentOf(id: string): string | undefined {
    return this.layers.get(id);
  }

  /** For the store, under its lock. */
  async keep(entry: CheckpointEntry): Promise<void> {
    const layers = new Map(this.layers);
    if (entry.layer && !layers.has(entry.layer.id)) layers.set(entry.layer.id, undefined);
    await this.save(layers, new Set([...this.entries, entry.key]));
  }

  private async save(layers: ReadonlyMap<string, string | undefined>, entries: ReadonlySet<string>): Promise<void> {
    const content: LeaseContent = {
      layers: [...layers].map(([id, parent]) => ({ id, ...(parent !== undefined && { parent }) })),
      entries: [...entries],
    };
    // A lease is for as long as its process runs: a crash of the system ends both.
    await this.folder.write(this.path, JSON.stringify(content), { durable: false });
    this.layers = layers;
    this.entries = entries;
  }

  private get path(): string {
    return this.folder.at('leases', this.name);
  }
}

/** The leases of running processes; names of those whose process is gone. */
export async function readLeases(folder: StoreFolder): Promise<{ live: LeaseContent[]; stale: string[] }> {
  const live: LeaseContent[] = [];
  const stale: string[] = [];
  for (const name of await namesIn(folder.at('leases'))) {
    const owner = ownerOf(name);
    if (!owner) continue;
    const path = folder.at('leases', name);
    if (!(await isOwned(path, owner, FOREIGN_MILLISECONDS))) stale.push(name);
    else live.push(contentOf(await readJson(path)));
  }
  return { live, stale };
}

/** A lease is written whole; one that is closed at this moment holds nothing. */
function contentOf(json: Json | undefined): LeaseContent {
  const { layers, entries } = (json ?? {}) as { layers?: LeaseContent['layers']; entries?: readonly string[] };
  const sound = (layers ?? []).filter(({ id, parent }) => isLayerId(id) && (parent === undefined || isLayerId(parent)));
  return { layers: sound, entries: entries ?? [] } satisfies LeaseContent & JsonObject;
}
