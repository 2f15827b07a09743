import { execFileSync } from 'node:child_process';
import { mkdir, open, readFile, rename, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckpointEntry, NewCheckpoint } from '../../src/cache/entry.js';
import type { CheckpointStore } from '../../src/cache/store.js';
import type { Layer } from '../../src/contract/checkpoint.js';
import type { ImgpackError } from '../../src/messages/message.js';
import { checkpoint, MiB, StorePlace } from '../support/store.js';

/** Bytes of a disk that are not zero. */
const DATA = MiB / 2;

let here: StorePlace;
let there: StorePlace;
let store: CheckpointStore;
beforeEach(async () => {
  [here, there] = [await StorePlace.make(), await StorePlace.make()];
  store = await here.open();
});
afterEach(() => Promise.all([here.remove(), there.remove()]));

/** Two checkpoints of one machine, `KEY-1` and `KEY-2`, with holes in their disks; the upper one knows the lower one's file. */
async function publish(into: CheckpointStore, key: string, rest: Partial<NewCheckpoint> = {}): Promise<Layer[]> {
  const lease = await into.lease();
  const layers: Layer[] = [];
  for (const step of [1, 2]) {
    const layer = await lease.begin(layers.at(-1));
    await mkdir(join(layer.folder, 'firmware'));
    await writeFile(join(layer.folder, 'firmware/vars.fd'), `${key} ${step}`);
    const disk = await open(join(layer.folder, 'disk0.qcow2'), 'wx');
    await disk.write(Buffer.alloc(DATA, `${key} ${step} `), 0, DATA, 3 * MiB + 11);
    await disk.truncate(6 * MiB + step);
    await disk.close();
    layers.push(layer);
    await into.publish(lease, layer, checkpoint(`${key}-${step}`, rest));
  }
  await lease.close();
  return layers;
}

const keysOf = async (of: CheckpointStore): Promise<string[]> => (await of.list()).map(({ entry }) => entry.key).sort();

async function contentOf(entry: CheckpointEntry | undefined): Promise<unknown> {
  const { layer, ...rest } = entry!;
  const disk = join(layer!.folder, 'disk0.qcow2');
  const { blocks, size } = await stat(disk);
  return {
    ...rest,
    layer: layer?.id,
    vars: await readFile(join(layer!.folder, 'firmware/vars.fd'), 'utf8'),
    disk: execFileSync('sha256sum', ['-b', '--zero', disk]).toString().split(' ')[0],
    size,
    sparse: blocks * 512 < 2 * DATA,
  };
}

describe.each([
  ['a tar file', 'export.tar'],
  ['a compressed tar file', 'export.tar.gz'],
  ['a folder', 'export'],
])('an export to %s', (_what, name) => {
  const path = () => join(there.base, name);

  it('is imported elsewhere, whole, with holes, times and the secret', async () => {
    await publish(store, 'a');
    here.later(5);
    await publish(store, 'b', { inputs: [{ kind: 'option', name: 'password', digest: 'hmac:01' }] });
    here.later(5);
    expect(await store.export(path())).toEqual({ keys: ['a-1', 'a-2', 'b-1', 'b-2'], elsewhere: [] });
    const other = await there.open();
    expect(await other.import(path())).toEqual({
      taken: ['a-1', 'a-2', 'b-1', 'b-2'],
      kept: [],
      damaged: [],
      secret: true,
      unreachable: 0,
    });
    const [own, imported] = [await store.list(), await other.list()];
    expect(imported.map(({ lastUse, chain }) => ({ lastUse, chain }))).toEqual(
      own.map(({ lastUse, chain }) => ({ lastUse, chain })),
    );
    for (const key of await keysOf(store)) {
      const content = await contentOf(await store.find(key));
      expect(content).toMatchObject({ sparse: true });
      expect(await contentOf(await other.find(key))).toEqual(content);
    }
    expect(other.secret).toEqual(store.secret);
    expect((await there.open()).secret).toEqual(store.secret);
    // Holes are kept by 64 KiB, so each of the four disks may take so much more.
    expect((await other.size()) - (await store.size())).toBeLessThanOrEqual(4 * 2 * 65_536);
    expect((await here.files()).filter((file) => /^(leases|incoming|drafts|trash)/.test(file))).toEqual([]);
    expect((await there.files()).filter((file) => /^(leases|incoming|drafts|trash)/.test(file))).toEqual([]);
  });

  it('is for its owner only', async () => {
    await publish(store, 'a');
    await store.export(path());
    expect((await stat(path())).mode & 0o077).toBe(0);
  });

  it('takes the builds that are asked for, on both ways, and leaves what lies elsewhere', async () => {
    await publish(store, 'a');
    await publish(store, 'b', { build: 'qemu.other' });
    await publish(store, 'c', { build: 'qemu.third' });
    const lease = await store.lease();
    await store.publish(lease, undefined, checkpoint('docker', { build: 'docker.web' }));
    await store.publish(
      lease,
      await lease.begin(),
      checkpoint('both', { build: 'docker.web', remove: [{ kind: 'image', args: {}, token: 't' }] }),
    );
    await lease.close();
    expect(await store.export(path(), { build: (build) => build !== 'qemu.third' })).toEqual({
      keys: ['a-1', 'a-2', 'b-1', 'b-2'],
      elsewhere: ['both', 'docker'],
    });
    const other = await there.open();
    await other.import(path(), { build: (build) => build === 'qemu.other' });
    expect(await keysOf(other)).toEqual(['b-1', 'b-2']);
  });

  it('merges: what is newer here stays, what is newer there comes', async () => {
    const other = await there.open();
    await publish(store, 'old-here');
    here.later(10);
    there.later(5);
    const mine = await publish(other, 'new-here');
    await publish(other, 'old-here');
    here.later(-7);
    await publish(store, 'new-here');
    here.later(10);
    await publish(store, 'old-here');
    await publish(store, 'more');
    await store.export(path());
    expect(await other.import(path())).toEqual({
      taken: ['more-1', 'more-2', 'old-here-1', 'old-here-2'],
      kept: ['new-here-1', 'new-here-2'],
      damaged: [],
      secret: false,
      unreachable: 0,
    });
    expect((await other.find('new-here-2'))?.layer).toEqual(mine[1]);
    expect((await other.find('old-here-2'))?.layer?.id).toBe((await store.find('old-here-2'))?.layer?.id);
    expect(await other.import(path())).toMatchObject({ taken: [], damaged: [] });
    expect(other.secret).not.toEqual(store.secret);
  });

  it('tells how many checkpoints cannot be found under another key for secrets', async () => {
    const other = await there.open();
    await publish(other, 'own');
    await publish(store, 'a', { inputs: [{ kind: 'option', name: 'password', digest: 'hmac:01' }] });
    await publish(store, 'b');
    await store.export(path());
    expect(await other.import(path())).toMatchObject({ secret: false, unreachable: 2 });
  });

  it('brings the importing store back to its limit, the least recently used first', async () => {
    await publish(store, 'a');
    here.later(5);
    await publish(store, 'b');
    await store.export(path());
    const small = await there.open({ limit: 3 * DATA });
    await small.import(path());
    expect(await keysOf(small)).toEqual(['b-1', 'b-2']);
  });
});

describe('a damaged export', () => {
  const path = () => join(there.base, 'export');

  it('in a folder: what is sound is taken, the rest is told', async () => {
    const [, upper] = await publish(store, 'a');
    const [lower] = await publish(store, 'b');
    await store.export(path());
    const changed = join(path(), 'layers', upper!.id, 'firmware/vars.fd');
    await writeFile(changed, 'a 3');
    await truncate(join(path(), 'layers', lower!.id, 'disk0.qcow2'), 100);
    const other = await there.open();
    // A layer that is not complete is none, so what lies over it is not there either.
    expect(await other.import(path())).toMatchObject({
      taken: ['a-1'],
      damaged: [
        { key: 'a-2', reason: `\`firmware/vars.fd\` of layer ${upper!.id} has another digest than was exported` },
      ],
    });
    expect(await keysOf(other)).toEqual(['a-1']);
    expect((await there.files()).filter((file) => /^(leases|incoming|drafts|trash)/.test(file))).toEqual([]);
  });

  it('cut off in a tar file: what came before the cut is taken', async () => {
    await publish(store, 'a');
    await publish(store, 'b');
    await store.export(`${path()}.tar`);
    const { size } = await stat(`${path()}.tar`);
    await truncate(`${path()}.tar`, size - DATA);
    const other = await there.open();
    const received = await other.import(`${path()}.tar`);
    expect(received.taken).toContain('a-1');
    expect(received.damaged.length).toBeGreaterThan(0);
    expect(received.damaged[0]?.reason).toBe(`\`${path()}.tar\` is damaged: Unexpected end of data`);
    expect([...received.taken, ...received.damaged.map(({ key }) => key)].sort()).toEqual(await keysOf(store));
    expect(await keysOf(other)).toEqual([...received.taken].sort());
    for (const key of received.taken) expect(await contentOf(await other.find(key))).toMatchObject({ sparse: true });
  });

  it('compressed: a flipped bit never makes a wrong checkpoint', async () => {
    await publish(store, 'a');
    await store.export(`${path()}.tar.gz`);
    const whole = await readFile(`${path()}.tar.gz`);
    let seen = 0;
    for (let at = 20; at < whole.length; at += Math.floor(whole.length / 20)) {
      const bytes = Buffer.from(whole);
      bytes[at]! ^= 4;
      await writeFile(`${path()}.tar.gz`, bytes);
      const other = await there.open();
      const outcome = await other.import(`${path()}.tar.gz`).catch((error: ImgpackError) => error.code);
      if (typeof outcome !== 'string') {
        // What was taken is right, whatever happened to the rest.
        for (const key of outcome.taken) {
          expect(await contentOf(await other.find(key))).toEqual(await contentOf(await store.find(key)));
        }
        if (outcome.damaged.length > 0) seen++;
      } else {
        expect(outcome).toBe('cache/no-export');
        seen++;
      }
      await other.prune({ all: true });
    }
    expect(seen).toBeGreaterThan(0);
  });

  it('with another description of a checkpoint than was exported: that one is told', async () => {
    await publish(store, 'a');
    await store.export(`${path()}.tar`);
    const bytes = await readFile(`${path()}.tar`);
    const at = bytes.indexOf('"machine":"q35"');
    bytes.write('"machine":"q36"', at, 'latin1');
    await writeFile(`${path()}.tar`, bytes);
    expect(await (await there.open()).import(`${path()}.tar`)).toMatchObject({
      taken: ['a-2'],
      damaged: [{ key: 'a-1', reason: 'its description is not what was exported' }],
    });
  });

  it.each([
    ['missing', () => undefined, 'it does not exist'],
    ['empty', () => writeFile(`${path()}.tar`, ''), 'it does not tell its format'],
    ['text', () => writeFile(`${path()}.tar`, 'x'.repeat(2000)), /^`.*` is damaged: /],
  ])('that is %s is none', async (_what, make, reason) => {
    await make();
    await expect((await there.open()).import(`${path()}.tar`)).rejects.toMatchObject({
      code: 'cache/no-export',
      message: expect.stringMatching(reason) as string,
    });
  });

  it('of a newer imgpack is refused', async () => {
    await publish(store, 'a');
    await store.export(path());
    await writeFile(join(path(), 'version'), '7\n');
    execFileSync('tar', ['-C', path(), '-cf', `${path()}.tar`, '.']);
    const other = await there.open();
    await expect(other.import(path())).rejects.toMatchObject({ code: 'cache/newer' });
    await expect(other.import(`${path()}.tar`)).rejects.toMatchObject({ code: 'cache/newer' });
  });
});

describe('an export', () => {
  const path = () => join(there.base, 'export');

  it('to a folder again brings it up to date, and leaves layers that are there', async () => {
    const [kept] = await publish(store, 'a');
    await publish(store, 'b');
    await store.export(path());
    const layer = join(path(), 'layers', kept!.id, 'disk0.qcow2');
    const before = await stat(layer);
    await store.remove('b-1');
    await store.remove('b-2');
    await publish(store, 'c');
    await store.export(path());
    expect((await stat(layer)).ino).toBe(before.ino);
    const other = await there.open();
    expect((await other.import(path())).taken).toEqual(['a-1', 'a-2', 'c-1', 'c-2']);
  });

  it('can be used as a store where it is', async () => {
    await publish(store, 'a');
    await store.export(path());
    const used = await there.open({ folder: path() });
    expect(await contentOf(await used.find('a-2'))).toEqual(await contentOf(await store.find('a-2')));
  });

  it('in a tar file makes a store where GNU tar unpacks it', async () => {
    await publish(store, 'a');
    await store.export(`${path()}.tar`);
    await mkdir(path());
    execFileSync('tar', ['-C', path(), '-xf', `${path()}.tar`]);
    const used = await there.open({ folder: path() });
    expect(await contentOf(await used.find('a-2'))).toEqual(await contentOf(await store.find('a-2')));
  });

  it('replaces an earlier file only when it is whole', async () => {
    await publish(store, 'a');
    await store.export(`${path()}.tar`);
    await store.export(`${path()}.tar`);
    expect((await (await there.open()).import(`${path()}.tar`)).taken).toEqual(['a-1', 'a-2']);
  });

  it('never overwrites a cache in use, a foreign file or folder', async () => {
    const other = await there.open();
    await publish(other, 'mine');
    await expect(store.export(there.folder)).rejects.toMatchObject({ code: 'cache/live-target' });
    expect(await keysOf(other)).toEqual(['mine-1', 'mine-2']);
    await expect(store.export(`${path()}.tar.xz`)).rejects.toMatchObject({ code: 'cache/unknown-archive' });
    await writeFile(path(), 'letter');
    await expect(store.export(path())).rejects.toMatchObject({ code: 'cache/unknown-archive' });
    await expect(store.export(there.base)).rejects.toMatchObject({ code: 'cache/not-a-cache' });
    await expect(store.export(join(there.base, 'missing/export.tar'))).rejects.toMatchObject({
      code: 'cache/not-written',
    });
  });

  it('imports from a store that is in use, too, and not from any folder', async () => {
    await publish(store, 'a');
    const other = await there.open();
    expect((await other.import(here.folder)).taken).toEqual(['a-1', 'a-2']);
    await mkdir(path());
    await expect(other.import(path())).rejects.toMatchObject({ code: 'cache/no-export' });
    expect(await stat(path())).toMatchObject({ nlink: 2 });
  });

  it('gives out nothing that lies outside its layers', async () => {
    const id = '0123456789abcdef';
    const forged = join(there.base, 'forged');
    await mkdir(join(forged, 'layers', id), { recursive: true });
    await mkdir(join(forged, 'entries'));
    await writeFile(join(forged, 'version'), '1\n');
    await writeFile(join(forged, 'evil'), 'evil');
    const record = { bytes: 4, files: [{ path: '../../../evil', size: 4 }] };
    await writeFile(join(forged, `layers/${id}.json`), JSON.stringify(record));
    const [made] = await publish(store, 'a');
    const entry = JSON.parse(await readFile(join(here.folder, 'entries/a-1.json'), 'utf8')) as object;
    await writeFile(join(forged, 'entries/a-1.json'), JSON.stringify({ ...entry, layer: id }));
    expect(made).toBeDefined();
    execFileSync('tar', [
      '-C',
      forged,
      '-P',
      `--transform=s,^evil,layers/${id}/../../../evil,`,
      '-cf',
      `${forged}.tar`,
      'version',
      'entries',
      `layers/${id}.json`,
      'evil',
    ]);
    const other = await there.open();
    for (const source of [forged, `${forged}.tar`]) expect((await other.import(source)).taken).toEqual([]);
    await expect(readFile(join(there.base, 'evil'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('keeps disks that name their backing file relative to themselves readable', async (context) => {
    try {
      execFileSync('qemu-img', ['--version']);
    } catch {
      context.skip('there is no qemu-img');
    }
    const lease = await store.lease();
    const lower = await lease.begin();
    const raw = join(here.base, 'raw');
    await writeFile(raw, Buffer.alloc(2 * MiB, 'base '));
    execFileSync('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', raw, join(lower.folder, 'disk0.qcow2')]);
    const upper = await lease.begin(lower);
    execFileSync(
      'qemu-img',
      ['create', '-q', '-f', 'qcow2', '-F', 'qcow2', '-b', `../${lower.id}/disk0.qcow2`, 'disk0.qcow2'],
      { cwd: upper.folder },
    );
    await store.publish(lease, upper, checkpoint('k1'));
    await lease.close();
    await store.export(`${path()}.tar`);
    const other = await there.open();
    await other.import(`${path()}.tar`);
    await rename(here.folder, `${here.folder}.gone`);
    const { layer } = (await other.find('k1'))!;
    execFileSync('qemu-img', ['convert', '-f', 'qcow2', '-O', 'raw', join(layer!.folder, 'disk0.qcow2'), `${raw}2`]);
    expect((await readFile(`${raw}2`)).equals(await readFile(raw))).toBe(true);
  });
});
