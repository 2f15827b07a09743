import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import checksum from '../../post-processors/checksum.js';
import type { Decoded } from '../../src/contract/schema.js';
import { decodedConfig } from '../support/decoded-config.js';
import { fakeArtifact, fakeBuild } from '../support/fake-plan.js';
import { planPostProcessor, PluginPlace } from '../support/plugin-run.js';

let place: PluginPlace;
beforeEach(async () => {
  place = await PluginPlace.make();
  await mkdir(place.path('d'));
  await writeFile(place.path('d/one'), 'hello');
  await writeFile(place.path('two'), Buffer.alloc(3_000_000, 7));
});
afterEach(() => place.remove());

async function run(given: Partial<Decoded<typeof checksum.schema>>, files = ['d/one', 'two']) {
  const build = fakeBuild({
    name: 'src',
    finish: () => Promise.resolve(fakeArtifact('x', { files })),
    chains: [[planPostProcessor(checksum, given)]],
  });
  return (await place.run([build])).outcome;
}

describe('the post-processor `checksum`', () => {
  it.each(['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'])('agrees with %ssum', async (type) => {
    await run({ checksum_types: [type], output: 'sums' });
    const sums = execFileSync(`${type}sum`, ['d/one', 'two'], { cwd: place.folder, encoding: 'utf8' });
    const expected = sums.replace(/^(\w+) {2}(?:.*\/)?(.*)$/gm, '$1\t$2');
    expect(await readFile(place.path('sums'), 'utf8')).toBe(expected);
  });

  it('writes the types in the order asked for, and each output is named once', async () => {
    const outcome = await run({ checksum_types: ['sha1', 'md5'], output: 'new/folder/sums' }, ['d/one']);
    expect(await readFile(place.path('new/folder/sums'), 'utf8')).toBe(
      'aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d\tone\n5d41402abc4b2a76b9719d911017c592\tone\n',
    );
    expect(outcome.results[0]?.artifacts.at(-1)).toMatchObject({
      files: ['d/one', 'new/folder/sums'],
      description: 'Created artifact from files: d/one, new/folder/sums',
    });
  });

  it('appends to what is there, which is then no new file of the artifact', async () => {
    await writeFile(place.path('sums'), 'before\n');
    const outcome = await run({ output: 'sums' }, ['d/one']);
    expect(await readFile(place.path('sums'), 'utf8')).toBe('before\n5d41402abc4b2a76b9719d911017c592\tone\n');
    expect(outcome.results[0]?.artifacts.at(-1)?.files).toEqual(['d/one']);
  });

  it('names the output after build, builder and type', async () => {
    await run({}, ['d/one']);
    await run({ output: '{{.BuildName}}-{{.BuilderType}}.{{.ChecksumType}}' }, ['d/one']);
    for (const name of ['packer_src_fake_md5.checksum', 'src-fake.md5'])
      expect(await readFile(place.path(name), 'utf8')).toBe('5d41402abc4b2a76b9719d911017c592\tone\n');
  });

  it('fails at a file that cannot be read, writes nothing, and keeps the image', async () => {
    const outcome = await run({ output: 'sums' }, ['d/one', 'd']);
    expect(outcome.results[0]?.failure?.text).toMatch(/`d` cannot be read for its checksum/);
    await expect(readFile(place.path('sums'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readFile(place.path('d/one'), 'utf8')).toBe('hello');
  });

  it('knows no other types', async () => {
    const config = decodedConfig(checksum.schema, { checksum_types: ['md5', 'crc', 'MD5'] });
    const problems = await checksum.validate?.(config, {} as never);
    expect(problems?.map(({ message }) => message.text)).toEqual([
      '`crc` is not a type of checksum',
      '`MD5` is not a type of checksum',
    ]);
  });
});
