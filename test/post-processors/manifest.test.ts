import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import manifest from '../../post-processors/manifest.js';
import type { Decoded } from '../../src/contract/schema.js';
import type { EngineOptions } from '../../src/engine/options.js';
import { Redactor } from '../../src/messages/redactor.js';
import { fakeArtifact, fakeBuild } from '../support/fake-plan.js';
import { planPostProcessor, PluginPlace } from '../support/plugin-run.js';

let place: PluginPlace;
beforeEach(async () => (place = await PluginPlace.make()));
afterEach(() => place.remove());

type Given = Partial<Decoded<typeof manifest.schema>>;

const build = (given: Given, files: readonly string[] = [], name = 'a') =>
  fakeBuild({
    name,
    finish: () => Promise.resolve(fakeArtifact('VM', { files })),
    chains: [[planPostProcessor(manifest, given)]],
  });
const run = async (given: Given, files?: readonly string[], more?: Partial<EngineOptions>) =>
  (await place.run([build(given, files)], more)).outcome;
const text = (name = 'packer-manifest.json') => readFile(place.path(name), 'utf8');
const RUN = '11111111-2222-3333-4444-555555555555';

describe('the post-processor `manifest`', () => {
  it('writes what Packer writes, byte for byte', async () => {
    await writeFile(place.path('disk'), '12345');
    await run({ custom_data: { b: '<2>&', a: '1' } }, ['disk', 'gone']);
    expect(await text()).toBe(`{
  "builds": [
    {
      "name": "a",
      "builder_type": "fake",
      "build_time": 1767323045,
      "files": [
        {
          "name": "disk",
          "size": 5
        },
        {
          "name": "gone",
          "size": 0
        }
      ],
      "artifact_id": "VM",
      "packer_run_uuid": "${RUN}",
      "custom_data": {
        "a": "1",
        "b": "\\u003c2\\u003e\\u0026"
      }
    }
  ],
  "last_run_uuid": "${RUN}"
}`);
  });

  it('leaves out time and folders where it is asked to, and has null for what is empty', async () => {
    await run({ strip_time: true, strip_path: true }, ['some/folder/disk']);
    expect(JSON.parse(await text())).toEqual({
      builds: [
        {
          name: 'a',
          builder_type: 'fake',
          files: [{ name: 'disk', size: 0 }],
          artifact_id: 'VM',
          packer_run_uuid: RUN,
          custom_data: null,
        },
      ],
      last_run_uuid: RUN,
    });
    await run({ strip_time: true, output: 'deep/m.json' });
    expect(JSON.parse(await text('deep/m.json')).builds[0].files).toBeNull();
  });

  it('adds to the entries of earlier runs; `-force` in another run starts afresh', async () => {
    await run({});
    await run({}, [], { runId: 'second' });
    expect(JSON.parse(await text()).builds.map((entry: { packer_run_uuid: string }) => entry.packer_run_uuid)).toEqual([
      RUN,
      'second',
    ]);
    await run({}, [], { runId: 'second', force: true });
    expect(JSON.parse(await text()).builds).toHaveLength(3);
    await run({}, [], { runId: 'third', force: true });
    expect(JSON.parse(await text())).toMatchObject({ builds: [{ packer_run_uuid: 'third' }], last_run_uuid: 'third' });
  });

  it('loses no entry of thirty builds that write at once, and leaves nothing beside', async () => {
    const builds = Array.from({ length: 30 }, (_, i) => build({}, [], `b${i}`));
    expect((await place.run(builds)).outcome).toMatchObject({ succeeded: true, left: 0 });
    const names = JSON.parse(await text()).builds.map((entry: { name: string }) => entry.name);
    expect(names.sort()).toEqual(builds.map(({ id }) => id).sort());
    expect(await readdir(place.folder)).toEqual(['packer-manifest.json']);
  });

  it('is not held up by a lock file that another program left', async () => {
    await writeFile(place.path('packer-manifest.json.lock'), '');
    expect(await run({})).toMatchObject({ succeeded: true, left: 0 });
    expect(await readdir(place.folder)).toEqual(['packer-manifest.json']);
  });

  it('keeps the permissions of the file', async () => {
    await writeFile(place.path('packer-manifest.json'), '');
    await chmod(place.path('packer-manifest.json'), 0o640);
    await run({});
    expect((await stat(place.path('packer-manifest.json'))).mode & 0o777).toBe(0o640);
  });

  it('refuses a file that is no manifest, and leaves it as it is', async () => {
    for (const content of ['{bad', '[1', '{"builds": 5}']) {
      await writeFile(place.path('packer-manifest.json'), content);
      expect((await run({})).results[0]?.failure?.text).toMatch(/`packer-manifest.json` is not a manifest/);
      expect(await text()).toBe(content);
    }
  });

  it('never holds a secret', async () => {
    const redactor = new Redactor();
    redactor.add('tops3cret');
    await run({ custom_data: { key: 'is tops3cret' } }, ['dir-tops3cret/disk'], { redactor });
    expect(await text()).not.toContain('tops3cret');
    expect(JSON.parse(await text()).builds[0]).toMatchObject({
      files: [{ name: 'dir-<sensitive>/disk' }],
      custom_data: { key: 'is <sensitive>' },
    });
  });

  it('keeps the image even where it is told not to', async () => {
    const planned = build({});
    const [[step] = []] = planned.chains;
    const outcome = (
      await place.run([{ ...planned, chains: [[{ ...(step as NonNullable<typeof step>), keepInputArtifact: false }]] }])
    ).outcome;
    expect(outcome.results[0]?.artifacts.map(({ id }) => id)).toEqual(['VM', 'VM']);
  });
});
