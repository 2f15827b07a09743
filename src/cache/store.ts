import { utimes } from 'node:fs/promises';
import { formatBytes } from '../contract/bytes.js';
import type { Layer } from '../contract/checkpoint.js';
import type { ResourceReference } from '../contract/resources.js';
import { cacheMessages } from '../messages/cache.js';
import {
  entryPath,
  isKey,
  newEntry,
  readEntry,
  writeEntry,
  type CheckpointEntry,
  type NewCheckpoint,
} from './entry.js';
import { DigestCache } from './digests.js';
import { sizeOf } from './eviction.js';
import { cacheFault } from './faults.js';
import { StoreFolder } from './folder.js';
import { completeChain, readRecord, seal, writeRecord, type LayerRecord } from './layers.js';
import { Lease, readLeases } from './lease.js';
import { choosePruned, type PruneOptions } from './prune.js';
import { Records } from './records.js';
import type { Exported, Imported } from './transfer.js';
import { bury, emptyTrash, sweep } from './sweep.js';
import { survey, type Listed, type Survey } from './survey.js';

export interface StoreOptions {
  readonly folder: string;
  /** What checkpoints may take together, in bytes. What a running imgpack uses stays, whatever it takes. */
  readonly limit: number;
  readonly now: () => Date;
  /** One line for people. */
  readonly log: (text: string) => void;
  /** Destroys what belongs to a removed checkpoint outside the store. It may be asked twice for the same. */
  readonly destroy: (reference: ResourceReference) => Promise<void>;
}

export interface Pruned {
  readonly keys: readonly string[];
  /** What they took, in bytes. */
  readonly bytes: number;
  /** What the store takes now, as `size` tells. */
  readonly left: number;
}

/**
 * States of machines by the key of the step that made them, in a folder that several imgpack processes share.
 *
 * A layer is complete when it has a record, and a checkpoint is there when its entry is: both are written whole, in this
 * order, and taken away in the other one. So the store is valid at every moment, and what a killed process left is only
 * waste that the next sweep removes. What a run uses is protected by its lease. Everything that changes the store happens
 * under one lock that is held for milliseconds; reading needs none.
 */
export class CheckpointStore {
  /** What else is remembered: finished builds, how long steps took. */
  readonly records: Records;
  /** What files contain, remembered over runs. */
  readonly digests: DigestCache;
  private toldOfLimit = false;
  /** What may still be published, in bytes, before everything is looked at: half of what was free, as others publish, too. */
  private slack = 0;

  private constructor(
    private readonly folder: StoreFolder,
    private readonly options: StoreOptions,
  ) {
    this.records = new Records(folder);
    this.digests = new DigestCache(folder, options);
  }

  /** @throws ImgpackError `cache/newer`, `cache/not-a-cache`, and where the folder cannot be written */
  static async open(options: StoreOptions): Promise<CheckpointStore> {
    return new CheckpointStore(await StoreFolder.open(options.folder, options.log), options);
  }

  /** For the `hmac:` digests of `KeyInput`. */
  get secret(): Buffer {
    return this.folder.secret;
  }

  get path(): string {
    return this.folder.path;
  }

  /** One per run. What killed runs left is removed first. */
  async lease(): Promise<Lease> {
    if ((await this.guard(readLeases(this.folder))).stale.length > 0) await this.collect();
    return Lease.take(this.folder, () => this.settle());
  }

  /**
   * Makes a state of a machine a checkpoint. The layer must not be written to any more; it and those below it that are
   * not complete become complete. Of two with the same key the last one stays.
   * @throws ImgpackError `cache/full`, and where the store cannot be written; it stays valid
   */
  async publish(lease: Lease, layer: Layer | undefined, checkpoint: NewCheckpoint): Promise<CheckpointEntry> {
    if (!isKey(checkpoint.key)) throw new TypeError(`no key of a checkpoint: ${checkpoint.key}`);
    const sealed = await this.guard(this.sealLayers(lease, layer));
    const entry = await this.folder.change(async () => {
      for (const [id, record] of sealed) await writeRecord(this.folder, id, record);
      const record = layer && (await readRecord(this.folder, layer.id));
      const created = this.options.now();
      const made = newEntry(checkpoint, { created: created.toISOString(), layer, bytes: record?.bytes ?? 0 });
      const before = await readEntry(this.folder, made.key);
      // Held first: what the earlier one of this key has elsewhere stays as long as a run may use it.
      await lease.keep(made);
      await writeEntry(this.folder, made, async () => {
        if (before && before.remove.length > 0) await bury(this.folder, before);
      });
      await utimes(entryPath(this.folder, made.key), created, created);
      return made;
    });
    this.slack -= entry.bytes;
    if (this.slack < 0) await this.settle();
    return entry;
  }

  /**
   * The checkpoint of a key; its layers are complete. It counts as used now. Take it by `Lease.hold` before starting from
   * it: another run may remove it.
   */
  async find(key: string): Promise<CheckpointEntry | undefined> {
    const entry = await this.peek(key);
    const now = this.options.now();
    // Where that fails the checkpoint only looks older than it is.
    if (entry) await utimes(entryPath(this.folder, key), now, now).catch(() => undefined);
    return entry;
  }

  /** The same without counting as a use. */
  async peek(key: string): Promise<CheckpointEntry | undefined> {
    if (!isKey(key)) return undefined;
    const entry = await this.guard(readEntry(this.folder, key));
    const complete = !entry?.layer || (await this.guard(completeChain(this.folder, entry.layer.id)));
    return complete ? entry : undefined;
  }

  /** Every checkpoint, the one used last first. */
  async list(): Promise<Listed[]> {
    const { entries } = await this.guard(survey(this.folder));
    return [...entries].sort(
      (a, b) => b.lastUse.getTime() - a.lastUse.getTime() || (a.entry.key < b.entry.key ? -1 : 1),
    );
  }

  /** The layers of a checkpoint, its own first, and what each takes, in bytes. */
  async layersOf({ chain }: Listed): Promise<{ readonly id: string; readonly bytes: number }[]> {
    return Promise.all(chain.map(async (id) => ({ id, bytes: (await readRecord(this.folder, id))?.bytes ?? 0 })));
  }

  /** What everything takes, in bytes: blocks on the disk, those of running builds included, and what lies elsewhere. */
  async size(): Promise<number> {
    return sizeOf(await this.guard(survey(this.folder)));
  }

  /** Removes what no running imgpack uses, because the disk is full. @returns whether that made room */
  async makeRoom(): Promise<boolean> {
    return (await this.prune({ all: true })).bytes > 0;
  }

  /** Removes one checkpoint, even one in use: its layers then stay until the run that uses them ends. */
  async remove(key: string): Promise<boolean> {
    const { keys } = await this.evict(({ entries }) => entries.filter(({ entry }) => entry.key === key));
    return keys.length > 0;
  }

  /** Removes what no checkpoint and no running imgpack needs. */
  async collect(): Promise<void> {
    await this.evict(() => []);
  }

  /** Removes checkpoints. Those that a running imgpack holds stay. */
  prune(options: PruneOptions = {}): Promise<Pruned> {
    return this.evict((found) => choosePruned(found, options, this.options));
  }

  /** See `exportTo`. */
  async export(target: string, options: { readonly build?: (name: string) => boolean } = {}): Promise<Exported> {
    return this.leased(async (lease) => {
      const { exportTo } = await import('./transfer.js');
      return exportTo(target, this.folder, lease, { ...options, log: this.options.log });
    });
  }

  /** See `importFrom`. The store is brought back to its limit afterwards. */
  async import(source: string, options: { readonly build?: (name: string) => boolean } = {}): Promise<Imported> {
    const imported = await this.leased(async (lease) => {
      const { importFrom } = await import('./transfer.js');
      return importFrom(source, this.folder, lease, { ...options, log: this.options.log });
    });
    await this.settle();
    return imported;
  }

  private async leased<T>(work: (lease: Lease) => Promise<T>): Promise<T> {
    const lease = await this.lease();
    try {
      return await work(lease);
    } catch (error) {
      throw cacheFault(this.folder.path, error);
    } finally {
      await lease.close();
    }
  }

  private async evict(choose: (found: Survey) => readonly Listed[]): Promise<Pruned> {
    const pruned = await this.folder.change(async () => {
      const found = await sweep(this.folder);
      const size = sizeOf(found);
      const chosen = choose(found);
      if (chosen.length === 0) return { keys: [], bytes: 0, left: size };
      for (const { entry } of chosen) await bury(this.folder, entry);
      const left = sizeOf(await sweep(this.folder));
      return { keys: chosen.map(({ entry }) => entry.key), bytes: size - left, left };
    });
    await emptyTrash(this.folder, this.options.destroy, this.options.log);
    return pruned;
  }

  /** Brings the store back to its limit. That it cannot be done now is no fault of what was done before. */
  private async settle(): Promise<void> {
    try {
      const { limit, log } = this.options;
      const { left } = await this.prune();
      this.slack = (limit - left) / 2;
      if (left <= limit || this.toldOfLimit) return;
      this.toldOfLimit = true;
      log(cacheMessages.overLimit(formatBytes(left), formatBytes(limit)).text);
    } catch (error) {
      this.options.log(cacheFault(this.folder.path, error).message);
    }
  }

  /** Lower ones first, so that a record never stands over a layer without one. */
  private async sealLayers(lease: Lease, layer: Layer | undefined): Promise<[string, LayerRecord][]> {
    const sealed: [string, LayerRecord][] = [];
    for (let id = layer?.id; id !== undefined && !(await readRecord(this.folder, id));) {
      const parent = lease.parentOf(id);
      sealed.unshift([id, await seal(this.folder, id, parent)]);
      id = parent;
    }
    return sealed;
  }

  private async guard<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw cacheFault(this.folder.path, error);
    }
  }
}
