import { execFileSync } from 'node:child_process';
import { mkdir, readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckpointStore } from '../../src/cache/store.js';
import { mayMountSmallDisk } from '../support/small-disk.js';
import { checkpoint, fill, MiB, StorePlace } from '../support/store.js';

describe.skipIf(!mayMountSmallDisk())('a full file system (only root can mount a small one)', () => {
  let place: StorePlace;
  let store: CheckpointStore;
  beforeEach(async () => {
    place = await StorePlace.make();
    await mkdir(place.folder);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=700', 'tmpfs', place.folder]);
    store = await place.open();
  });
  afterEach(async () => {
    execFileSync('umount', [place.folder]);
    await place.remove();
  });

  const FULL = {
    code: 'cache/full',
    hint: 'run `imgpack cache prune`, make room on the file system, or set IMGPACK_CACHE_DIR to a folder on another one',
  };
  const IMAGE = { kind: 'image', args: {}, token: 'a' };
  /** Leaves nothing free. */
  const stuff = async () => {
    await writeFile(join(place.folder, 'ballast'), Buffer.alloc(8 * MiB)).catch(() => undefined);
    expect((await statfs(place.folder)).bavail).toBe(0);
  };

  it('fails to begin and to publish with a code, keeps what was there, and gets the room of the half back', async () => {
    const lease = await store.lease();
    const first = await lease.begin();
    await fill(first, Buffer.alloc(MiB, 1));
    const published = await store.publish(lease, first, checkpoint('k1', { remove: [IMAGE] }));
    const second = await lease.begin(first);
    await fill(second, Buffer.alloc(MiB, 2));
    await stuff();

    await expect(lease.begin(second)).rejects.toMatchObject(FULL);
    await expect(store.publish(lease, second, checkpoint('k2'))).rejects.toMatchObject(FULL);
    await expect(store.publish(lease, second, checkpoint('k1'))).rejects.toMatchObject(FULL);
    await expect(store.records.put('finished', 'k', 1)).rejects.toMatchObject(FULL);
    await expect(store.lease()).rejects.toMatchObject(FULL);
    expect(await store.find('k2')).toBeUndefined();
    expect(await store.find('k1')).toEqual(published);

    expect(place.destroyed).toEqual([]);

    await lease.drop(second);
    await rm(join(place.folder, 'ballast'));
    await lease.close();
    expect(await place.files()).toEqual([
      'entries/k1.json',
      `layers/${first.id}.json`,
      `layers/${first.id}/disk0.qcow2`,
    ]);
    expect(await readdir(join(place.folder, 'layers'))).toHaveLength(2);
    const again = await store.lease();
    const third = await again.begin(first);
    await fill(third, Buffer.alloc(MiB, 3));
    await store.publish(again, third, checkpoint('k2'));
    await again.close();
    expect(await store.find('k2')).toMatchObject({ layer: third });
  });

  it('can be made empty again by pruning', async () => {
    const lease = await store.lease();
    const layer = await lease.begin();
    await fill(layer, Buffer.alloc(2 * MiB, 1));
    await store.publish(lease, layer, checkpoint('k1', { remove: [IMAGE] }));
    await lease.close();
    await stuff();
    expect((await store.prune({ all: true })).keys).toEqual(['k1']);
    expect(place.destroyed.map(({ token }) => token)).toEqual(['a']);
    expect(await place.files()).toEqual(['ballast']);
  });
});
