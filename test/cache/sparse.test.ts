import { createHash } from 'node:crypto';
import { mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { dataOf, piecesOf, scanFile, writeSparse } from '../../src/cache/sparse.js';
import { MiB } from '../support/store.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgpack-sparse-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function copy(path: string) {
  const scan = await scanFile(path);
  const target = join(folder, 'copy');
  const sha256 = await writeSparse(target, scan.size, piecesOf(path, scan.extents));
  expect(sha256).toBe(scan.sha256);
  expect(await writeSparse(join(folder, 'streamed'), scan.size, dataOf(path))).toBe(sha256);
  expect((await readFile(join(folder, 'streamed'))).equals(await readFile(path))).toBe(true);
  const content = await readFile(target);
  expect(content.equals(await readFile(path))).toBe(true);
  expect(sha256).toBe(createHash('sha256').update(content).digest('hex'));
  return { ...scan, allocated: (await stat(target)).blocks * 512 };
}

it('a copy has the content of a file with holes, and holes where it has zeros', async () => {
  const path = join(folder, 'disk.raw');
  const file = await open(path, 'wx');
  await file.write(Buffer.alloc(100, 1), 0, 100, 0);
  await file.write(Buffer.alloc(3 * MiB, 2), 0, 3 * MiB, 20 * MiB - 5);
  await file.write(Buffer.alloc(2 * MiB), 0, 2 * MiB, 30 * MiB);
  await file.truncate(50 * MiB + 7);
  await file.close();
  const { extents, size, allocated } = await copy(path);
  expect({ extents, size }).toEqual({
    size: 50 * MiB + 7,
    extents: [
      { at: 0, length: 65_536 },
      { at: 20 * MiB - 65_536, length: 3 * MiB + 65_536 },
    ],
  });
  expect(allocated).toBeLessThan(4 * MiB);
});

it.each([
  ['an empty file', 0, 0],
  ['one byte', 1, 1],
  ['nothing but a hole', 0, 3 * MiB + 1],
  ['data up to the end', 2 * MiB + 3, 2 * MiB + 3],
])('%s is copied', async (_what, written, size) => {
  const path = join(folder, 'disk.raw');
  await writeFile(path, Buffer.alloc(written, 7));
  const file = await open(path, 'r+');
  await file.truncate(size);
  await file.close();
  expect((await copy(path)).size).toBe(size);
});
