import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCache } from '../../../builders/debootstrap/cache.js';
import { MemoryResources } from '../../support/memory-resources.js';

const KEY = 'a'.repeat(64);
const DAY = 86_400_000;

let folder: string;
let now: number;
let resources: MemoryResources;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgpack-cache-'));
  now = 1000 * DAY;
  resources = new MemoryResources();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = (key = KEY, extension = 'qcow2') => openCache(folder, key, extension, () => now);
const keep = async (content: string, key = KEY) =>
  (await open(key)).keep(resources, (path) => writeFile(path, content));

describe('the cache of bootstrapped images', () => {
  it('finds what was kept, until it is too old', async () => {
    expect(await (await open()).find(DAY)).toBeUndefined();
    const path = await keep('image');
    now += DAY;
    expect(await (await open()).find(DAY)).toEqual({ path, age: DAY });
    expect(await readFile(path, 'utf8')).toBe('image');
    now += 1;
    expect(await (await open()).find(DAY)).toBeUndefined();
    expect(resources.left()).toEqual([]);
  });

  it('finds nothing under another key or for another format', async () => {
    await keep('image');
    expect(await (await open('b'.repeat(64))).find(DAY)).toBeUndefined();
    expect(await (await open(KEY, 'raw')).find(DAY)).toBeUndefined();
  });

  it('replaces what is too old', async () => {
    await keep('old');
    now += 2 * DAY;
    const path = await keep('newer');
    expect(await readFile(path, 'utf8')).toBe('newer');
    expect(await (await open()).find(0)).toEqual({ path, age: 0 });
  });

  it('does not trust a file that was cut short, or a note that cannot be read', async () => {
    const path = await keep('image');
    await writeFile(path, 'im');
    expect(await (await open()).find(DAY)).toBeUndefined();
    await keep('image');
    await writeFile(join(folder, `${KEY}.json`), '{');
    expect(await (await open()).find(DAY)).toBeUndefined();
  });

  it('keeps nothing of a make that failed', async () => {
    await expect((await open()).keep(resources, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await (await open()).find(DAY)).toBeUndefined();
    await resources.undo();
    expect(await readdir(folder)).toEqual([]);
  });

  it('forgets after two weeks what was made under other keys', async () => {
    await keep('first');
    now += 15 * DAY;
    await keep('second', 'b'.repeat(64));
    expect((await readdir(folder)).sort()).toEqual([`${'b'.repeat(64)}.json`, `${'b'.repeat(64)}.qcow2`]);
  });
});
