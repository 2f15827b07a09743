import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { appendFile, chmod, mkdir, mkdtemp, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DigestCache } from '../../src/cache/digests.js';
import { MiB, StorePlace } from '../support/store.js';

let folder = '';
let digests: DigestCache;
const said: string[] = [];
const now = () => new Date();
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgpack-digest-'));
  digests = new DigestCache(undefined, { now, log: (text) => said.push(text) });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const sha256 = (content: string | Uint8Array) => `sha256:${createHash('sha256').update(content).digest('hex')}`;

describe('the digest of a file', () => {
  it('is the plain hash of its content, with its mode beside it', async () => {
    const path = join(folder, 'a.sh');
    await writeFile(path, 'echo', { mode: 0o700 });
    expect(await digests.digest(path)).toEqual({ digest: sha256('echo'), mode: 0o700 });
    await chmod(path, 0o640);
    expect(await digests.digest(path)).toEqual({ digest: sha256('echo'), mode: 0o640 });
  });

  it('is that of what a link leads to', async () => {
    await writeFile(join(folder, 'a'), 'x');
    await symlink('a', join(folder, 'b'));
    expect((await digests.digest(join(folder, 'b')))?.digest).toBe(sha256('x'));
  });

  it('is none where there is no file', async () => {
    expect(await digests.digest(join(folder, 'missing'))).toBeUndefined();
    await writeFile(join(folder, 'a'), '');
    expect(await digests.digest(join(folder, 'a', 'below'))).toBeUndefined();
  });

  it.skipIf(process.platform !== 'linux')('is a coded fault where it cannot be read', async () => {
    await symlink('/proc/self/mem', join(folder, 'memory'));
    const fault = {
      code: 'digest/unreadable',
      message: `\`${join(folder, 'memory')}\` cannot be read: EIO: i/o error, read`,
      hint: 'a build reads it, so its content must be known; give this user the right to read it, or take it out of the template',
    };
    await expect(digests.digest(join(folder, 'memory'))).rejects.toMatchObject(fault);
    await expect(digests.digest(folder)).rejects.toMatchObject(fault);
  });
});

describe('the digest of a folder', () => {
  const make = async (base: string, change: (base: string) => unknown = () => undefined): Promise<string> => {
    await mkdir(join(base, 'scripts/empty'), { recursive: true });
    await writeFile(join(base, 'scripts/one.sh'), 'one', { mode: 0o644 });
    await writeFile(join(base, 'two'), 'two');
    await writeFile(join(folder, 'outside'), 'outside');
    await symlink('../outside', join(base, 'link'));
    await symlink('nowhere', join(base, 'dangling'));
    await symlink('..', join(base, 'scripts/up'));
    await change(base);
    const found = await digests.digest(base);
    return found?.digest as string;
  };

  it('does not depend on where and when', async () => {
    const first = await make(join(folder, 'a'));
    await utimes(join(folder, 'a', 'two'), 1, 1);
    expect((await digests.digest(join(folder, 'a')))?.digest).toBe(first);
    expect(await make(join(folder, 'b'))).toBe(first);
    await rename(join(folder, 'b'), join(folder, 'c'));
    expect((await digests.digest(join(folder, 'c')))?.digest).toBe(first);
  });

  it.each<[string, (base: string) => unknown]>([
    ['content', (base) => writeFile(join(base, 'scripts/one.sh'), 'One')],
    ['the mode of a file', (base) => chmod(join(base, 'scripts/one.sh'), 0o755)],
    ['the mode of a folder', (base) => chmod(join(base, 'scripts'), 0o700)],
    ['a name', (base) => rename(join(base, 'two'), join(base, 'three'))],
    ['a file more', (base) => writeFile(join(base, 'three'), '')],
    ['a file less', (base) => rm(join(base, 'two'))],
    ['an empty folder less', (base) => rm(join(base, 'scripts/empty'), { recursive: true })],
    [
      'a file in place of an empty folder',
      async (base) => {
        await rm(join(base, 'scripts/empty'), { recursive: true });
        await writeFile(join(base, 'scripts/empty'), '', { mode: 0o755 });
      },
    ],
    [
      'where a link leads',
      async (base) => {
        await rm(join(base, 'dangling'));
        await symlink('elsewhere', join(base, 'dangling'));
      },
    ],
    ['what a link leads to', () => appendFile(join(folder, 'outside'), '!')],
    ['a file moved into a folder', (base) => rename(join(base, 'two'), join(base, 'scripts/two'))],
    ['a pipe', (base) => execFileSync('mkfifo', [join(base, 'pipe')])],
  ])('changes with %s', async (_what, change) => {
    const before = await make(join(folder, 'a'));
    expect(await make(join(folder, 'b'), change)).not.toBe(before);
  });

  it('counts names that are no text', async () => {
    await mkdir(join(folder, 'n'));
    const name = (byte: number) => Buffer.concat([Buffer.from(`${folder}/n/`), Buffer.from([byte])]);
    await writeFile(name(0xff), 'x');
    const before = await digests.digest(join(folder, 'n'));
    await rename(name(0xff), name(0xfe));
    expect(await digests.digest(join(folder, 'n'))).not.toEqual(before);
  });
});

describe('the digests of large files', () => {
  let place: StorePlace;
  let image = '';
  const rowsPath = () => join(place.folder, 'digests.json');
  const rows = async () => (JSON.parse(await readFile(rowsPath(), 'utf8')) as { rows: [string, string][] }).rows;
  const content = Buffer.alloc(2 * MiB, 'disk');
  /** Whether the digest comes from memory: a memory that was tampered with shows. */
  const remembers = async (): Promise<boolean> => {
    const tampered = (await rows()).map(([print]) => [print, 'sha256:tampered']);
    await writeFile(rowsPath(), JSON.stringify({ version: 1, rows: tampered }));
    return (await fresh().then((cache) => cache.digest(image)))?.digest === 'sha256:tampered';
  };
  const fresh = async () => (await place.open({ now })).digests;

  beforeEach(async () => {
    place = await StorePlace.make();
    image = join(folder, 'disk.img');
    await writeFile(image, content);
    await utimes(image, new Date(), new Date(Date.now() - 10_000));
  });
  afterEach(() => place.remove());

  it('are remembered over runs as long as the file is the same', async () => {
    expect((await (await fresh()).digest(image))?.digest).toBe(sha256(content));
    expect(await rows()).toHaveLength(1);
    expect(await remembers()).toBe(true);
    await appendFile(image, '!');
    expect((await (await fresh()).digest(image))?.digest).toBe(sha256(Buffer.concat([content, Buffer.from('!')])));
  });

  it('are found anew where the content changed under an old time of writing', async () => {
    const old = new Date(Date.now() - 10_000);
    await utimes(image, old, old);
    await (await fresh()).digest(image);
    await writeFile(image, Buffer.alloc(2 * MiB, 'else'));
    await utimes(image, old, old);
    expect((await (await fresh()).digest(image))?.digest).toBe(sha256(Buffer.alloc(2 * MiB, 'else')));
  });

  it('are not remembered of a file that was written just now, nor of a small one', async () => {
    await writeFile(image, content);
    await writeFile(join(folder, 'small'), 'x');
    await utimes(join(folder, 'small'), 1, 1);
    await (await fresh()).digest(folder);
    await expect(readFile(rowsPath())).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('are bounded, and a torn file of them is as good as none', async () => {
    await (await fresh()).digest(image);
    const [row] = await rows();
    const many = Array.from({ length: 3000 }, (_, index) => [`1:${index}:1:1:1`, 'sha256:x']);
    await writeFile(rowsPath(), JSON.stringify({ version: 1, rows: many }));
    await (await fresh()).digest(image);
    expect(await rows()).toHaveLength(2000);
    expect((await rows()).at(-1)).toEqual(row);
    await writeFile(rowsPath(), '{"version":1,"rows":[["1:');
    expect((await (await fresh()).digest(image))?.digest).toBe(sha256(content));
    expect(await rows()).toEqual([row]);
  });
});

describe('a finished file', () => {
  it('is the same by its fingerprint, without being read, or by its content', async () => {
    const path = join(folder, 'image.qcow2');
    await writeFile(path, 'image');
    const recorded = await digests.record(path);
    expect(recorded).toEqual({ digest: sha256('image'), size: 5, fingerprint: expect.any(String) as string });
    expect(await digests.verify(path, { ...recorded, digest: 'sha256:unread' })).toBe(true);
    await utimes(path, 1, 1);
    expect(await digests.verify(path, recorded)).toBe(true);
    await writeFile(path, 'imagE');
    expect(await digests.verify(path, recorded)).toBe(false);
    await writeFile(path, 'longer');
    expect(await digests.verify(path, recorded)).toBe(false);
    await rm(path);
    expect(await digests.verify(path, recorded)).toBe(false);
    await mkdir(path);
    expect(await digests.verify(path, recorded)).toBe(false);
  });
});
