import { describe, expect, it } from 'vitest';
import { schema, type Config } from '../../../builders/debootstrap/config.js';
import { makeRecipe, recipeKey, type RecipeInputs } from '../../../builders/debootstrap/recipe.js';
import { parseSize } from '../../../builders/debootstrap/size.js';
import { validateConfig } from '../../../builders/debootstrap/validate.js';
import { decodedConfig } from '../../support/decoded-config.js';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJ1dHRlcmZseQ a@b';
const config = (given: Partial<Config>): Config => decodedConfig(schema, { suite: 'bookworm', ...given });
const inputs: RecipeInputs = {
  host: { distribution: undefined, entries: [] },
  nodeArchitecture: 'x64',
  contents: new Map([
    ['s.sh', 'echo script'],
    ['k.asc', '-----BEGIN PGP'],
  ]),
  output: 'out.qcow2',
};
const recipe = (given: Partial<Config> = {}, more: Partial<RecipeInputs> = {}) =>
  makeRecipe(config(given), { ...inputs, ...more });
const problems = (given: Partial<Config>) =>
  validateConfig(config(given)).map(({ option, message }) => `${option ?? ''} ${message.code}`);

describe('a recipe of the builder `debootstrap`', () => {
  it('takes Debian from the public archive, with its updates, where nothing else is said', () => {
    expect(recipe()).toMatchObject({
      distribution: 'debian',
      architecture: 'amd64',
      sources: [
        'deb http://deb.debian.org/debian bookworm main',
        'deb http://deb.debian.org/debian bookworm-updates main',
        'deb http://deb.debian.org/debian-security bookworm-security main',
      ],
      keyring: '/usr/share/keyrings/debian-archive-keyring.gpg',
      hostname: 'debian',
      disk: { bytes: 4 * 2 ** 30, format: 'qcow2', compress: true, cloudInit: true },
    });
    expect(recipe().packages).toEqual(
      expect.arrayContaining(['linux-image-cloud-amd64', 'openssh-server', 'cloud-init']),
    );
  });

  it('takes Ubuntu from its own archives, by architecture', () => {
    expect(recipe({ suite: 'noble' }).sources).toEqual([
      'deb http://archive.ubuntu.com/ubuntu noble main universe',
      'deb http://archive.ubuntu.com/ubuntu noble-updates main universe',
      'deb http://security.ubuntu.com/ubuntu noble-security main universe',
    ]);
    expect(recipe({ suite: 'noble', architecture: 'arm64' }).mirror).toBe('http://ports.ubuntu.com/ubuntu-ports');
    expect(recipe({ suite: 'noble' }).packages).toContain('linux-image-virtual');
  });

  it('follows the mirror of this machine, and the template before it', () => {
    const host = {
      distribution: 'debian',
      entries: [{ uri: 'http://near.example/debian', suite: 'bookworm', components: ['main'] }],
    };
    expect(recipe({}, { host }).sources[0]).toBe('deb http://near.example/debian bookworm main');
    expect(recipe({ mirror: 'http://x.example/d' }, { host }).mirror).toBe('http://x.example/d');
  });

  it('leaves updates and security out where it is told to, and where there are none', () => {
    expect(recipe({ updates: false, security_mirror: '' }).sources).toHaveLength(1);
    expect(recipe({ suite: 'sid' }).sources).toHaveLength(1);
  });

  it('has a resolver of its own in every suite, as a package where it is one', () => {
    expect(recipe({ suite: 'bookworm' }).packages).toContain('systemd-resolved');
    expect(recipe({ suite: 'bullseye' }).packages).not.toContain('systemd-resolved');
    expect(recipe({ suite: 'jammy' }).packages).not.toContain('systemd-resolved');
  });

  it('installs no kernel for an archive of files, whose extension says how it is compressed', () => {
    const tar = recipe({ format: 'tar', packages: ['curl'] }, { output: 'a/b.tar.zst' });
    expect(tar).toMatchObject({ packages: ['curl'], disk: undefined, extension: 'tar.zst' });
    expect(recipe({ format: 'tar' }, { output: 'a/b.c' }).extension).toBe('tar');
  });

  it('has certificates where an archive is reached by https', () => {
    expect(recipe({ format: 'tar', mirror: 'https://x.example/debian' }).packages).toEqual(['ca-certificates']);
  });

  const VARIANTS: Partial<Record<keyof Config, Partial<Config>>> = {
    suite: { suite: 'trixie' },
    distribution: { distribution: 'ubuntu' },
    mirror: { mirror: 'http://m.example/debian' },
    security_mirror: { security_mirror: '' },
    updates: { updates: false },
    components: { components: ['main', 'contrib'] },
    keyring: { keyring: '/k.gpg' },
    architecture: { architecture: 'arm64' },
    variant: { variant: 'important' },
    packages: { packages: ['curl'] },
    recommends: { recommends: true },
    package_lists: { package_lists: true },
    apt_options: { apt_options: ['APT::X "1"'] },
    dpkg_options: { dpkg_options: ['path-exclude=/x'] },
    format: { format: 'raw' },
    hostname: { hostname: 'other' },
    disk_size: { disk_size: '5G' },
    compress: { compress: false },
    kernel: { kernel: 'linux-image-amd64' },
    kernel_command_line: { kernel_command_line: 'quiet' },
    cloud_init: { cloud_init: false },
    root_ssh_keys: { root_ssh_keys: [KEY] },
    files: { files: { '/etc/motd': 'x' } },
    customize: { customize: ['true'] },
    customize_script: { customize_script: 's.sh' },
    repository: {
      repository: [
        {
          name: 'r',
          uri: 'http://r',
          suite: undefined,
          components: ['main'],
          key: undefined,
          key_file: 'k.asc',
          packages: [],
        },
      ],
    },
  };
  /** Where the image goes and whether the cache is used are no part of what it is. */
  const NO_PART = ['output', 'cache', 'cache_max_age'];
  const versions = { mmdebstrap: '1.3' };

  it('has a test for every option', () => {
    const all = [...Object.keys(schema.attributes), ...Object.keys(schema.blocks)];
    expect([...Object.keys(VARIANTS), ...NO_PART].sort()).toEqual(all.sort());
  });

  it.each(Object.entries(VARIANTS))('has another key with another `%s`', (_option, given) => {
    expect(recipeKey(recipe(given), versions)).not.toBe(recipeKey(recipe(), versions));
  });

  it('has the same key wherever the image goes, and another with other programs or another script', () => {
    const key = recipeKey(recipe(), versions);
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(recipeKey(recipe({ output: 'x', cache_max_age: 5 }), versions)).toBe(key);
    expect(recipeKey(recipe(), { mmdebstrap: '1.4' })).not.toBe(key);
    const withScript = (content: string) =>
      recipeKey(recipe({ customize_script: 's.sh' }, { contents: new Map([['s.sh', content]]) }), versions);
    expect(withScript('a')).not.toBe(withScript('b'));
  });
});

describe('the options of the builder `debootstrap`', () => {
  it('are fine as in the examples', () => {
    expect(problems({ packages: ['nginx', 'a=1:2.3-4~x', 'b/bookworm-backports', 'c:amd64'] })).toEqual([]);
    expect(problems({ cloud_init: false, root_ssh_keys: [KEY, `from="10.0.0.1" ${KEY}`] })).toEqual([]);
  });

  it('must be names that no program takes for something else', () => {
    expect(problems({ suite: '--version', distribution: 'debian' })).toEqual(['suite debootstrap/bad-name']);
    expect(problems({ packages: ['a b', '-y', './x.deb'] })).toHaveLength(3);
    expect(problems({ hostname: 'a_b' })).toEqual(['hostname debootstrap/bad-hostname']);
    expect(problems({ files: { 'etc/x': '', '/dir/': '' } })).toHaveLength(2);
    expect(problems({ root_ssh_keys: ['/root/.ssh/id.pub'] })).toEqual(['root_ssh_keys debootstrap/bad-key']);
  });

  it('must say whose an unknown suite is', () => {
    expect(problems({ suite: 'zaphod' })).toEqual(['suite debootstrap/unknown-suite']);
    expect(problems({ suite: 'zaphod', distribution: 'ubuntu' })).toEqual([]);
  });

  it('of a disk have no use for an archive of files', () => {
    expect(problems({ format: 'tar', kernel: 'x', cloud_init: true, root_ssh_keys: [KEY] })).toEqual([
      'root_ssh_keys debootstrap/disk-only',
      'cloud_init debootstrap/disk-only',
      'kernel debootstrap/disk-only',
    ]);
  });

  it('must give a size, and an architecture that can be booted', () => {
    expect(problems({ disk_size: 'large' })).toEqual(['disk_size debootstrap/bad-size']);
    expect(problems({ architecture: 's390x' })).toEqual(['architecture debootstrap/no-boot-loader']);
    expect(problems({ architecture: 's390x', format: 'tar' })).toEqual([]);
  });

  it('that leave no way in are warned about', () => {
    expect(problems({ cloud_init: false })).toEqual([' debootstrap/no-way-in']);
  });
});

it.each([
  ['4G', 4 * 2 ** 30],
  ['512M', 2 ** 29],
  ['1.5g', 1.5 * 2 ** 30],
  ['1GiB', 2 ** 30],
  ['4096', 4096],
  ['0', undefined],
  ['-1G', undefined],
  ['G', undefined],
  ['1Q', undefined],
])('a size of `%s` is %s bytes', (text, bytes) => expect(parseSize(text)).toBe(bytes));
