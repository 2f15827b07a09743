import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pack } from '../../src/communicators/tar/pack.js';
import { readTar, TarError, type TarMember } from '../../src/communicators/tar/reader.js';
import { readTree } from '../../src/communicators/tar/tree.js';
import { unpack } from '../../src/communicators/tar/unpack.js';
import { header, trailer } from '../../src/communicators/tar/writer.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgpack-tar-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function* inPieces(data: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size);
}

async function members(data: Buffer, size = data.length): Promise<(TarMember & { content: string })[]> {
  const found: (TarMember & { content: string })[] = [];
  await readTar(inPieces(data, size), {
    begin: (member) => void found.push({ ...member, content: '' }),
    content: (chunk) => void ((found.at(-1) as { content: string }).content += chunk.toString('latin1')),
    end: () => undefined,
  });
  return found;
}

const tar = (...args: string[]) => execFileSync('tar', args, { cwd: folder, maxBuffer: 1e9 });

async function packed(root: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of pack((await readTree(root)).files)) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

describe('an archive that is written', () => {
  it('is read by tar with the same names, modes and contents', async () => {
    const source = join(folder, 'source');
    mkdirSync(join(source, 'sub'), { recursive: true });
    const names = ['a', 'sub/x', 'n'.repeat(99), 'n'.repeat(100), `sub/${'é'.repeat(120)}`, 'new\nline', 'b i g'];
    names.forEach((name, i) => writeFileSync(join(source, name), 'x'.repeat(i * 511), { mode: 0o600 + i }));
    writeFileSync(join(source, 'b i g'), Buffer.alloc(3 * 1024 * 1024 + 1, 'y'));
    writeFileSync(join(folder, 'made.tar'), await packed(source));
    mkdirSync(join(folder, 'out'));
    tar('-xpf', 'made.tar', '-C', 'out');
    expect(execFileSync('diff', ['-r', 'source', 'out'], { cwd: folder, encoding: 'utf8' })).toBe('');
    const list = tar('-tvf', 'made.tar', '--quoting-style=literal', '--numeric-owner').toString();
    expect(list).toMatch(/^-rw------- 0\/0 +0 .* a$/m);
  });

  it('says sizes of 8 GiB and more', () => {
    const data = Buffer.concat([
      header({ name: Buffer.from('huge'), mode: 0o644, size: 20 * 1024 ** 3, modified: 0 }),
      trailer(),
    ]);
    writeFileSync(join(folder, 'huge.tar'), data);
    const list = execFileSync('sh', ['-c', 'tar -tvf huge.tar 2>/dev/null || true'], { cwd: folder, encoding: 'utf8' });
    expect(list).toContain(' 21474836480 ');
  });

  it('keeps names that are no text', async () => {
    mkdirSync(join(folder, 'source'));
    const name = Buffer.from([0x66, 0xff, 0xfe]);
    writeFileSync(Buffer.concat([Buffer.from(join(folder, 'source/')), name]), 'bytes');
    const [member] = await members(await packed(join(folder, 'source')));
    expect(member?.name).toEqual(name);
  });
});

describe('an archive that is read', () => {
  it.each([
    ['gnu', 1],
    ['gnu', 512],
    ['pax', 100],
    ['pax', 1_000_000],
    ['ustar', 4096],
  ])('may have the format %s and come in pieces of %i bytes', async (format, size) => {
    const long = format === 'ustar' ? `${'d'.repeat(60)}/${'e'.repeat(80)}` : `${'d'.repeat(120)}/${'é'.repeat(100)}`;
    mkdirSync(join(folder, 'in', long, '..'), { recursive: true });
    writeFileSync(join(folder, 'in', long), 'long', { mode: 0o640 });
    writeFileSync(join(folder, 'in', 'short'), 's'.repeat(1000));
    symlinkSync('short', join(folder, 'in', 'link'));
    const data = tar('-c', `--format=${format}`, '--sort=name', '-C', 'in', '.');
    const found = (await members(data, size)).map(({ name, kind, content }) => [name.toString(), kind, content]);
    expect(found).toEqual([
      ['./', 'directory', ''],
      [`./${long.split('/')[0]}/`, 'directory', ''],
      [`./${long}`, 'file', 'long'],
      ['./link', 'other', ''],
      ['./short', 'file', 's'.repeat(1000)],
    ]);
  });

  it('gives a file with two names twice', async () => {
    mkdirSync(join(folder, 'in'));
    writeFileSync(join(folder, 'in', 'a'), 'same');
    symlinkSync('a', join(folder, 'in', 'b'));
    const data = tar('-c', '-h', '--sort=name', '-C', 'in', '.');
    await unpack(inPieces(data, 700), join(folder, 'out'));
    expect(readFileSync(join(folder, 'out', 'a'), 'utf8') + readFileSync(join(folder, 'out', 'b'), 'utf8')).toBe(
      'samesame',
    );
  });

  it.each([
    ['cut off in a header', (data: Buffer) => data.subarray(0, 700)],
    ['cut off in a file', (data: Buffer) => data.subarray(0, 1500)],
    ['damaged', (data: Buffer) => Buffer.concat([data.subarray(0, 10), Buffer.from('x'), data.subarray(11)])],
  ])('is refused where it is %s', async (_how, spoil) => {
    mkdirSync(join(folder, 'in'));
    writeFileSync(join(folder, 'in', 'f'), 'x'.repeat(2000));
    const data = spoil(tar('-c', '-C', 'in', '.'));
    await expect(members(data)).rejects.toThrow(TarError);
  });

  it.each(['../out', 'a/../../b', '/../c'])('is refused where its name %s leads out of the folder', async (name) => {
    const entry = { name: Buffer.from(name), mode: 0o644, size: 0, modified: 0 };
    const data = Buffer.concat([header(entry), trailer()]);
    await expect(unpack(inPieces(data, 512), join(folder, 'out'))).rejects.toThrow(TarError);
  });
});
