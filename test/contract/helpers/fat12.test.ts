import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeFloppy } from '../../../src/contract/helpers/fat12.js';
import { readFloppy } from '../../support/read-floppy.js';

const now = new Date('2026-01-02T03:04:05Z');
const entry = (path: string, content: string | Buffer) => ({ path, content: Buffer.from(content), modified: now });

const ENTRIES = [
  entry('AUTO.BAT', 'echo'),
  entry('autounattend.xml', '<xml/>'),
  entry('autounattend-two.xml', '<two/>'),
  entry('drivers/viostor/w10/viostor.inf', 'inf'),
  entry('ünï.txt', 'ü'),
  entry('empty', ''),
  entry('big.bin', 'x'.repeat(100_000)),
  ...Array.from({ length: 60 }, (_, i) => entry(`many/a-rather-long-name-${i}.cfg`, String(i))),
];
const EXPECTED = Object.fromEntries(ENTRIES.map(({ path, content }) => [path, content.toString()]));

it('holds what was put on it, under long names', () => {
  expect(readFloppy(makeFloppy(ENTRIES, 'cidata', now))).toEqual({ label: 'cidata', files: EXPECTED });
});

it('has the size of a floppy disk', () => {
  expect(makeFloppy([], 'x', now)).toHaveLength(1_474_560);
});

it.runIf(existsSync('/usr/sbin/fsck.fat'))('is in order for fsck.fat', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'imgpack-floppy-'));
  try {
    await writeFile(join(folder, 'f.img'), makeFloppy(ENTRIES, 'CIDATA', now));
    const report = execFileSync('/usr/sbin/fsck.fat', ['-n', join(folder, 'f.img')], { encoding: 'utf8' });
    // 68 files, four folders and the label.
    expect(report).toMatch(/: 72 files, \d+\/2847 clusters\n$/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('knows names that differ in case alone as one', () => {
  const { files } = readFloppy(makeFloppy([entry('Dir/A.TXT', '1'), entry('dir/a.txt', '2')], 'x', now));
  expect(files).toEqual({ 'Dir/A.TXT': '2' });
});

it('shortens a label to what fits', () => {
  expect(readFloppy(makeFloppy([], 'a:long label', now)).label).toBe('a_long labe');
});

it('says what to do when it is full', () => {
  expect(() => makeFloppy([entry('big', Buffer.alloc(1_500_000))], 'x', now)).toThrow(
    expect.objectContaining({ code: 'floppy/full' }) as Error,
  );
  const names = Array.from({ length: 300 }, (_, i) => entry(`F${i}`, ''));
  expect(() => makeFloppy(names, 'x', now)).toThrow(expect.objectContaining({ code: 'floppy/root-full' }) as Error);
});
