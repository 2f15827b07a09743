import { mkdir, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import artifice from '../../post-processors/artifice.js';
import { decodedConfig } from '../support/decoded-config.js';
import { fakeArtifact, fakeBuild } from '../support/fake-plan.js';
import { planPostProcessor, PluginPlace } from '../support/plugin-run.js';

let place: PluginPlace;
beforeEach(async () => {
  place = await PluginPlace.make();
  await mkdir(place.path('sub'));
  for (const name of ['a.txt', 'b.txt', 'c.bin', 'sub/d.txt']) await writeFile(place.path(name), name);
});
afterEach(() => place.remove());

async function filesFrom(files: string[]): Promise<readonly string[]> {
  const build = fakeBuild({
    finish: () => Promise.resolve(fakeArtifact('x', { files: ['old'] })),
    chains: [[planPostProcessor(artifice, { files })]],
  });
  const { outcome } = await place.run([build]);
  expect(outcome.succeeded).toBe(true);
  return outcome.results[0]?.artifacts.at(-1)?.files ?? [];
}

describe('the post-processor `artifice`', () => {
  it('hands on the files that the patterns name, in the order of the patterns', async () => {
    expect(await filesFrom(['c.bin', '*.txt'])).toEqual(['c.bin', 'a.txt', 'b.txt']);
    expect(await filesFrom(['sub/*'])).toEqual(['sub/d.txt']);
    expect(await filesFrom(['*/?.txt', '[ab].txt', '[^a].txt'])).toEqual(['sub/d.txt', 'a.txt', 'b.txt', 'b.txt']);
  });

  it('ignores patterns that match nothing', async () => {
    expect(await filesFrom(['q*', 'nowhere/*', 'a.txt'])).toEqual(['a.txt']);
  });

  it('keeps absolute paths absolute', async () => {
    expect(await filesFrom([place.path('*.bin')])).toEqual([place.path('c.bin')]);
  });

  it('has no braces and no double star, and takes a backslash literally for the next character', async () => {
    await writeFile(place.path('{a,b}.txt'), '');
    await writeFile(place.path('*'), '');
    expect(await filesFrom(['{a,b}.txt'])).toEqual(['{a,b}.txt']);
    expect(await filesFrom(['**/*.txt'])).toEqual(['sub/d.txt']);
    expect(await filesFrom(['\\*'])).toEqual(['*']);
  });

  it('keeps its input, and describes what it made as Packer does', async () => {
    const build = fakeBuild({
      finish: () => Promise.resolve(fakeArtifact('x')),
      chains: [[planPostProcessor(artifice, { files: ['a.txt', 'b.txt'] })]],
    });
    const { outcome } = await place.run([build]);
    expect(outcome.results[0]?.artifacts.map(({ description }) => description)).toEqual([
      'made x',
      'Created artifact from files: a.txt, b.txt',
    ]);
  });

  it('needs a pattern', async () => {
    const problems = await artifice.validate?.(decodedConfig(artifice.schema, { files: [] }), {} as never);
    expect(problems?.map(({ message }) => message.code)).toEqual(['artifice/no-files']);
  });
});
