import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import compress from '../../post-processors/compress/index.js';
import { fileReference } from '../../src/contract/helpers/local-resources.js';
import type { Decoded } from '../../src/contract/schema.js';
import { decodedConfig } from '../support/decoded-config.js';
import { fakeArtifact, fakeBuild } from '../support/fake-plan.js';
import { planPostProcessor, PluginPlace } from '../support/plugin-run.js';

const LONG = `${'n'.repeat(120)}.txt`;
const contents: Record<string, Buffer> = {
  'd/disk.img': Buffer.concat([randomBytes(200_000), Buffer.alloc(300_001, 5), randomBytes(70_000)]),
  empty: Buffer.alloc(0),
  [LONG]: Buffer.from('long name'),
};

let place: PluginPlace;
beforeEach(async () => {
  place = await PluginPlace.make();
  await mkdir(place.path('d'));
  for (const [name, content] of Object.entries(contents)) await writeFile(place.path(name), content);
  await chmod(place.path('empty'), 0o750);
});
afterEach(() => place.remove());

async function run(given: Partial<Decoded<typeof compress.schema>>, files = Object.keys(contents), keep?: boolean) {
  const build = fakeBuild({
    name: 'src',
    finish: () =>
      Promise.resolve(fakeArtifact('x', { files, remove: files.map((file) => fileReference(place.path(file))) })),
    chains: [[planPostProcessor(compress, given, keep)]],
  });
  return (await place.run([build])).outcome;
}
const read = (program: string, args: readonly string[]) =>
  execFileSync(program, args, { cwd: place.folder, maxBuffer: 1 << 26 });

const DECOMPRESS: Record<string, [string, ...string[]]> = {
  gz: ['gzip', '-dc'],
  bgzf: ['gzip', '-dc'],
  lz4: ['lz4', '-dc'],
  xz: ['xz', '-dc'],
  bzip2: ['bzip2', '-dc'],
};

describe('the post-processor `compress`', () => {
  it.each(Object.keys(DECOMPRESS))('writes a single file as %s that the usual program reads', async (format) => {
    const outcome = await run({ output: `new/out.${format}` }, ['d/disk.img']);
    expect(outcome).toMatchObject({
      succeeded: true,
      left: 0,
      results: [
        {
          artifacts: [
            {
              builderId: 'packer.post-processor.compress',
              id: '',
              files: [`new/out.${format}`],
              description: `compressed artifacts in: new/out.${format}`,
            },
          ],
        },
      ],
    });
    const [program, flag] = DECOMPRESS[format] as [string, string];
    const unpacked = execFileSync(program, [flag], {
      input: await readFile(place.path(`new/out.${format}`)),
      maxBuffer: 1 << 26,
    });
    expect(unpacked.equals(contents['d/disk.img'] as Buffer)).toBe(true);
    expect(await readdir(place.path('new'))).toEqual([`out.${format}`]);
  });

  it.each([
    ['o.tar', []],
    ['o.tar.gz', ['-z']],
    ['o.tar.xz', ['-J']],
    ['o.tar.lz4', ['-I', 'lz4']],
    ['o.tar.bzip2', ['-j']],
    ['o.tar.bgzf', ['-z']],
    ['o.anything', ['-z']],
    ['plain', ['-z']],
  ])('writes `%s` as an archive with base names that tar reads', async (output, flags) => {
    expect((await run({ output })).succeeded).toBe(true);
    expect(
      read('tar', [...flags, '--list', '--file', output])
        .toString()
        .trim()
        .split('\n'),
    ).toEqual(['disk.img', 'empty', LONG]);
    for (const [name, content] of Object.entries(contents)) {
      const member = name.replace(/.*\//, '');
      expect(read('tar', [...flags, '--extract', '--to-stdout', '--file', output, member]).equals(content)).toBe(true);
    }
  });

  it('keeps permissions and leaves times and owners out, so that the same files make the same archive', async () => {
    await run({ output: 'a.tar' }, Object.keys(contents), true);
    await chmod(place.path('d/disk.img'), 0o644);
    await run({ output: 'b.tar' }, Object.keys(contents), true);
    expect((await readFile(place.path('a.tar'))).equals(await readFile(place.path('b.tar')))).toBe(true);
    expect(read('tar', ['--list', '--verbose', '--utc', '--file', 'a.tar', 'empty']).toString()).toMatch(
      /^-rwxr-x--- root\/root\s+0 1970-01-01 00:00 empty\n$/,
    );
  });

  it('writes a zip with paths as given that unzip reads', async () => {
    await run({ output: 'o.zip' });
    expect(read('unzip', ['-t', 'o.zip']).toString()).toContain('No errors detected in compressed data');
    for (const [name, content] of Object.entries(contents))
      expect(read('unzip', ['-p', 'o.zip', name]).equals(content)).toBe(true);
  });

  it('writes an empty zip and an empty tar of an artifact without files', async () => {
    await run({ output: 'o.zip' }, []);
    await run({ output: 'o.tar' }, []);
    expect((await readFile(place.path('o.zip'))).toString('hex')).toBe(`504b0506${'00'.repeat(18)}`);
    expect(read('tar', ['--list', '--file', 'o.tar']).toString()).toBe('');
  });

  it('writes bgzf in blocks of at most 64 KiB that tell their size, and an empty one at the end', async () => {
    await run({ output: 'o.bgzf' }, ['d/disk.img']);
    const file = await readFile(place.path('o.bgzf'));
    const sizes: number[] = [];
    for (let at = 0; at < file.length; at += sizes.at(-1) as number) {
      expect(file.subarray(at, at + 16).toString('hex')).toBe('1f8b08040000000000ff060042430200');
      sizes.push(file.readUInt16LE(at + 16) + 1);
    }
    expect(sizes.length).toBe(10);
    expect(sizes.at(-1)).toBe(28);
  });

  it('takes the format from `format`, which does not show in the name', async () => {
    await run({ output: 'image', format: 'tar.xz' });
    expect(read('tar', ['-J', '--list', '--file', 'image']).toString().trim().split('\n')).toHaveLength(3);
  });

  it('names the output after build and builder', async () => {
    expect((await run({}, ['empty'])).results[0]?.artifacts[0]?.files).toEqual(['packer_src_fake']);
  });

  it('takes its input away, unless it is told to keep it', async () => {
    await run({ output: 'a.zip' }, ['empty'], true);
    expect(await readFile(place.path('empty'))).toHaveLength(0);
    await run({ output: 'b.zip' }, ['empty']);
    await expect(readFile(place.path('empty'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('compresses better at a higher level, and takes 0, -1 and 12 for the default and 9', async () => {
    const text = Array.from({ length: 30_000 }, (_, i) => `line ${i * 7919}`).join('\n');
    await writeFile(place.path('text'), text);
    const sizes: Record<string, number> = {};
    for (const level of [1, 9, 0, -1, 6, 12]) {
      await run({ output: 'o.gz', compression_level: level }, ['text'], true);
      sizes[level] = (await readFile(place.path('o.gz'))).length;
    }
    expect(sizes[1]).toBeGreaterThan(sizes[9] as number);
    expect([sizes[0], sizes[-1], sizes[12]]).toEqual([sizes[6], sizes[6], sizes[9]]);
  });

  it('refuses several files for a stream of one, a folder, and keeps what was built', async () => {
    expect((await run({ output: 'o.xz' })).results[0]?.failure?.text).toMatch(/3 files, and `xz` alone/);
    expect((await run({ output: 'o.gz' }, [])).results[0]?.failure?.text).toMatch(/no file to compress/);
    expect((await run({ output: 'o.zip' }, ['d'])).results[0]?.failure?.text).toMatch(/`d` is a folder/);
    expect((await readdir(place.folder)).sort()).toEqual(['d', 'empty', LONG].sort());
  });

  it('replaces an output that is there only when the new one is complete', async () => {
    await writeFile(place.path('o.zip'), 'old');
    await run({ output: 'o.zip' }, ['empty', 'gone']);
    expect(await readFile(place.path('o.zip'), 'utf8')).toBe('old');
    await run({ output: 'o.zip' }, ['empty'], true);
    expect(read('unzip', ['-Z1', 'o.zip']).toString()).toBe('empty\n');
  });

  it('refuses a level that is none', async () => {
    const codes = async (level: number) =>
      (await compress.validate?.(decodedConfig(compress.schema, { compression_level: level }), {} as never))?.map(
        ({ message }) => message.code,
      );
    expect(await codes(1.5)).toEqual(['compress/level-out-of-range']);
    expect(await codes(-2)).toEqual(['compress/level-out-of-range']);
    expect(await codes(9)).toEqual([]);
  });

  it('needs a program only for the format that is chosen', async () => {
    const names = (given?: Partial<Decoded<typeof compress.schema>>) =>
      compress.requirements?.(given && decodedConfig(compress.schema, given)).map(({ name }) => name);
    expect(names({ output: 'a.tar.gz' })).toEqual([]);
    expect(names({ output: 'a.tar.xz' })).toEqual(['xz']);
    expect(names({ output: 'a', format: 'lz4' })).toEqual(['lz4']);
    expect(names()).toEqual(['lz4', 'xz', 'bzip2']);
  });
});
