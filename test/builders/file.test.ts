import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import builder from '../../builders/file.js';
import { decodedConfig } from '../support/decoded-config.js';
import { fakeProvisioner } from '../support/fake-plan.js';
import { planBuild, PluginPlace } from '../support/plugin-run.js';

let place: PluginPlace;
beforeEach(async () => (place = await PluginPlace.make()));
afterEach(() => place.remove());

const build = (values: Parameters<typeof decodedConfig<typeof builder.schema>>[1]) =>
  planBuild({ builder, config: decodedConfig(builder.schema, values) });

describe('the builder `file`', () => {
  it('writes `content` for its owner only, with the folders that are missing', async () => {
    const { outcome } = await place.run([build({ target: 'a/b/out.txt', content: 'hello' })]);
    expect(outcome).toMatchObject({
      succeeded: true,
      left: 0,
      results: [
        {
          artifacts: [
            { builderId: 'packer.file', id: 'File', files: ['a/b/out.txt'], description: 'Stored file: a/b/out.txt' },
          ],
        },
      ],
    });
    expect(await readFile(place.path('a/b/out.txt'), 'utf8')).toBe('hello');
    expect((await stat(place.path('a/b/out.txt'))).mode & 0o777).toBe(0o600);
  });

  it('copies `source` with the usual permissions, whatever those of the source are', async () => {
    await writeFile(place.path('in.sh'), 'x\0y', { mode: 0o700 });
    await place.run([build({ target: 'out.sh', source: 'in.sh' })]);
    expect(await readFile(place.path('out.sh'), 'utf8')).toBe('x\0y');
    expect((await stat(place.path('out.sh'))).mode & 0o777).toBe(0o666 & ~process.umask());
  });

  it('writes an empty file where there is neither, and warns', async () => {
    const config = decodedConfig(builder.schema, { target: 'empty' });
    expect(await builder.validate?.(config, {} as never)).toMatchObject([
      { severity: 'warning', message: { code: 'file-builder/nothing-to-write' } },
    ]);
    await place.run([planBuild({ builder, config })]);
    expect(await readFile(place.path('empty'), 'utf8')).toBe('');
  });

  it('replaces a file that is there', async () => {
    await writeFile(place.path('out.txt'), 'a much longer text that was there');
    const { outcome } = await place.run([build({ target: 'out.txt', content: 'new' })]);
    expect(outcome.succeeded).toBe(true);
    expect(await readFile(place.path('out.txt'), 'utf8')).toBe('new');
  });

  it('refuses a folder as target, and leaves it alone', async () => {
    await mkdir(place.path('dir'));
    const { outcome } = await place.run([build({ target: 'dir', content: 'x' })]);
    expect(outcome.results[0]?.failure).toMatchObject({ code: 'file-builder/is-directory' });
    expect((await stat(place.path('dir'))).isDirectory()).toBe(true);
  });

  it('takes a new file and its folders away where the build fails', async () => {
    const failing = {
      ...build({ target: 'n/out.txt', content: 'x' }),
      provisioners: [fakeProvisioner(() => Promise.reject(new Error('no')))],
    };
    const { outcome } = await place.run([failing]);
    expect(outcome).toMatchObject({ succeeded: false, left: 0 });
    await expect(stat(place.path('n'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('does not want both `source` and `content`, nor an empty `target`', async () => {
    const config = decodedConfig(builder.schema, { target: '', source: 'a', content: 'b' });
    const problems = await builder.validate?.(config, {} as never);
    expect(problems?.map(({ option, message }) => [option, message.code])).toEqual([
      ['target', 'file-builder/no-target'],
      ['source', 'file-builder/both-source-and-content'],
    ]);
  });

  it('names `source` as a file that decides what is made', () => {
    expect(builder.inputs?.(decodedConfig(builder.schema, { target: 'a', source: 's' }))).toEqual([
      { path: 's', option: 'source' },
    ]);
  });
});
