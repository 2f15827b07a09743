import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IsoEntry } from '../../../src/contract/helpers/iso9660/tree.js';
import { writeIso } from '../../../src/contract/helpers/iso9660/write-iso.js';
import { readIso } from '../../support/read-iso.js';

const now = new Date('2026-01-02T03:04:05Z');
let folder: string;
let iso: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgpack-iso-'));
  iso = join(folder, 'disc.iso');
});
afterEach(() => rm(folder, { recursive: true }));

const entry = (path: string, content: string, executable = false): IsoEntry => ({
  path,
  source: { content: Buffer.from(content) },
  modified: now,
  executable,
});

const has = (program: string) => {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const LONG = `${'long-'.repeat(40)}name.conf`;
const ENTRIES = [
  entry('user-data', '#cloud-config\n'),
  entry('meta-data', ''),
  entry('scripts/deep/er/run.sh', '#!/bin/sh\n', true),
  entry('Ünïcode name.txt', 'ü'),
  entry('big', 'q'.repeat(5000)),
  entry(LONG, '1'),
  entry(`${LONG}2`, '2'),
  ...Array.from({ length: 120 }, (_, i) => entry(`many/settings-number-${i}.conf`, String(i))),
];
const EXPECTED = Object.fromEntries(
  ENTRIES.map(({ path, source }) => [path, 'content' in source ? Buffer.from(source.content).toString() : '']),
);

describe('a CD', () => {
  it('has the same files under Rock Ridge, and under Joliet where names are short enough', async () => {
    await writeIso(iso, ENTRIES, { label: 'cidata', now });
    const { label, rockRidge, joliet, jolietLabel } = readIso(await readFile(iso));
    expect([label, jolietLabel]).toEqual(['cidata', 'cidata']);
    expect(rockRidge).toEqual(EXPECTED);
    const short = Object.entries(EXPECTED).filter(([path]) => !path.startsWith(LONG));
    expect(Object.fromEntries(Object.entries(joliet).filter(([path]) => !path.startsWith('long-')))).toEqual(
      Object.fromEntries(short),
    );
    expect(Object.keys(joliet).filter((path) => path.startsWith('long-'))).toHaveLength(2);
  });

  it.runIf(has('isoinfo'))('is read alike by isoinfo', async () => {
    await writeIso(iso, ENTRIES, { label: 'cidata', now });
    const listing = execFileSync('isoinfo', ['-R', '-f', '-i', iso], { encoding: 'utf8' }).trim().split('\n');
    const folders = ['/many', '/scripts', '/scripts/deep', '/scripts/deep/er'];
    expect(listing.sort()).toEqual([...ENTRIES.map(({ path }) => `/${path}`), ...folders].sort());
    const read = (path: string) => execFileSync('isoinfo', ['-R', '-x', path, '-i', iso], { encoding: 'utf8' });
    expect(read('/scripts/deep/er/run.sh')).toBe('#!/bin/sh\n');
    expect(read(`/${LONG}2`)).toBe('2');
  });

  it.runIf(has('xorriso'))('is extracted by xorriso with modes and times', async () => {
    await writeIso(iso, ENTRIES, { label: 'cidata', now });
    const target = join(folder, 'out');
    execFileSync('xorriso', ['-osirrox', 'on', '-indev', iso, '-extract', '/', target], { stdio: 'ignore' });
    for (const [path, content] of Object.entries(EXPECTED)) {
      expect(await readFile(join(target, path), 'utf8'), path).toBe(content);
    }
    const modes = execFileSync('stat', ['-c', '%a %Y', 'user-data', 'scripts/deep/er/run.sh'], {
      cwd: target,
      encoding: 'utf8',
    });
    execFileSync('chmod', ['-R', 'u+w', target]);
    expect(modes).toBe(`444 ${now.getTime() / 1000}\n555 ${now.getTime() / 1000}\n`);
  });

  it('holds local files and empty folders', async () => {
    await writeFile(join(folder, 'f'), Buffer.alloc(3_000_001, 7));
    const local = { path: 'f', source: { file: join(folder, 'f'), size: 3_000_001 }, modified: now };
    await writeIso(iso, [local, entry('after', 'x')], { label: 'x', now, directories: ['empty/one'] });
    const { rockRidge, folders } = readIso(await readFile(iso), 'latin1');
    expect(rockRidge['f']).toBe(Buffer.alloc(3_000_001, 7).toString('latin1'));
    expect(rockRidge['after']).toBe('x');
    expect(folders).toEqual(['empty', 'empty/one']);
  });

  it('takes the later of two entries with one path', async () => {
    await writeIso(iso, [entry('a', 'file'), entry('./a', 'content')], { label: 'x', now });
    expect(readIso(await readFile(iso)).rockRidge).toEqual({ a: 'content' });
  });

  it('is the same for the same input', async () => {
    await writeIso(iso, ENTRIES, { label: 'cidata', now });
    const first = await readFile(iso);
    await writeIso(iso, ENTRIES, { label: 'cidata', now });
    expect(first.equals(await readFile(iso))).toBe(true);
  });

  it('refuses a file that grows or shrinks while it is read', async () => {
    await writeFile(join(folder, 'f'), 'four');
    for (const size of [3, 5]) {
      const local = { path: 'f', source: { file: join(folder, 'f'), size }, modified: now };
      await expect(writeIso(iso, [local], { label: 'x', now })).rejects.toThrow('changed while it was read');
    }
  });
});
