import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Config } from '../../../builders/debootstrap/config.js';
import type { BootstrapJob, Driver, FileSystemJob } from '../../../builders/debootstrap/driver.js';
import { debootstrapBuilder } from '../../../builders/debootstrap/index.js';
import { CancelledError, ImgpackError } from '../../../src/messages/message.js';
import type { EngineOptions } from '../../../src/engine/options.js';
import { decodedConfig } from '../../support/decoded-config.js';
import { spoken } from '../../support/fake-plan.js';
import { planBuild, PluginPlace } from '../../support/plugin-run.js';

/** A driver that makes the files that the programs would, and writes down what it was asked for. */
class FakeDriver implements Driver {
  readonly calls: string[] = [];
  job: BootstrapJob | undefined;
  fileSystem: FileSystemJob | undefined;
  scripts: Record<string, string> = {};
  fail: Error | undefined;
  wait: ((job: BootstrapJob) => Promise<void>) | undefined;

  tools() {
    return Promise.resolve({ bootstrapper: 'mmdebstrap' as const, versions: { mmdebstrap: '1.3' } });
  }
  hostAptOptions() {
    return Promise.resolve(['Acquire::http::Proxy "http://proxy.example:3142";']);
  }
  async bootstrap(job: BootstrapJob) {
    this.calls.push('bootstrap');
    this.job = job;
    for (const [name, path] of Object.entries(job.scripts)) this.scripts[name] = await readFile(path, 'utf8');
    job.onLine('I: extracting archives...');
    job.onLine('Unpacking dash (0.5) ...');
    await this.wait?.(job);
    if (this.fail) throw this.fail;
    if (!('directory' in job.target)) return writeFile(job.target.archive, 'archive');
    for (const file of ['usr/lib/grub/i386-pc/boot.img', 'boot/grub/i386-pc/core.img', 'boot/grub/efi.img']) {
      const path = join(job.target.directory, file);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, Buffer.alloc(1024, 1));
    }
  }
  makeFileSystem(job: FileSystemJob) {
    this.calls.push('makeFileSystem');
    this.fileSystem = job;
    return Promise.resolve();
  }
  async convertToQcow2(_from: string, to: string, compress: boolean) {
    this.calls.push(`convert ${compress}`);
    await writeFile(to, 'qcow2');
  }
  async copy(from: string, to: string) {
    this.calls.push('copy');
    await writeFile(to, await readFile(from));
  }
  async removeTree(path: string) {
    this.calls.push('removeTree');
    const { rm } = await import('node:fs/promises');
    await rm(path, { recursive: true, force: true });
  }
}

let place: PluginPlace;
let driver: FakeDriver;
beforeEach(async () => {
  place = await PluginPlace.make();
  driver = new FakeDriver();
  await writeFile(place.path('keys.gpg'), 'keys');
});
afterEach(() => place.remove());

async function run(given: Partial<Config> = {}, more: Partial<EngineOptions> = {}) {
  const builder = debootstrapBuilder(() => driver);
  const config = decodedConfig(builder.schema, {
    suite: 'bookworm',
    architecture: 'amd64',
    keyring: 'keys.gpg',
    ...given,
  });
  const { outcome, events } = await place.run([planBuild({ builder, config })], more);
  return { outcome, said: spoken(events), failure: outcome.results[0]?.failure };
}
const at = (date: string): Partial<EngineOptions> => ({
  environment: {
    env: {},
    workingDirectory: place.folder,
    cacheDirectory: place.path('.cache'),
    temporaryDirectory: place.folder,
    now: () => new Date(date),
  },
});
/** Files outside the cache. */
const files = async () =>
  (await readdir(place.folder, { recursive: true })).filter((name) => !name.startsWith('.cache')).sort();

describe('the builder `debootstrap`', () => {
  it('makes a disk, and says what it does', async () => {
    const { outcome, said } = await run({ output: 'out/base.qcow2' });
    expect(outcome).toMatchObject({
      succeeded: true,
      left: 0,
      results: [
        {
          artifacts: [
            {
              builderId: 'imgpack.debootstrap',
              files: ['out/base.qcow2'],
              description: 'bootable disk with debian bookworm (amd64): out/base.qcow2',
              state: { diskFormat: 'qcow2' },
            },
          ],
        },
      ],
    });
    expect(driver.calls).toEqual(['bootstrap', 'makeFileSystem', 'convert true', 'removeTree', 'copy']);
    expect(said.map((line) => line.replace(/from http.*/, 'from …'))).toEqual([
      'bootstrapping debian bookworm (amd64) from …',
      'extracting archives...',
      'writing the disk',
      'the image took 0s',
    ]);
    expect(await files()).toEqual(['keys.gpg', 'out', 'out/base.qcow2']);
    expect((await stat(place.path('out/base.qcow2'))).mode & 0o777).toBe(0o666 & ~process.umask());
  });

  it('puts the root file system behind the boot partitions, and leaves room for the second table', async () => {
    await run({ disk_size: '1G' });
    expect(driver.fileSystem).toMatchObject({ offset: 32 * 2 ** 20, size: 2 ** 30 - 33 * 2 ** 20 });
  });

  it('makes an archive without a boot loader, at the default path', async () => {
    const { outcome } = await run({ format: 'tar' });
    expect(outcome.results[0]?.artifacts[0]?.files).toEqual(['output-a/bookworm-amd64.tar']);
    expect(driver.calls).toEqual(['bootstrap', 'removeTree', 'copy']);
    expect(driver.scripts['customize']).not.toContain('grub');
  });

  it('lends the system how apt reaches the archive, and takes it back', async () => {
    await run();
    expect(driver.scripts['setup']).toContain('Acquire::http::Proxy "http://proxy.example:3142";');
    expect(driver.scripts['customize']).toContain('rm -f "$root"/etc/apt/apt.conf.d/00imgpack-host');
  });

  it('takes the same image from the cache, wherever it shall go', async () => {
    await run({ output: 'a.qcow2' }, at('2026-01-01T00:00:00Z'));
    driver.calls.length = 0;
    const { said } = await run({ output: 'b.qcow2' }, at('2026-01-01T00:01:30Z'));
    expect(said).toEqual(['the same image was made 1 minute 30 seconds ago: taking it from the cache']);
    expect(driver.calls).toEqual(['copy']);
    expect(await readFile(place.path('b.qcow2'), 'utf8')).toBe('qcow2');
  });

  it('makes it anew where it is too old, other, or not to be cached', async () => {
    await run({ output: 'a.qcow2' }, at('2026-01-01T00:00:00Z'));
    const calls = async (given: Partial<Config>, date: string) => {
      driver.calls.length = 0;
      await run({ output: 'b.qcow2', ...given }, { ...at(date), force: true });
      return driver.calls[0];
    };
    expect(await calls({ cache_max_age: 60_000 }, '2026-01-01T00:01:01Z')).toBe('bootstrap');
    expect(await calls({ packages: ['curl'] }, '2026-01-01T00:01:01Z')).toBe('bootstrap');
    expect(await calls({ cache: false }, '2026-01-01T00:01:01Z')).toBe('bootstrap');
    expect(await calls({}, '2026-01-01T00:02:00Z')).toBe('copy');
  });

  it('makes an image once when two builds ask for it at the same time', async () => {
    const builder = debootstrapBuilder(() => driver);
    const builds = ['x', 'y'].map((name) =>
      planBuild({
        builder,
        name,
        config: decodedConfig(builder.schema, { suite: 'bookworm', architecture: 'amd64', keyring: 'keys.gpg' }),
      }),
    );
    expect((await place.run(builds)).outcome.succeeded).toBe(true);
    expect(driver.calls.filter((call) => call === 'bootstrap')).toHaveLength(1);
    expect(await files()).toEqual([
      'keys.gpg',
      'output-x',
      'output-x/bookworm-amd64.qcow2',
      'output-y',
      'output-y/bookworm-amd64.qcow2',
    ]);
  });

  it('does not overwrite an output without `-force`, and finds that out first', async () => {
    await writeFile(place.path('a.qcow2'), 'mine');
    expect((await run({ output: 'a.qcow2' })).failure).toMatchObject({ code: 'debootstrap/output-exists' });
    expect(driver.calls).toEqual([]);
    expect(await readFile(place.path('a.qcow2'), 'utf8')).toBe('mine');
    await run({ output: 'a.qcow2' }, { force: true });
    expect(await readFile(place.path('a.qcow2'), 'utf8')).toBe('qcow2');
  });

  it('names the package of the keys that are missing', async () => {
    const { failure } = await run({ suite: 'noble', keyring: '/nowhere/keys.gpg' });
    expect(failure).toMatchObject({ code: 'debootstrap/no-keyring', hint: expect.stringContaining('ubuntu-keyring') });
  });

  it('leaves nothing where it fails or is cancelled', async () => {
    driver.fail = new ImgpackError({ code: 'debootstrap/failed', text: 'it failed' });
    expect(await run({ output: 'x/a.qcow2' })).toMatchObject({
      failure: { code: 'debootstrap/failed' },
      outcome: { left: 0 },
    });
    const stop = new AbortController();
    driver.fail = new CancelledError();
    driver.wait = () => Promise.resolve(stop.abort());
    const { outcome } = await run({ output: 'x/a.qcow2' }, { signal: stop.signal });
    expect(outcome).toMatchObject({ cancelled: true, left: 0 });
    expect(await files()).toEqual(['keys.gpg']);
    expect(await readdir(place.path('.cache/debootstrap'))).toEqual([]);
  });

  it('gives the customize script its file, and reads further keys from theirs', async () => {
    await writeFile(place.path('s.sh'), `echo 'it''s'\n`);
    await writeFile(place.path('r.asc'), '-----BEGIN PGP PUBLIC KEY BLOCK-----\n');
    await run({
      customize_script: 's.sh',
      customize: ['echo inside'],
      repository: [
        {
          name: 'r',
          uri: 'https://r.example/debian',
          suite: undefined,
          components: ['main'],
          key: undefined,
          key_file: 'r.asc',
          packages: ['tool'],
        },
      ],
    });
    const script = driver.scripts['customize'] ?? '';
    expect(script).toContain('deb [signed-by=/etc/apt/keyrings/r.asc] https://r.example/debian bookworm main');
    const order = ['apt-get install --yes', 'echo inside', 'customize "$root"', 'grub-mkimage'].map((part) =>
      script.indexOf(part),
    );
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order[0]).toBeGreaterThan(0);
  });
});
