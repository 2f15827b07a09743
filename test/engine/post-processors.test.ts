import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Artifact, BuildValues } from '../../src/contract/artifact.js';
import { fileReference } from '../../src/contract/helpers/local-resources.js';
import { runPlan } from '../../src/engine/run.js';
import { catalogue, ImgpackError } from '../../src/messages/message.js';
import type { PlannedPostProcessor } from '../../src/plan/plan.js';
import { engineOptions, fakeArtifact, fakeBuild, fakePostProcessor, FakeWorld, spoken } from '../support/fake-plan.js';

const messages = catalogue('test-post', { failed: (text: string) => ({ text }) });
const failure = (text: string) => new ImgpackError(messages.failed(text));

const removals: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removals.splice(0)) await remove();
});

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Runs chains on an artifact with the real file `image`; each step may make further files in the folder. */
async function post(
  chains: (
    make: (id: string, values?: BuildValues) => Promise<Artifact>,
  ) => readonly (readonly PlannedPostProcessor[])[],
  values?: BuildValues,
) {
  const prepared = await engineOptions();
  removals.push(prepared.remove);
  const make = async (id: string, own?: BuildValues): Promise<Artifact> => {
    const path = join(prepared.stateDirectory, id);
    await writeFile(path, id);
    return fakeArtifact(id, { files: [path], remove: [fileReference(path)], ...(own && { values: own }) });
  };
  const build = fakeBuild({ finish: () => make('image', values), chains: chains(make) });
  const outcome = await runPlan({ builds: [build] }, prepared.options);
  const [result] = outcome.results;
  return {
    said: spoken(prepared.events),
    failure: result?.failure,
    artifacts: result?.artifacts.map(({ id }) => id),
    has: (id: string) => exists(join(prepared.stateDirectory, id)),
  };
}

describe('post-processors', () => {
  it('without any, the artifact of the builder is the result', async () => {
    const { artifacts, has } = await post(() => []);
    expect(artifacts).toEqual(['image']);
    expect(await has('image')).toBe(true);
  });

  it('a step that does not keep its input replaces it', async () => {
    const { artifacts, has } = await post((make) => [
      [fakePostProcessor('compress', async () => ({ artifact: await make('archive'), keep: false }))],
    ]);
    expect(artifacts).toEqual(['archive']);
    expect(await has('image')).toBe(false);
    expect(await has('archive')).toBe(true);
  });

  it.each([
    ['keep_input_artifact = true keeps what would go', false, false, true, true],
    ['keep_input_artifact = false removes what would stay', true, false, false, false],
    ['keep_input_artifact = false cannot overrule a step that insists', true, true, false, true],
  ])('%s', async (_title, keep, forceKeep, keepInputArtifact, stays) => {
    const { has, artifacts } = await post((make) => [
      [
        fakePostProcessor('step', async () => ({ artifact: await make('next'), keep, forceKeep }), {
          keepInputArtifact,
        }),
      ],
    ]);
    expect(await has('image')).toBe(stays);
    expect(artifacts).toEqual(stays ? ['image', 'next'] : ['next']);
  });

  it('in a chain each step gets the artifact before it, and what is not kept on the way goes', async () => {
    const inputs: string[] = [];
    const { artifacts, has } = await post((make) => [
      [
        fakePostProcessor('one', async (_context, artifact) => {
          inputs.push(artifact.id);
          return { artifact: await make('first'), keep: true };
        }),
        fakePostProcessor('two', async (_context, artifact) => {
          inputs.push(artifact.id);
          return { artifact: await make('second'), keep: false };
        }),
        fakePostProcessor('three', async (_context, artifact) => {
          inputs.push(artifact.id);
          return { artifact: await make('third'), keep: true };
        }),
      ],
    ]);
    expect(inputs).toEqual(['image', 'first', 'second']);
    expect(artifacts).toEqual(['image', 'second', 'third']);
    expect(await has('first')).toBe(false);
  });

  it('every chain begins with the artifact of the builder, and one that keeps it is enough', async () => {
    const inputs: string[] = [];
    const step = (type: string, keep: boolean) =>
      fakePostProcessor(type, (_context, artifact) => {
        inputs.push(artifact.id);
        return { artifact: fakeArtifact(type), keep };
      });
    const { artifacts, has, said } = await post(() => [[step('a', false)], [step('b', true)], [step('c', false)]]);
    expect(inputs).toEqual(['image', 'image', 'image']);
    expect(artifacts).toEqual(['image', 'a', 'b', 'c']);
    expect(await has('image')).toBe(true);
    expect(said).toEqual([
      'Running post-processor:  (type a)',
      'Running post-processor:  (type b)',
      'Running post-processor:  (type c)',
    ]);
  });

  it('a step that hands nothing on ends its chain silently', async () => {
    const ran: string[] = [];
    const { artifacts, failure: found } = await post(() => [
      [
        fakePostProcessor('upload', () => ({ artifact: undefined, keep: false })),
        fakePostProcessor('after', () => {
          ran.push('after');
          return { artifact: fakeArtifact('x'), keep: true };
        }),
      ],
      [fakePostProcessor('manifest', (_context, artifact) => ({ artifact, keep: true, forceKeep: true }))],
    ]);
    expect(ran).toEqual([]);
    expect(found).toBeUndefined();
    expect(artifacts).toEqual(['image', 'image']);
  });

  it('one that fails skips the rest of its chain, not the next chain, and never costs the image', async () => {
    const ran: string[] = [];
    const {
      artifacts,
      failure: found,
      has,
    } = await post((make) => [
      [
        fakePostProcessor('upload', () => Promise.reject(failure('403'))),
        fakePostProcessor('after', () => {
          ran.push('after');
          return { artifact: fakeArtifact('x'), keep: true };
        }),
      ],
      [
        fakePostProcessor('compress', async () => {
          ran.push('compress');
          return { artifact: await make('archive'), keep: false };
        }),
      ],
    ]);
    expect(ran).toEqual(['compress']);
    expect(artifacts).toEqual([]);
    expect(await has('image')).toBe(true);
    expect(await has('archive')).toBe(true);
    expect(found).toEqual({
      code: 'engine/post-processor-failed',
      text: 'post-processor `upload` failed: 403',
      details: ['kept: made image', 'kept: made archive'],
    });
  });

  it('several that fail are all reported', async () => {
    const { failure: found } = await post(() => [
      [fakePostProcessor('a', () => Promise.reject(failure('one')))],
      [fakePostProcessor('b', () => Promise.reject(failure('two')))],
    ]);
    expect(found).toEqual({
      code: 'engine/post-processors-failed',
      text: '2 post-processors failed',
      details: ['* post-processor `a` failed: one', '* post-processor `b` failed: two', 'kept: made image'],
    });
  });

  it('are announced by name where the template gives one', async () => {
    const step = (name: string) =>
      fakePostProcessor('manifest', (_context, artifact) => ({ artifact, keep: true }), { name });
    const { said } = await post(() => [[step('nice')], [step('manifest')]]);
    expect(said).toEqual(['Running post-processor: nice (type manifest)', 'Running post-processor: manifest']);
  });

  it('see the values of their input artifact, and placeholders where it carries none', async () => {
    const seen: unknown[] = [];
    const look = (type: string, artifact?: Artifact) =>
      fakePostProcessor(type, (context, input) => {
        seen.push([context.values['ID'], context.values['Host']]);
        return { artifact: artifact ?? input, keep: true };
      });
    await post(() => [[look('shell-local'), look('checksum', fakeArtifact('sums')), look('manifest')]], { ID: 'Null' });
    expect(seen).toEqual([
      ['Null', '<unknown>'],
      ['Null', '<unknown>'],
      ['<unknown>', '<unknown>'],
    ]);
  });

  it('have what they create and do not keep undone, when they succeed and when they fail', async () => {
    const world = new FakeWorld();
    await post(() => [
      [
        fakePostProcessor('a', async (context, artifact) => {
          await world.make(context, 'scratch');
          return { artifact, keep: true };
        }),
        fakePostProcessor('b', async (context) => {
          await world.make(context, 'half');
          throw failure('no');
        }),
      ],
    ]);
    expect(world.destroyed).toEqual(['scratch', 'half']);
  });
});
