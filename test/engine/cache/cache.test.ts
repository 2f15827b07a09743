import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BuilderContext } from '../../../src/contract/context.js';
import type { EngineOptions } from '../../../src/engine/options.js';
import type { RunCache } from '../../../src/engine/cache/run-cache.js';
import { runPlan } from '../../../src/engine/run.js';
import { catalogue, ImgpackError } from '../../../src/messages/message.js';
import type { PlannedBuild } from '../../../src/plan/plan.js';
import { engineOptions, fakeArtifact, fakePostProcessor, spoken } from '../../support/fake-plan.js';
import { SaveableWorld } from '../../support/saveable.js';
import { StorePlace } from '../../support/store.js';

const messages = catalogue('saveable', { stateUnusable: (why: string) => ({ text: `unusable: ${why}` }) });

let place: StorePlace;
let folder: string;
let output: string;
let world: SaveableWorld;
const removals: (() => Promise<void>)[] = [];
beforeEach(async () => {
  place = await StorePlace.make();
  folder = await mkdtemp(join(tmpdir(), 'imgpack-cache-'));
  output = join(folder, 'image');
  world = new SaveableWorld(output);
});
afterEach(async () => {
  for (const remove of removals.splice(0)) await remove();
  await place.remove();
  await rm(folder, { recursive: true });
});

async function run(
  build: PlannedBuild | readonly PlannedBuild[],
  more: Partial<RunCache> = {},
  engine: Partial<EngineOptions> = {},
) {
  world.did = [];
  const store = await place.open();
  const cache: RunCache = {
    store,
    digests: store.digests,
    template: '/templates/t.pkr.hcl',
    reuse: 'everything',
    saves: true,
    ...more,
  };
  const prepared = await engineOptions({ cache, ...engine });
  removals.push(prepared.remove);
  const environment = { ...prepared.options.environment, now: () => place.time };
  const outcome = await runPlan({ builds: [build].flat() as PlannedBuild[] }, { ...prepared.options, environment });
  return { outcome, did: world.did, said: spoken(prepared.events), events: prepared.events };
}
const image = () => readFile(output, 'utf8');

describe('a build that was made before', () => {
  it('is there at once when nothing changed', async () => {
    const build = () => world.build({ provisioners: [world.step('one'), world.step('two')] });
    expect((await run(build())).did).toEqual(['launch', 'one', 'two', 'finish']);
    const again = await run(build());
    expect(again.did).toEqual([]);
    expect(again.outcome.results).toEqual([
      { build: 'saveable.a', artifacts: [fakeArtifact('image', { files: [output] })], unchanged: true },
    ]);
    expect(again.said).toContain('nothing changed since 2026-03-04T05:06:07.000Z: made image');
  });

  it('goes on from the deepest state before what changed', async () => {
    await run(world.build({ provisioners: [world.step('one'), world.step('two'), world.step('three')] }));
    const last = await run(world.build({ provisioners: [world.step('one'), world.step('two'), world.step('THREE')] }));
    expect(last.did).toEqual(['restore', 'THREE', 'finish']);
    expect(await image()).toBe('one\ntwo\nTHREE');
    const first = await run(world.build({ provisioners: [world.step('ONE'), world.step('two'), world.step('THREE')] }));
    expect(first.did).toEqual(['restore', 'ONE', 'two', 'THREE', 'finish']);
    expect(await image()).toBe('ONE\ntwo\nTHREE');
  });

  it('keeps the states of both branches', async () => {
    const left = () => world.build({ provisioners: [world.step('one'), world.step('left')] });
    const right = () => world.build({ provisioners: [world.step('one'), world.step('right')] });
    await run(left());
    await run(right());
    expect((await run(left(), { reuse: 'checkpoints' })).did).toEqual(['restore', 'finish']);
    expect(await image()).toBe('one\nleft');
    expect((await run(right(), { reuse: 'checkpoints' })).did).toEqual(['restore', 'finish']);
    expect(await image()).toBe('one\nright');
  });

  it('is made again by force, from the last state, and from nothing without the cache', async () => {
    const build = () => world.build({ provisioners: [world.step('one')] });
    await run(build());
    expect((await run(build(), { reuse: 'checkpoints' })).did).toEqual(['restore', 'finish']);
    expect((await run(build(), { reuse: 'nothing' })).did).toEqual(['launch', 'one', 'finish']);
    expect((await run(build())).did).toEqual([]);
  });

  it('runs from the step that the command line names', async () => {
    const build = () => world.build({ provisioners: [world.step('one'), world.step('two', { name: 'second' })] });
    await run(build());
    expect((await run(build(), { fromStep: 'second' })).did).toEqual(['restore', 'two', 'finish']);
    expect((await run(build(), { fromStep: '1' })).did).toEqual(['restore', 'one', 'two', 'finish']);
    expect((await run(build(), { fromStep: 'launch' })).did).toEqual(['launch', 'one', 'two', 'finish']);
    const wrong = await run(build(), { fromStep: 'third' });
    expect(wrong.outcome.results[0]?.failure).toMatchObject({
      code: 'engine/no-such-step',
      hint: 'its steps are `launch`, `provisioner 1: do`, `provisioner 2: second`',
    });
  });

  it('is made again where its artifact is gone or was changed', async () => {
    const build = () => world.build({ provisioners: [world.step('one')] });
    await run(build());
    await writeFile(output, 'changed');
    expect((await run(build())).did).toEqual(['restore', 'finish']);
    await rm(output);
    expect((await run(build())).did).toEqual(['restore', 'finish']);
    expect((await run(build())).did).toEqual([]);
  });
});

describe('what runs every time', () => {
  it('runs with all that follows', async () => {
    const build = () =>
      world.build({
        provisioners: [world.step('one'), world.step('outside', { always: 'it is outside' }), world.step('three')],
      });
    await run(build());
    expect((await run(build())).did).toEqual(['restore', 'outside', 'three', 'finish']);
  });

  it('is what `cache = false` marks, and not what `cache = true` marks', async () => {
    const build = (cache: boolean, always?: string) =>
      world.build({ provisioners: [world.step('one'), world.step('two', { cache, ...(always && { always }) })] });
    await run(build(false));
    expect((await run(build(false))).did).toEqual(['restore', 'two', 'finish']);
    await run(build(true, 'it is outside'));
    expect((await run(build(true, 'it is outside'))).did).toEqual([]);
  });

  it('is what is older than it may be', async () => {
    const build = () => world.build({ provisioners: [world.step('one'), world.step('two', { cacheMaxAge: 60_000 })] });
    await run(build());
    place.later(1);
    expect((await run(build())).did).toEqual([]);
    place.later(1);
    expect((await run(build())).did).toEqual(['restore', 'two', 'finish']);
    expect((await run(build())).did).toEqual([]);
  });

  it('is what comes behind a failure that was passed over', async () => {
    const build = () =>
      world.build({ provisioners: [world.step('fail', { continueOnError: true }), world.step('two')] });
    await run(build());
    expect((await run(build())).did).toEqual(['restore', 'fail', 'two', 'finish']);
  });
});

describe('a build that failed', () => {
  it('goes on at the step that failed, when that is mended', async () => {
    const failed = await run(world.build({ provisioners: [world.step('one'), world.step('fail')] }));
    expect(failed.outcome.results[0]).toMatchObject({ failedStep: 'provisioner 2: do' });
    expect((await run(world.build({ provisioners: [world.step('one'), world.step('fail')] }))).did).toEqual([
      'restore',
      'fail',
    ]);
    expect((await run(world.build({ provisioners: [world.step('one'), world.step('two')] }))).did).toEqual([
      'restore',
      'two',
      'finish',
    ]);
    expect(await image()).toBe('one\ntwo');
  });
});

describe('states that do not do', () => {
  it('give way to the one before, and are gone', async () => {
    await run(world.build({ provisioners: [world.step('one'), world.step('two')] }));
    world.restoreFailures.push(new ImgpackError(messages.stateUnusable('torn')));
    const build = () => world.build({ provisioners: [world.step('one'), world.step('two')] });
    const again = await run(build(), { reuse: 'checkpoints' });
    expect(again.did).toEqual(['restore', 'two', 'finish']);
    expect(again.said).toContain('!the state after `provisioner 2: do` cannot be used: unusable: torn');
  });

  it('do not hide a failure that has nothing to do with them', async () => {
    const build = () => world.build({ provisioners: [world.step('one')] });
    await run(build());
    world.restoreFailures.push(new Error('no port is free'));
    const failed = await run(build(), { reuse: 'checkpoints' });
    expect(failed.outcome.results[0]?.failure?.text).toContain('no port is free');
    expect((await run(build(), { reuse: 'checkpoints' })).did).toEqual(['restore', 'finish']);
  });

  it('cost nothing but time where they cannot be saved', async () => {
    world.saveFailures.push(new Error('the disk is full'));
    const build = () => world.build({ provisioners: [world.step('one')] });
    const first = await run(build());
    expect(first.outcome.succeeded).toBe(true);
    expect(first.said.filter((line) => line.includes('without saving'))).toHaveLength(1);
    expect((await run(build(), { reuse: 'checkpoints' })).did).toEqual(['launch', 'one', 'finish']);
  });

  it('are not made where the builder says so, or the user', async () => {
    const kinds = [{ unsaveable: 'it has a TPM' }, {}] as const;
    for (const [i, more] of kinds.entries()) {
      const build = () =>
        world.build({ id: `saveable.${i}`, options: { size: String(i) }, provisioners: [world.step('one')], ...more });
      await run(build(), { saves: i === 0 });
      expect((await run(build(), { reuse: 'checkpoints', saves: i === 0 })).did).toEqual(['launch', 'one', 'finish']);
    }
  });
});

describe('post-processors', () => {
  const pure = (name: string, more: object = {}) =>
    fakePostProcessor(name, async (_context, artifact) => {
      world.did.push(name);
      const path = join(folder, name);
      await writeFile(path, `${name} of ${artifact.id}`);
      return { artifact: fakeArtifact(name, { files: [path] }), keep: false, ...more };
    });
  const withPurity = (step: ReturnType<typeof pure>, isPure: boolean) => ({
    ...step,
    definition: { ...step.definition, pure: isPure },
  });

  it('that are pure do not run again while what they made is there', async () => {
    const build = () => world.build({ provisioners: [world.step('one')], chains: [[withPurity(pure('pack'), true)]] });
    expect((await run(build())).did).toEqual(['launch', 'one', 'finish', 'pack']);
    const again = await run(build());
    expect(again.did).toEqual([]);
    expect(again.outcome.results[0]).toMatchObject({ unchanged: true, artifacts: [{ id: 'pack' }] });
    await rm(join(folder, 'pack'));
    expect((await run(build())).did).toEqual(['pack']);
  });

  it('that do more than make an artifact run each time, on what is there', async () => {
    const build = () =>
      world.build({
        provisioners: [world.step('one')],
        chains: [[withPurity(pure('pack'), true), withPurity(pure('publish', { keep: true }), false)]],
      });
    await run(build());
    const again = await run(build());
    expect(again.did).toEqual(['publish']);
    expect(again.outcome.results[0]).not.toHaveProperty('unchanged');
  });
});

describe('an output of its own', () => {
  it('may be replaced while nobody touched it, and nothing else is with it', async () => {
    const asked: boolean[] = [];
    const build = () => {
      const plain = world.build({ provisioners: [world.step('one')] });
      const { definition } = plain.builder;
      const launch: typeof definition.launch = (config) =>
        ({
          ...definition.launch(config),
          steps: [
            {
              name: 'ask',
              run: async (context: BuilderContext<never>) =>
                void asked.push((await context.isOwnOutput?.(output)) === true),
            },
            ...definition.launch(config).steps,
          ],
        }) as unknown as ReturnType<typeof definition.launch>;
      return { ...plain, builder: { ...plain.builder, definition: { ...definition, launch } } };
    };
    await run(build());
    await run(build(), { reuse: 'checkpoints' });
    await writeFile(output, 'mine');
    await run(build(), { reuse: 'checkpoints' });
    expect(asked).toEqual([false, true, false]);
  });
});
