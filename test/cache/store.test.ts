import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ownName } from '../../src/cache/owner.js';
import type { Layer } from '../../src/contract/checkpoint.js';
import type { CheckpointStore } from '../../src/cache/store.js';
import { checkpoint, fill, MiB, StorePlace } from '../support/store.js';

let place: StorePlace;
let store: CheckpointStore;
beforeEach(async () => {
  place = await StorePlace.make();
  store = await place.open();
});
afterEach(() => place.remove());

/** A chain of published layers, each with one mebibyte of its own. */
async function publishChain(keys: readonly string[], build = 'qemu.debian'): Promise<Layer[]> {
  const lease = await store.lease();
  const layers: Layer[] = [];
  for (const key of keys) {
    const layer = await lease.begin(layers.at(-1));
    await fill(layer, Buffer.alloc(MiB, 1));
    await store.publish(lease, layer, checkpoint(key, { build }));
    layers.push(layer);
  }
  await lease.close();
  return layers;
}

const keysOf = async (): Promise<string[]> => (await store.list()).map(({ entry }) => entry.key).sort();

describe('a new store', () => {
  it('is for its owner alone and keeps its secret', async () => {
    expect((await stat(place.folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(place.folder, 'secret'))).mode & 0o777).toBe(0o600);
    expect(store.secret).toHaveLength(32);
    expect((await place.open()).secret).toEqual(store.secret);
  });

  it('has one secret, however many processes make it at once', async () => {
    await rm(place.folder, { recursive: true });
    const stores = await Promise.all(Array.from({ length: 8 }, () => place.open()));
    expect(new Set(stores.map(({ secret }) => secret.toString('hex'))).size).toBe(1);
  });

  it('is refused where a newer imgpack wrote it', async () => {
    await writeFile(join(place.folder, 'version'), '2\n');
    await expect(place.open()).rejects.toMatchObject({
      code: 'cache/newer',
      message: `the cache \`${place.folder}\` has format 2, which a newer imgpack wrote`,
      hint: 'use that version of imgpack, or set IMGPACK_CACHE_DIR to another folder',
    });
  });

  it('is not made in a folder with something else in it', async () => {
    const folder = join(place.base, 'home');
    await mkdir(folder);
    await writeFile(join(folder, 'letter.txt'), 'dear');
    await expect(place.open({ folder })).rejects.toMatchObject({ code: 'cache/not-a-cache' });
    expect(await readFile(join(folder, 'letter.txt'), 'utf8')).toBe('dear');
  });
});

describe('a checkpoint', () => {
  it('is found whole after it was published, and not before', async () => {
    const lease = await store.lease();
    const layer = await lease.begin();
    await fill(layer, 'disk');
    expect(await store.find('k1')).toBeUndefined();
    const published = await store.publish(lease, layer, checkpoint('k1'));
    expect(published).toEqual({
      version: 1,
      key: 'k1',
      build: 'qemu.debian',
      template: 'debian.pkr.hcl',
      step: { index: 1, name: 'shell' },
      layer,
      data: { machine: 'q35' },
      remove: [],
      created: '2026-03-04T05:06:07.000Z',
      bytes: 4096,
      inputs: [{ kind: 'option', name: 'inline', digest: 'sha256:00', shown: '["true"]' }],
      ran: { launch: '2026-01-01T00:00:00.000Z' },
    });
    expect(await store.find('k1')).toEqual(published);
    await lease.close();
    expect(await store.find('k1')).toEqual(published);
    expect(await readFile(join(layer.folder, 'disk0.qcow2'), 'utf8')).toBe('disk');
  });

  it('needs no layer', async () => {
    const lease = await store.lease();
    await store.publish(lease, undefined, checkpoint('k1', { data: { image: 'abc' }, elsewhere: 5000 }));
    await lease.close();
    expect(await store.find('k1')).toMatchObject({ data: { image: 'abc' }, bytes: 5000 });
    expect(await store.size()).toBe(5000);
  });

  it('comes with the layers below it, published or not', async () => {
    const lease = await store.lease();
    const lower = await lease.begin();
    await fill(lower, 'lower');
    const upper = await lease.begin(lower);
    await fill(upper, 'upper');
    await store.publish(lease, upper, checkpoint('k1'));
    await lease.close();
    expect((await store.list()).map(({ chain }) => chain)).toEqual([[upper.id, lower.id]]);
    expect(await readFile(join(lower.folder, 'disk0.qcow2'), 'utf8')).toBe('lower');
  });

  it.each([
    ['a file is missing', (layer: Layer) => rm(join(layer.folder, 'disk0.qcow2'))],
    ['a file is cut', (layer: Layer) => truncate(join(layer.folder, 'disk0.qcow2'), 5)],
    ['its record is torn', (layer: Layer) => truncate(`${layer.folder}.json`, 5)],
    ['its folder is gone', (layer: Layer) => rm(layer.folder, { recursive: true })],
  ])('is not found, and is removed with what lies over it, where %s', async (_what, damage) => {
    const [lower] = await publishChain(['k1', 'k2']);
    await publishChain(['other']);
    await damage(lower as Layer);
    expect(await store.find('k1')).toBeUndefined();
    expect(await store.find('k2')).toBeUndefined();
    await store.collect();
    expect(await keysOf()).toEqual(['other']);
    expect(await place.files()).toHaveLength(3);
  });

  it('is replaced by a later one of the same key, while a run goes on with the earlier one', async () => {
    const [first, second] = [await store.lease(), await (await place.open()).lease()];
    const [a, b] = [await first.begin(), await second.begin()];
    await fill(a, 'first');
    await fill(b, 'second');
    await store.publish(first, a, checkpoint('k1'));
    await store.publish(second, b, checkpoint('k1'));
    expect((await store.find('k1'))?.layer).toEqual(b);
    const over = await first.begin(a);
    await fill(over, 'over the first');
    await store.publish(first, over, checkpoint('k2'));
    await first.close();
    await second.close();
    expect((await store.list()).map(({ entry, chain }) => [entry.key, chain])).toEqual([
      ['k1', [b.id]],
      ['k2', [over.id, a.id]],
    ]);
    await store.remove('k2');
    expect(await place.files()).toEqual(['entries/k1.json', `layers/${b.id}.json`, `layers/${b.id}/disk0.qcow2`]);
  });

  it('is one of few names, and a name that is none is never found', async () => {
    const lease = await store.lease();
    for (const key of ['../k', 'a/b', '', '.k', 'k'.repeat(201)]) {
      await expect(store.publish(lease, undefined, checkpoint(key))).rejects.toThrow(TypeError);
      expect(await store.find(key)).toBeUndefined();
    }
  });
});

describe('a lease', () => {
  it('takes with it what was not published', async () => {
    const lease = await store.lease();
    const layer = await lease.begin();
    await fill(layer, 'half');
    await fill(await lease.begin(layer), 'more');
    await lease.close();
    expect(await place.files()).toEqual([]);
    expect(await store.size()).toBe(0);
  });

  it('drops a layer that is of no use any more', async () => {
    const lease = await store.lease();
    const [kept, dropped] = [await lease.begin(), await lease.begin()];
    await fill(kept, 'kept');
    await fill(dropped, 'dropped');
    await lease.drop(dropped);
    expect((await place.files()).filter((path) => path.startsWith('layers'))).toEqual([
      `layers/${kept.id}/disk0.qcow2`,
    ]);
    await lease.close();
  });

  it('keeps the layers of a held checkpoint, whatever is removed', async () => {
    const layers = await publishChain(['k1', 'k2']);
    const lease = await store.lease();
    const entry = await store.find('k2');
    expect(await lease.hold(entry!)).toEqual(entry);
    expect(await store.prune({ all: true })).toEqual({ keys: [], bytes: 0, left: 2 * MiB });
    await store.remove('k2');
    await store.remove('k1');
    for (const { folder } of layers) expect(await readFile(join(folder, 'disk0.qcow2'))).toHaveLength(MiB);
    await lease.close();
    expect(await place.files()).toEqual([]);
  });

  it('says that a checkpoint is gone, and takes a newer one of its key', async () => {
    await publishChain(['k1', 'k2']);
    const [one, two] = [await store.find('k1'), await store.find('k2')];
    await store.remove('k1');
    const [newer] = await publishChain(['k2']);
    const lease = await store.lease();
    expect(await lease.hold(one!)).toBeUndefined();
    expect((await lease.hold(two!))?.layer).toEqual(newer);
    await lease.close();
  });

  it('of a dead process counts for nothing, one of a running process counts', async () => {
    const sleeper = spawn('sleep', ['100']);
    await once(sleeper, 'spawn');
    const lease = await store.lease();
    const layer = await lease.begin();
    await fill(layer, 'half');
    const [path] = (await place.files()).filter((name) => name.startsWith('leases'));
    const ours = await readFile(join(place.folder, path!));
    // The same lease, in the name of another process.
    const start = (await readFile(`/proc/${sleeper.pid}/stat`, 'utf8')).split(') ')[1]?.split(' ')[19];
    const [host, , mine, token] = (await ownName()).split(',');
    const boot = decodeURIComponent(mine!).split('/')[0];
    const name = [host, sleeper.pid, encodeURIComponent(`${boot}/${start}`), token].join(',');
    await writeFile(join(place.folder, 'leases', name), ours);
    await lease.close();
    expect(await place.files()).toEqual([`layers/${layer.id}/disk0.qcow2`, `leases/${name}`]);
    sleeper.kill('SIGKILL');
    await once(sleeper, 'exit');
    await store.collect();
    expect(await place.files()).toEqual([]);
  });

  it('of another host counts for a day', async () => {
    const lease = await store.lease();
    await fill(await lease.begin(), 'half');
    const [path] = (await place.files()).filter((name) => name.startsWith('leases'));
    const elsewhere = join(place.folder, 'leases', ['elsewhere', '1', 'boot%2F1', '0123456789abcdef'].join(','));
    await writeFile(elsewhere, await readFile(join(place.folder, path!)));
    await lease.close();
    expect(await place.files()).toHaveLength(2);
    await utimes(elsewhere, 0, Date.now() / 1000 - 86_401);
    await store.collect();
    expect(await place.files()).toEqual([]);
  });
});

describe('what belongs to a checkpoint elsewhere', () => {
  const image = (token: string) => ({ kind: 'docker/image', args: { name: token }, token });

  it('is destroyed with it, in reverse, after its entry is gone', async () => {
    const lease = await store.lease();
    await store.publish(lease, undefined, checkpoint('k1', { remove: [image('a'), image('b')] }));
    await lease.close();
    expect(await store.remove('k1')).toBe(true);
    expect(place.destroyed).toEqual([image('b'), image('a')]);
    expect(await place.files()).toEqual([]);
    expect(await store.remove('k1')).toBe(false);
  });

  it('waits where it cannot be destroyed now', async () => {
    const lease = await store.lease();
    await store.publish(lease, undefined, checkpoint('k1', { remove: [image('a')] }));
    await lease.close();
    const broken = await place.open({ destroy: () => Promise.reject(new Error('no engine')) });
    await broken.remove('k1');
    expect(place.said).toEqual([
      'what belongs to the removed checkpoint `k1` could not be removed: no engine; the next `imgpack cache prune` tries again',
    ]);
    expect(await store.find('k1')).toBeUndefined();
    await store.prune();
    expect(place.destroyed).toEqual([image('a')]);
    expect(await place.files()).toEqual([]);
  });

  it('of a replaced checkpoint goes when no run can use it any more', async () => {
    const [first, second] = [await store.lease(), await store.lease()];
    await store.publish(first, undefined, checkpoint('k1', { remove: [image('a')] }));
    await store.publish(second, undefined, checkpoint('k1', { remove: [image('b')] }));
    await second.close();
    expect(place.destroyed).toEqual([]);
    await first.close();
    expect(place.destroyed).toEqual([image('a')]);
    expect(await store.find('k1')).toMatchObject({ remove: [image('b')] });
  });
});

describe('pruning', () => {
  it('takes the least recently used first, and of one machine the upper layers first', async () => {
    await publishChain(['a1', 'a2', 'a3']);
    place.later(1);
    await publishChain(['b1']);
    place.later(1);
    await store.find('a2');
    // a3 was used longest ago; b1 came after it; a1 lies below a2.
    const order: string[] = [];
    for (const limit of [3, 2, 1, 0]) order.push(...(await store.prune({ limit: limit * MiB })).keys);
    expect(order).toEqual(['a3', 'b1', 'a2', 'a1']);
    expect(await store.size()).toBe(0);
  });

  it('goes on by itself when the store is over its limit, and says so where all is in use', async () => {
    store = await place.open({ limit: 3 * MiB });
    await publishChain(['a1', 'a2']);
    place.later(1);
    await publishChain(['b1', 'b2']);
    expect(await keysOf()).toEqual(['a1', 'b1', 'b2']);
    place.later(1);
    const lease = await store.lease();
    const layer = await lease.begin();
    await fill(layer, Buffer.alloc(4 * MiB, 1));
    await store.publish(lease, layer, checkpoint('c1'));
    expect(await keysOf()).toEqual(['c1']);
    expect(place.said).toEqual(['the cache holds 4 MiB, more than its limit of 3 MiB, and all of it is in use']);
    await lease.close();
    expect(await keysOf()).toEqual([]);
  });

  it('counts what is allocated, not the holes', async () => {
    const lease = await store.lease();
    const layer = await lease.begin();
    await fill(layer, '');
    await truncate(join(layer.folder, 'disk0.qcow2'), 100 * 1024 * MiB);
    await store.publish(lease, layer, checkpoint('k1'));
    await lease.close();
    expect(await store.size()).toBe(0);
  });

  it.each([
    ['by age', { maxAge: 90_000 }, ['a1', 'a2']],
    ['by build', { build: (name: string) => name === 'docker.web' }, ['b1']],
    ['by build and age', { build: (name: string) => name === 'docker.web', maxAge: 90_000 }, []],
    ['by build and size', { build: (name: string) => name === 'docker.web', limit: 0 }, ['b1']],
    ['by age and size', { maxAge: 90_000, limit: MiB }, ['a1', 'a2']],
    ['all', { all: true }, ['a1', 'a2', 'b1']],
    ['nothing, within the limit', {}, []],
  ])('removes %s', async (_how, options, removed) => {
    await publishChain(['a1', 'a2']);
    place.later(1);
    await publishChain(['b1'], 'docker.web');
    place.later(1);
    const before = await store.size();
    const pruned = await store.prune(options);
    expect([...pruned.keys].sort()).toEqual(removed);
    expect(pruned.bytes).toBe(removed.length * MiB);
    expect(await store.size()).toBe(before - pruned.bytes);
  });
});
