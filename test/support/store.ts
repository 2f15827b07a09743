import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { CheckpointStore, type StoreOptions } from '../../src/cache/store.js';
import type { NewCheckpoint } from '../../src/cache/entry.js';
import type { Layer } from '../../src/contract/checkpoint.js';
import type { ResourceReference } from '../../src/contract/resources.js';

export const MiB = 2 ** 20;

/** A store in a folder of its own, with a clock that is set, and notes of what it said and destroyed. */
export class StorePlace {
  time = new Date('2026-03-04T05:06:07Z');
  readonly said: string[] = [];
  readonly destroyed: ResourceReference[] = [];

  private constructor(readonly base: string) {}

  static async make(): Promise<StorePlace> {
    return new StorePlace(await mkdtemp(join(tmpdir(), 'imgpack-store-')));
  }

  get folder(): string {
    return join(this.base, 'store');
  }

  open(options: Partial<StoreOptions> = {}): Promise<CheckpointStore> {
    return CheckpointStore.open({
      folder: this.folder,
      limit: 1000 * MiB,
      now: () => this.time,
      log: (text) => this.said.push(text),
      destroy: (reference) => {
        this.destroyed.push(reference);
        return Promise.resolve();
      },
      ...options,
    });
  }

  later(minutes: number): void {
    this.time = new Date(this.time.getTime() + minutes * 60_000);
  }

  /** Every file in the store by its path, without its secret and its version. */
  async files(): Promise<string[]> {
    const entries = await readdir(this.folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => relative(this.folder, join(entry.parentPath, entry.name)))
      .filter((path) => path !== 'secret' && path !== 'version')
      .sort();
  }

  remove(): Promise<void> {
    return rm(this.base, { recursive: true, force: true });
  }
}

export const checkpoint = (key: string, rest: Partial<NewCheckpoint> = {}): NewCheckpoint => ({
  key,
  build: 'qemu.debian',
  template: 'debian.pkr.hcl',
  step: { index: 1, name: 'shell' },
  data: { machine: 'q35' },
  ran: { launch: '2026-01-01T00:00:00.000Z' },
  inputs: [{ kind: 'option', name: 'inline', digest: 'sha256:00', shown: '["true"]' }],
  ...rest,
});

/** Writes a disk into a layer. */
export async function fill(layer: Layer, content: string | Uint8Array, name = 'disk0.qcow2'): Promise<void> {
  await writeFile(join(layer.folder, name), content);
}
