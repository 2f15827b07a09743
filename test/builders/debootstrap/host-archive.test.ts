import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findMirror, parseDeb822, parseOneLine, readHostArchive } from '../../../builders/debootstrap/host-archive.js';

let root: string;
beforeEach(async () => (root = await mkdtemp(join(tmpdir(), 'imgpack-host-'))));
afterEach(() => rm(root, { recursive: true, force: true }));

async function machine(files: Record<string, string>) {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), content);
  }
  return readHostArchive(root);
}

describe('the archives of this machine', () => {
  it('are read from lines', () => {
    const content = `# deb http://commented.example/debian bookworm main
deb http://deb.example/debian bookworm main contrib # with a remark
deb-src http://deb.example/debian bookworm main
  deb [arch=amd64 signed-by=/k.gpg] https://x.example/ubuntu/ noble-updates universe
`;
    expect(parseOneLine(content)).toEqual([
      { uri: 'http://deb.example/debian', suite: 'bookworm', components: ['main', 'contrib'] },
      { uri: 'https://x.example/ubuntu/', suite: 'noble-updates', components: ['universe'] },
    ]);
  });

  it('are read from stanzas, with every pair of address and suite', () => {
    const content = `Types: deb deb-src
URIs: http://a.example/debian
# a comment in between
 http://b.example/debian
Suites: trixie trixie-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
Enabled: no
URIs: http://off.example/debian
Suites: trixie
Components: main

Types: deb-src
URIs: http://src.example/debian
Suites: trixie
Components: main
`;
    expect(parseDeb822(content).map(({ uri, suite }) => `${uri} ${suite}`)).toEqual([
      'http://a.example/debian trixie',
      'http://a.example/debian trixie-updates',
      'http://b.example/debian trixie',
      'http://b.example/debian trixie-updates',
    ]);
  });

  it('give the mirror of their own distribution, not of others with the same suite', async () => {
    const host = await machine({
      'etc/os-release': 'NAME="Debian GNU/Linux"\nID=debian\nVERSION_ID="12"\n',
      'etc/apt/sources.list.d/a-vendor.list': 'deb https://apt.vendor.example bookworm main\n',
      'etc/apt/sources.list.d/docker.list': 'deb https://docker.example/linux/debian bookworm stable\n',
      'etc/apt/sources.list.d/debian.sources':
        'Types: deb\nURIs: http://mirror.example/pub/debian/\nSuites: bookworm bookworm-updates\nComponents: main\n\n' +
        'Types: deb\nURIs: http://mirror.example/debian-security\nSuites: bookworm-security\nComponents: main\n',
    });
    expect(findMirror(host, 'debian', 'bookworm')).toBe('http://mirror.example/pub/debian');
    expect(findMirror(host, 'debian', 'bookworm-security')).toBe('http://mirror.example/debian-security');
    expect(findMirror(host, 'debian', 'trixie')).toBeUndefined();
    expect(findMirror(host, 'ubuntu', 'noble')).toBeUndefined();
  });

  it('are none on a machine without apt', async () => {
    expect(await readHostArchive(root)).toEqual({ distribution: undefined, entries: [] });
  });
});
