import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { forecast } from '../../../src/engine/cache/forecast.js';
import type { RunCache } from '../../../src/engine/cache/run-cache.js';
import type { EngineOptions } from '../../../src/engine/options.js';
import { runPlan } from '../../../src/engine/run.js';
import type { PlannedBuild, PlannedPostProcessor } from '../../../src/plan/plan.js';
import { engineOptions, fakeArtifact, fakePostProcessor } from '../../support/fake-plan.js';
import { SaveableWorld } from '../../support/saveable.js';
import { StorePlace } from '../../support/store.js';

let place: StorePlace;
let folder: string;
let parents: SaveableWorld;
let children: SaveableWorld;
const removals: (() => Promise<void>)[] = [];
beforeEach(async () => {
  place = await StorePlace.make();
  folder = await mkdtemp(join(tmpdir(), 'imgpack-layers-'));
  parents = new SaveableWorld(join(folder, 'base'));
  children = new SaveableWorld(join(folder, 'top'));
});
afterEach(async () => {
  for (const remove of removals.splice(0)) await remove();
  await place.remove();
  await rm(folder, { recursive: true });
});

/** A base, and a build on top of it that comes first in the template. */
function layers(
  base: readonly string[],
  top: readonly string[],
  chains: readonly (readonly PlannedPostProcessor[])[] = [],
): PlannedBuild[] {
  return [
    children.build({ id: 'top', reads: 'base', provisioners: top.map((word) => children.step(word)) }),
    parents.build({ id: 'base', provisioners: base.map((word) => parents.step(word)), chains }),
  ];
}

async function cacheOf(more: Partial<RunCache> = {}): Promise<RunCache> {
  const store = await place.open();
  const { digests } = store;
  return { store, digests, template: '/templates/t.pkr.hcl', reuse: 'everything', saves: true, ...more };
}

async function run(builds: readonly PlannedBuild[], more: Partial<RunCache> = {}, engine: Partial<EngineOptions> = {}) {
  parents.did = [];
  children.did = [];
  const prepared = await engineOptions({ cache: await cacheOf(more), ...engine });
  removals.push(prepared.remove);
  const environment = { ...prepared.options.environment, now: () => place.time };
  const { results } = await runPlan({ builds }, { ...prepared.options, environment });
  return {
    base: parents.did,
    top: children.did,
    unchanged: results.map(({ unchanged }) => unchanged === true),
    failures: results.map(({ failure }) => failure?.text),
  };
}

/** Outcome of each build, and why its first step that runs does. */
async function told(builds: readonly PlannedBuild[], more: Partial<RunCache> = {}): Promise<string[]> {
  const all = await forecast({ builds }, await cacheOf(more), {
    env: {},
    workingDirectory: folder,
    cacheDirectory: folder,
    temporaryDirectory: folder,
    now: () => place.time,
    signal: new AbortController().signal,
    log: () => undefined,
    redact: (text) => text,
    force: false,
  });
  return all.map(({ build, outcome, steps }) => {
    const first = steps.find((step) => step.reason);
    return `${build.id} ${outcome}${first ? `: ${first.step}: ${first.reason?.text}` : ''}`;
  });
}

describe('a build on top of another', () => {
  it('is there at once where neither changed', async () => {
    expect(await run(layers(['one'], ['two']))).toMatchObject({
      base: ['launch', 'one', 'finish'],
      top: ['launch', 'two', 'finish'],
    });
    expect(await told(layers(['one'], ['two']))).toEqual(['top unchanged', 'base unchanged']);
    expect(await run(layers(['one'], ['two']))).toMatchObject({ base: [], top: [], unchanged: [true, true] });
  });

  it('goes on from its own state where only a step of its own changed', async () => {
    await run(layers(['one'], ['two', 'three']));
    const edited = () => layers(['one'], ['two', 'THREE']);
    expect(await told(edited())).toEqual([
      'top continues: provisioner 2: do: option `words` changed in item 1 (three → THREE)',
      'base unchanged',
    ]);
    expect(await run(edited())).toMatchObject({ base: [], top: ['restore', 'THREE', 'finish'] });
  });

  it('starts from nothing where the other changed, and the forecast says so', async () => {
    await run(layers(['one'], ['two']));
    const edited = () => layers(['ONE'], ['two']);
    expect(await told(edited())).toEqual([
      'top anew: launch: the build `base`, whose artifact it reads, is made anew',
      'base continues: provisioner 1: do: option `words` changed in item 1 (one → ONE)',
    ]);
    expect(await run(edited())).toMatchObject({ base: ['restore', 'ONE', 'finish'], top: ['launch', 'two', 'finish'] });
    expect(await run(edited())).toMatchObject({ base: [], top: [], unchanged: [true, true] });
  });

  it('is as it was where the other was made anew and came out the same', async () => {
    await run(layers(['one'], ['two']));
    await rm(join(folder, 'base'));
    expect(await run(layers(['one'], ['two']))).toMatchObject({ base: ['restore', 'finish'], top: [] });
  });

  it('goes on from its own state where the other is again what it was before', async () => {
    await run(layers(['one'], ['two']));
    await run(layers(['ONE'], ['two']));
    expect(await run(layers(['one'], ['two', 'three']))).toMatchObject({
      base: ['restore', 'finish'],
      top: ['restore', 'three', 'finish'],
    });
  });

  it('reads what a post-processor made where that took the place of the image', async () => {
    const pack = (level: string) =>
      [
        [
          fakePostProcessor(
            'pack',
            async () => {
              parents.did.push(`pack ${level}`);
              const packed = join(folder, 'packed');
              await writeFile(packed, level);
              await rm(join(folder, 'base'), { force: true });
              return { artifact: fakeArtifact('pack', { files: [packed] }), keep: false };
            },
            { configWith: () => ({ level }) },
          ),
        ],
      ].map(([step]) => [{ ...step, definition: { ...step?.definition, pure: true } } as PlannedPostProcessor]);
    await run(layers(['one'], ['two'], pack('1')));
    expect(await told(layers(['one'], ['two'], pack('1')))).toEqual(['top unchanged', 'base unchanged']);
    expect(await run(layers(['one'], ['two'], pack('1')))).toMatchObject({ base: [], top: [] });
    expect(await run(layers(['one'], ['two'], pack('2')))).toMatchObject({
      base: ['restore', 'finish', 'pack 2'],
      top: ['launch', 'two', 'finish'],
    });
    expect(await readFile(join(folder, 'packed'), 'utf8')).toBe('2');
  });

  it('is made again by force, and runs from a step, without what was not selected', async () => {
    const selected = (word: string) => {
      const [top, base] = layers(['one'], ['two', word]) as [PlannedBuild, PlannedBuild];
      return [top, { ...base, neededBy: ['top'] }];
    };
    await run(selected('three'));
    expect(await run(selected('three'), { reuse: 'checkpoints' })).toMatchObject({
      base: [],
      top: ['restore', 'finish'],
    });
    const from = { fromStep: '2' };
    expect(await told(selected('three'), from)).toEqual([
      'top continues: provisioner 2: do: `-cache-from-step=2`',
      'base unchanged',
    ]);
    expect(await run(selected('three'), from)).toMatchObject({ base: [], top: ['restore', 'three', 'finish'] });
    expect((await run(selected('three'), { reuse: 'nothing' })).base).toEqual(['launch', 'one', 'finish']);
  });

  it('is held ready alone, on top of what is there already', async () => {
    await run(layers(['one'], ['two']));
    const held: string[] = [];
    const hold = (): Promise<'stop'> => {
      held.push(...children.did);
      return Promise.resolve('stop');
    };
    const again = await run(layers(['one'], ['TWO']), { reuse: 'checkpoints' }, { hold });
    expect([again.base, held]).toEqual([[], ['restore', 'TWO']]);
    const edited = await run(layers(['ONE'], ['TWO']), { reuse: 'checkpoints' }, { hold });
    expect(edited).toMatchObject({ base: ['restore', 'ONE', 'finish'], top: ['launch', 'TWO'] });
  });

  it('is not made where the other fails or makes nothing', async () => {
    expect(await run(layers(['fail'], ['two']))).toMatchObject({
      top: [],
      failures: ['not built, because it needs the artifact of `base`, which failed', 'imgpack has a defect: fail'],
    });
    const nothing = [[fakePostProcessor('drop', () => ({ artifact: undefined, keep: false }))]];
    expect(await run(layers(['one'], ['two'], nothing))).toMatchObject({
      top: [],
      failures: ['not built, because it needs the artifact of `base`, which made none', undefined],
    });
  });
});
