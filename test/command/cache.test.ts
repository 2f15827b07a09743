import { mkdir, readdir, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NewCheckpoint } from '../../src/cache/entry.js';
import { CheckpointStore } from '../../src/cache/store.js';
import type { Layer } from '../../src/contract/checkpoint.js';
import { fileReference } from '../../src/contract/helpers/local-resources.js';
import { Workplace, type Outcome } from '../support/command.js';
import { checkpoint, fill, MiB } from '../support/store.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const KEYS = ['aa', 'ab', 'cc'].map((begin) => begin.padEnd(64, '0'));
const [A1, A2, C1] = KEYS as [string, string, string];

let place: Workplace;
let folder = '';
beforeEach(async () => {
  place = await Workplace.make();
  folder = join(place.home, '.cache/imgpack');
});
afterEach(() => place.remove());

const openStore = (time: Date, path = folder): Promise<CheckpointStore> =>
  CheckpointStore.open({
    folder: path,
    limit: 1000 * MiB,
    now: () => time,
    log: (line) => expect.fail(line),
    destroy: () => Promise.resolve(),
  });

/** Two steps of one machine and one step of another, made three hours and two days ago. */
async function fillStore(path = folder): Promise<{ layers: Layer[]; times: Date[] }> {
  const times = [new Date(Date.now() - 3 * HOUR - MINUTE), new Date(Date.now() - 49 * HOUR)] as const;
  const layers: Layer[] = [];
  const publish = async (time: Date, key: string, parent: Layer | undefined, rest: Partial<NewCheckpoint>) => {
    const store = await openStore(time, path);
    const lease = await store.lease();
    const layer = await lease.begin(parent);
    await fill(layer, Buffer.alloc(MiB, 1));
    await store.publish(lease, layer, checkpoint(key, { template: '/w/web.pkr.hcl', ...rest }));
    await lease.close();
    layers.push(layer);
    return layer;
  };
  const first = await publish(times[0], A1, undefined, { step: { index: 0, name: 'launch' } });
  await publish(times[0], A2, first, {
    step: { index: 1, name: 'provisioner 1: shell' },
    inputs: [
      { kind: 'previous', name: 'launch', digest: `sha256:${'1'.repeat(64)}`, shown: A1 },
      { kind: 'option', name: 'inline', digest: `sha256:${'2'.repeat(64)}`, shown: '["apt-get update"]' },
      { kind: 'option', name: 'environment_vars', digest: `hmac:${'3'.repeat(64)}` },
      { kind: 'file', name: 'scripts/setup.sh', digest: `sha256:${'4'.repeat(64)}` },
    ],
  });
  await publish(times[1], C1, undefined, { build: 'qemu.other', step: { index: 0, name: 'launch' } });
  return { layers, times: [...times] };
}

const done = (stdout: string): Outcome => ({ exitCode: 0, signal: null, stdout, stderr: '' });
const failed = (stderr: string, stdout = ''): Outcome => ({ exitCode: 1, signal: null, stdout, stderr });
const left = async (): Promise<string[]> => (await (await openStore(new Date())).list()).map(({ entry }) => entry.key);

describe('imgpack cache', () => {
  it('tells of an empty cache, and makes none', async () => {
    expect(await place.imgpack(['cache', 'list'])).toEqual(
      done(`no checkpoints; the cache takes 0 B of 20 GiB in ${folder}\n`),
    );
    expect(await place.imgpack(['cache', 'size'])).toEqual(done(`0 B of 20 GiB in ${folder}\n`));
    expect(await readdir(place.home)).toEqual([]);
  });

  it('lists checkpoints, the one used last first', async () => {
    await fillStore();
    expect(await place.imgpack(['cache', 'list'])).toEqual(
      done(`\
KEY           BUILD        STEP                   SIZE  MADE         LAST USED
aa0000000000  qemu.debian  launch                1 MiB  3 hours ago  3 hours ago
ab0000000000  qemu.debian  provisioner 1: shell  1 MiB  3 hours ago  3 hours ago
cc0000000000  qemu.other   launch                1 MiB  2 days ago   2 days ago

3 checkpoints; the cache takes 3 MiB of 20 GiB in ${folder}
`),
    );
    expect(await place.imgpack(['cache', 'list', '-build=*.other', '-json'])).toMatchObject({ exitCode: 0 });
  });

  it('lists them as JSON, by build', async () => {
    const { layers, times } = await fillStore();
    const outcome = await place.imgpack(['cache', 'list', '-build=*.other,none', '-json']);
    expect({ ...outcome, stdout: JSON.parse(outcome.stdout) as unknown }).toEqual({
      ...done(''),
      stdout: {
        folder,
        bytes: 3 * MiB,
        limit: 20 * 1024 * MiB,
        checkpoints: [
          {
            key: C1,
            build: 'qemu.other',
            template: '/w/web.pkr.hcl',
            step: { index: 0, name: 'launch' },
            created: times[1]?.toISOString(),
            lastUse: times[1]?.toISOString(),
            bytes: MiB,
            layers: [layers[2]?.id],
          },
        ],
      },
    });
  });

  it('takes folder and limit from the environment', async () => {
    const other = join(place.home, 'elsewhere');
    await fillStore(other);
    const env = { IMGPACK_CACHE_DIR: other, IMGPACK_CACHE_SIZE: '2.5M' };
    expect(await place.imgpack(['cache', 'size'], { env })).toEqual(done(`3 MiB of 2.5 MiB in ${other}\n`));
    expect(await place.imgpack(['cache', 'size', '-json'], { env })).toEqual(
      done(`${JSON.stringify({ folder: other, bytes: 3 * MiB, limit: 2.5 * MiB }, null, 2)}\n`),
    );
    expect(await place.imgpack(['cache', 'prune'], { env })).toEqual(
      done('removed 1 checkpoint, 1 MiB; the cache takes 2 MiB\n'),
    );
    expect(await place.imgpack(['cache', 'size'], { env: { XDG_CACHE_HOME: join(place.home, 'xdg') } })).toEqual(
      done(`0 B of 20 GiB in ${join(place.home, 'xdg/imgpack')}\n`),
    );
    expect(await place.imgpack(['cache', 'size'], { env: { IMGPACK_CACHE_SIZE: 'much' } })).toEqual(
      failed(`\
Error: \`much\` in IMGPACK_CACHE_SIZE is not a size [command/bad-size]

help: write a number and one of \`K\`, \`M\`, \`G\`, \`T\`: \`50G\`

`),
    );
  });

  it('explains what a checkpoint was made from, and shows no secret', async () => {
    const { layers, times } = await fillStore();
    const time = times[0]?.toISOString();
    expect(await place.imgpack(['cache', 'explain', 'ab'])).toEqual(
      done(`\
checkpoint ${A2}

  build      qemu.debian
  template   /w/web.pkr.hcl
  step       provisioner 1: shell
  made       ${time}, 3 hours ago
  last used  ${time}, 3 hours ago
  size       1 MiB
  layers     ${layers[1]?.id}  1 MiB
             ${layers[0]?.id}  1 MiB

made from

  previous  launch            aa0000000000
  option    inline            ["apt-get update"]
  option    environment_vars  secret 333333333333
  file      scripts/setup.sh  sha256 444444444444
`),
    );
    const json = JSON.parse((await place.imgpack(['cache', 'explain', '-json', A2])).stdout) as object;
    expect(json).toMatchObject({
      key: A2,
      layers: [
        { id: layers[1]?.id, bytes: MiB },
        { id: layers[0]?.id, bytes: MiB },
      ],
      elsewhere: [],
    });
    expect((json as { inputs: unknown[] }).inputs).toHaveLength(4);
  });

  it.each([
    [
      'b',
      `Error: no checkpoint has a key that begins with \`b\` [cache/no-such-key]

help: \`imgpack cache list\` lists them

`,
    ],
    [
      'a',
      `Error: 2 checkpoints have keys that begin with \`a\` [cache/several-keys]

help: write more of it: aa0000000000, ab0000000000

`,
    ],
  ])('names what it cannot find by `%s`, and removes nothing', async (prefix, stderr) => {
    await fillStore();
    expect(await place.imgpack(['cache', 'explain', prefix])).toEqual(failed(stderr));
    expect(await place.imgpack(['cache', 'remove', 'cc', prefix])).toEqual(failed(stderr));
    expect(await left()).toEqual([A1, A2, C1]);
  });

  it('removes checkpoints by the beginnings of their keys', async () => {
    await fillStore();
    expect(await place.imgpack(['cache', 'remove', 'cc', 'aa'])).toEqual(
      done('removed cc0000000000, qemu.other after launch\nremoved aa0000000000, qemu.debian after launch\n'),
    );
    // Its layer stays: another checkpoint lies over it.
    expect(await place.imgpack(['cache', 'size'])).toEqual(done(`2 MiB of 20 GiB in ${folder}\n`));
    expect(await left()).toEqual([A2]);
    expect(await place.imgpack(['cache', 'remove', '-json', 'ab'])).toEqual(
      done(`${JSON.stringify({ removed: [A2] }, null, 2)}\n`),
    );
  });

  it('removes what belongs to a checkpoint elsewhere, and keeps in mind what this version cannot remove', async () => {
    const file = join(place.home, 'image');
    await writeFile(file, 'image');
    const store = await openStore(new Date());
    const lease = await store.lease();
    await store.publish(lease, undefined, checkpoint('known', { remove: [fileReference(file)] }));
    const remove = [{ kind: 'nosuch/thing', args: {}, token: 't' }];
    await store.publish(lease, undefined, checkpoint('unknown', { remove }));
    await lease.close();
    expect(await place.imgpack(['cache', 'remove', 'known'])).toEqual(done('removed known, qemu.debian after shell\n'));
    await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
    const told =
      'what belongs to the removed checkpoint `unknown` could not be removed: ' +
      'nothing here knows how to remove a resource of kind `nosuch/thing`; the next `imgpack cache prune` tries again\n';
    const nothing = 'removed 0 checkpoints, 0 B; the cache takes 0 B\n';
    expect(await place.imgpack(['cache', 'remove', 'unknown'])).toEqual({
      ...done('removed unknown, qemu.debian after shell\n'),
      stderr: told,
    });
    expect(await place.imgpack(['cache', 'prune'])).toEqual({ ...done(nothing), stderr: told });
  });

  it.each([
    [['-older-than=1d'], 1, [A1, A2]],
    [['-older-than=1d30h'], 0, [A1, A2, C1]],
    [['-older-than=30m'], 3, []],
    [['-size=1M'], 2, [A1]],
    [['-build=qemu.deb*'], 2, [C1]],
    [['-all'], 3, []],
    [['-all', '-build=qemu.other'], 1, [A1, A2]],
    [[], 0, [A1, A2, C1]],
  ])('prunes with %j', async (flags, removed, rest) => {
    await fillStore();
    expect(await place.imgpack(['cache', 'prune', ...flags])).toEqual(
      done(
        `removed ${removed} checkpoint${removed === 1 ? '' : 's'}, ${removed === 0 ? '0 B' : `${removed} MiB`}; ` +
          `the cache takes ${rest.length === 0 ? '0 B' : `${rest.length} MiB`}\n`,
      ),
    );
    expect(await left()).toEqual(rest);
  });

  it.each([
    ['-older-than=week', '`week` in -older-than is not a time'],
    ['-older-than=-1h', '`-1h` in -older-than is not a time'],
    ['-size=some', '`some` in -size is not a size'],
    ['-build=[', '`[` in -build is not a pattern'],
  ])('refuses %s', async (flag, text) => {
    const outcome = await place.imgpack(['cache', 'prune', '-all', flag]);
    expect([outcome.exitCode, outcome.stderr.split(' [')[0]]).toEqual([1, `Error: ${text}`]);
  });

  it.each(['cache.tar.gz', 'kept'])('carries checkpoints to another cache by way of %s', async (name) => {
    await fillStore();
    expect(await place.imgpack(['cache', 'export', '-only=qemu.debian', name])).toEqual(
      done(`exported 2 checkpoints to ${name}\n`),
    );
    expect((await stat(join(place.folder, name))).mode & 0o077).toBe(0);
    const env = { IMGPACK_CACHE_DIR: join(place.home, 'other') };
    expect(await place.imgpack(['cache', 'import', name], { env })).toEqual(done('imported 2 checkpoints\n'));
    expect(await place.imgpack(['cache', 'import', name], { env })).toEqual(
      done('imported 0 checkpoints; 2 were here already\n'),
    );
    expect((await place.imgpack(['cache', 'list'], { env })).stdout).toContain('2 checkpoints; the cache takes 2 MiB');
  });

  it('says what an export leaves out, and what an import cannot use', async () => {
    const { layers } = await fillStore();
    const store = await openStore(new Date());
    const lease = await store.lease();
    await store.publish(lease, undefined, checkpoint('dd', { build: 'docker.web' }));
    await lease.close();
    expect(await place.imgpack(['cache', 'export', 'kept'])).toEqual(
      done('exported 3 checkpoints to kept\nleft out 1 checkpoint whose machine lies outside the cache\n'),
    );
    await writeFile(join(place.folder, 'kept/layers', layers[1]?.id ?? '', 'disk0.qcow2'), Buffer.alloc(MiB, 2));
    const other = join(place.home, 'other');
    await mkdir(other);
    await fillStore(other);
    await (await openStore(new Date(), other)).remove(A1);
    await (await openStore(new Date(), other)).remove(A2);
    const env = { IMGPACK_CACHE_DIR: other };
    expect(await place.imgpack(['cache', 'import', 'kept'], { env })).toEqual(
      failed(
        `\
Error: 1 checkpoint of \`kept\` is damaged and left out [cache/damaged-import]

  ab0000000000: \`disk0.qcow2\` of layer ${layers[1]?.id} has another digest than was exported

help: export once more where they come from; the steps are done again where a checkpoint is missing

`,
        'imported 1 checkpoint; 1 was here already\n',
      ),
    );
  });

  it('warns of checkpoints that hang on the secret of another cache', async () => {
    await fillStore();
    await place.imgpack(['cache', 'export', 'cache.tar']);
    const other = join(place.home, 'other');
    await fillStore(other);
    await (await openStore(new Date(), other)).remove(A2);
    const env = { IMGPACK_CACHE_DIR: other };
    expect(await place.imgpack(['cache', 'import', 'cache.tar'], { env })).toEqual({
      exitCode: 0,
      signal: null,
      stdout: 'imported 1 checkpoint; 2 were here already\n',
      stderr: `\
Warning: 1 imported checkpoint depends on a secret and cannot be found here, because this cache has another key for secrets [cache/other-secret]

help: an export brings its key only into a cache that is empty

`,
    });
  });

  it('leaves a cache alone that a newer imgpack wrote, and a folder that is none', async () => {
    await fillStore();
    await writeFile(join(folder, 'version'), '2\n');
    const outcome = await place.imgpack(['cache', 'prune', '-all']);
    expect([outcome.exitCode, outcome.stderr]).toEqual([
      1,
      `\
Error: the cache \`${folder}\` has format 2, which a newer imgpack wrote [cache/newer]

help: use that version of imgpack, or set IMGPACK_CACHE_DIR to another folder

`,
    ]);
    await truncate(join(folder, 'version'), 0);
    expect((await place.imgpack(['cache', 'list'])).stderr).toContain('[cache/not-a-cache]');
  });
});
