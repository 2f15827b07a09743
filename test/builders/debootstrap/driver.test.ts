import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { schema, type Config } from '../../../builders/debootstrap/config.js';
import { systemDriver, type BootstrapJob } from '../../../builders/debootstrap/driver.js';
import { makeRecipe } from '../../../builders/debootstrap/recipe.js';
import { decodedConfig } from '../../support/decoded-config.js';
import { MemoryResources } from '../../support/memory-resources.js';

let folder: string;
let resources: MemoryResources;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgpack-driver-'));
  await mkdir(join(folder, 'bin'));
  resources = new MemoryResources();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A small program in the place of a real one: it writes its arguments down, a line each, and then does `body`. */
async function program(name: string, body = ''): Promise<void> {
  const path = join(folder, 'bin', name);
  await writeFile(path, `#!/bin/sh\nprintf '%s\\n' "$@" > ${folder}/${name}.args\n${body}\n`);
  await chmod(path, 0o755);
}
const argumentsOf = async (name: string) =>
  (await readFile(join(folder, `${name}.args`), 'utf8')).trimEnd().split('\n');

const driver = (isRoot = true) =>
  systemDriver({
    resources,
    signal: new AbortController().signal,
    env: { PATH: `${folder}/bin:/usr/bin:/bin` },
    isRoot,
    log: () => undefined,
  });

function job(given: Partial<Config> = {}, more: Partial<BootstrapJob> = {}): BootstrapJob {
  const recipe = makeRecipe(decodedConfig(schema, { suite: 'bookworm', format: 'tar', keyring: '/k.gpg', ...given }), {
    host: { distribution: undefined, entries: [] },
    nodeArchitecture: 'x64',
    contents: new Map(),
    output: '',
  });
  return {
    recipe,
    bootstrapper: 'mmdebstrap',
    scripts: { setup: '/w/setup.sh', essential: '/w/essential.sh', customize: '/w/customize.sh', plain: '/w/plain.sh' },
    temporary: folder,
    target: { archive: '/w/root.tar', scratch: '/w' },
    onLine: () => undefined,
    ...more,
  };
}

describe('the driver of the builder `debootstrap`', () => {
  it('gives mmdebstrap the whole recipe, in name spaces of its own', async () => {
    await program('mmdebstrap');
    await program('unshare');
    await driver().bootstrap(
      job({
        packages: ['curl', 'less'],
        recommends: true,
        package_lists: true,
        apt_options: ['Acquire::Languages "none"'],
        dpkg_options: ['path-exclude=/x'],
        security_mirror: '',
      }),
    );
    expect(await argumentsOf('mmdebstrap')).toEqual([
      '--mode=unshare',
      '--format=tar',
      '--variant=minbase',
      '--architectures=amd64',
      '--components=main',
      '--keyring=/k.gpg',
      '--aptopt=Acquire::Languages "none"',
      '--aptopt=APT::Install-Recommends "true"',
      '--dpkgopt=path-exclude=/x',
      '--skip=cleanup/apt/lists',
      '--include=curl,less',
      '--setup-hook=sh /w/setup.sh "$1"',
      '--essential-hook=sh /w/essential.sh "$1"',
      '--customize-hook=sh /w/customize.sh "$1"',
      'bookworm',
      '/w/root.tar',
      'deb http://deb.debian.org/debian bookworm main',
      'deb http://deb.debian.org/debian bookworm-updates main',
    ]);
  });

  it('does without name spaces where root may not have them', async () => {
    await program('mmdebstrap');
    await program('unshare', 'exit 1');
    await driver().bootstrap(job({}, { target: { directory: '/w/root' } }));
    expect((await argumentsOf('mmdebstrap')).slice(0, 2)).toEqual(['--mode=root', '--format=directory']);
  });

  it('wraps debootstrap in name spaces', async () => {
    await program('unshare');
    await driver().bootstrap(job({}, { bootstrapper: 'debootstrap', target: { directory: '/w/root' } }));
    expect((await argumentsOf('unshare')).slice(4)).toEqual([
      'sh',
      '/w/plain.sh',
      '/w/root',
      '/w/setup.sh',
      '/w/essential.sh',
      '/w/customize.sh',
    ]);
  });

  it('shows the end of what was printed, on both streams, when it fails', async () => {
    await program('mmdebstrap', 'for i in $(seq 30); do echo "line $i"; done; echo "E: broken" >&2; exit 3');
    const lines: string[] = [];
    const failed = driver(false).bootstrap(job({}, { onLine: (line) => lines.push(line) }));
    await expect(failed).rejects.toMatchObject({
      code: 'debootstrap/failed',
      details: expect.arrayContaining(['E: broken', 'line 30']),
    });
    expect(lines).toHaveLength(31);
    await expect(failed).rejects.toMatchObject({ details: { length: 20 } });
  });

  it('says that there is no kernel', async () => {
    await program('mmdebstrap', 'echo "imgpack: no kernel" >&2; exit 1');
    await expect(driver(false).bootstrap(job())).rejects.toMatchObject({ code: 'debootstrap/no-kernel' });
  });

  it('lets the owner of the files read them: without root the users of the name space', async () => {
    await program('mke2fs', 'echo "$MKE2FS_CONFIG" > "$0.env"');
    await program('mmdebstrap', 'shift; exec "$@"');
    const fileSystem = {
      disk: '/w/disk.raw',
      offset: 1024,
      size: 2048,
      uuid: 'u',
      directory: '/w/root',
      configuration: '/w/mke2fs.conf',
    };
    await driver(false).makeFileSystem(fileSystem);
    expect((await argumentsOf('mmdebstrap')).slice(0, 2)).toEqual(['--unshare-helper', 'mke2fs']);
    expect((await argumentsOf('mke2fs')).slice(-8)).toEqual([
      '-U',
      'u',
      '-E',
      'offset=1024,hash_seed=u,root_owner=0:0',
      '-d',
      '/w/root',
      '/w/disk.raw',
      '2k',
    ]);
    expect(await readFile(join(folder, 'bin/mke2fs.env'), 'utf8')).toBe('/w/mke2fs.conf\n');
    await rm(join(folder, 'mmdebstrap.args'));
    await driver(true).makeFileSystem(fileSystem);
    await expect(argumentsOf('mmdebstrap')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('takes from apt on this machine how the archive is reached, and nothing else', async () => {
    await program(
      'apt-config',
      `cat <<'END'
APT::Install-Recommends "1";
Acquire::http::Proxy "http://proxy.example:3142";
Acquire::https::Proxy::mirror.example "DIRECT";
Acquire::http::User-Agent "x";
Acquire::Check-Valid-Until "false";
Acquire::Retries "3";
Acquire::Languages:: "none";
Acquire::GzipIndexes "true";
END`,
    );
    expect(await driver().hostAptOptions()).toEqual([
      'Acquire::http::Proxy "http://proxy.example:3142";',
      'Acquire::https::Proxy::mirror.example "DIRECT";',
      'Acquire::Check-Valid-Until "false";',
      'Acquire::Retries "3";',
    ]);
  });

  it('reports the versions of what makes a disk', async () => {
    await program('mmdebstrap', 'echo "mmdebstrap 9.9"');
    await program('mke2fs', 'echo "mke2fs 8.8 (1-Jan-2026)" >&2; echo "	Using EXT2FS" >&2');
    await program('qemu-img', 'echo "qemu-img version 7.7"; echo Copyright');
    expect(await driver().tools(true)).toEqual({
      bootstrapper: 'mmdebstrap',
      versions: { mmdebstrap: 'mmdebstrap 9.9', mke2fs: 'mke2fs 8.8 (1-Jan-2026)', 'qemu-img': 'qemu-img version 7.7' },
    });
    expect(await driver().tools(false)).toEqual({
      bootstrapper: 'mmdebstrap',
      versions: { mmdebstrap: 'mmdebstrap 9.9' },
    });
  });

  it('packs a qcow2 where that is asked for', async () => {
    await program('qemu-img');
    await driver().convertToQcow2('/w/a.raw', '/w/b.qcow2', true);
    expect(await argumentsOf('qemu-img')).toEqual(
      expect.arrayContaining(['-c', 'compression_type=zstd', '/w/b.qcow2']),
    );
    await driver().convertToQcow2('/w/a.raw', '/w/b.qcow2', false);
    expect(await argumentsOf('qemu-img')).not.toContain('-c');
  });
});
