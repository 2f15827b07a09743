import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findInList, hashFile, parseChecksum } from '../../../src/contract/helpers/checksum.js';

const MD5 = 'd41d8cd98f00b204e9800998ecf8427e';
const SHA1 = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';
const SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const SHA512 = 'ab'.repeat(64);

describe('a checksum option', () => {
  it.each([
    ['none', { kind: 'none' }],
    ['NONE', { kind: 'none' }],
    [MD5, { kind: 'digest', digest: { kind: 'md5', hex: MD5 } }],
    [SHA1, { kind: 'digest', digest: { kind: 'sha1', hex: SHA1 } }],
    [SHA256.toUpperCase(), { kind: 'digest', digest: { kind: 'sha256', hex: SHA256 } }],
    [SHA512, { kind: 'digest', digest: { kind: 'sha512', hex: SHA512 } }],
    [`MD5:${MD5}`, { kind: 'digest', digest: { kind: 'md5', hex: MD5 } }],
    [`sha256:${SHA256}`, { kind: 'digest', digest: { kind: 'sha256', hex: SHA256 } }],
    ['file:SHA256SUMS', { kind: 'list', location: '/w/SHA256SUMS', local: true }],
    ['file:/x/SUMS', { kind: 'list', location: '/x/SUMS', local: true }],
    ['file:file:///x/SUMS', { kind: 'list', location: '/x/SUMS', local: true }],
    ['file:./a b', { kind: 'list', location: '/w/a b', local: true }],
    ['file:http://h/SUMS', { kind: 'list', location: 'http://h/SUMS', local: false }],
  ])('%s is understood', (text, expected) => {
    expect(parseChecksum(text, '/w')).toEqual(expected);
  });

  it.each([
    ['abc', 'checksum/not-a-checksum'],
    ['zz'.repeat(16), 'checksum/not-a-checksum'],
    [`crc32:${MD5}`, 'checksum/not-a-checksum'],
    [`sha256:${MD5}`, 'checksum/wrong-length'],
    ['sha256:', 'checksum/not-a-checksum'],
    ['file:', 'checksum/not-a-checksum'],
    ['', 'checksum/not-a-checksum'],
  ])('%s is refused', (text, code) => {
    expect(parseChecksum(text, '/w')).toMatchObject({ problem: { code } });
  });
});

describe('a list of checksums', () => {
  const find = (text: string, source = 'http://h/d/disk.img', list = 'http://h/d/SUMS') =>
    findInList(text, source, list)?.hex;

  it.each([
    ['two blanks', `${SHA256}  disk.img\n`],
    ['a binary mark', `${SHA256} *disk.img`],
    ['a question mark', `${SHA1} ?disk.img`.replace(SHA1, SHA256)],
    ['a path relative to the list', `${SHA256}  ./disk.img`],
    ['BSD form', `SHA256 (disk.img) = ${SHA256}`],
    ['Windows line ends', `x\r\n${SHA256}  disk.img\r\n`],
    ['a hash alone', `${SHA256}\n`],
    ['a hash and remarks', `${SHA256} is the checksum of it\n`],
    ['lines that are something else', `# list\n-----BEGIN PGP SIGNED MESSAGE-----\n\n${SHA256}  disk.img\n`],
    ['the first of several', `${MD5}  other.img\n${SHA256}  disk.img\n${SHA1}  disk.img\n`],
  ])('is read with %s', (_what, text) => {
    expect(find(text)).toBe(SHA256);
  });

  it('takes the file of a folder below the list', () => {
    expect(find(`${MD5}  a/disk.img\n${SHA1}  b/disk.img`, 'http://h/r/b/disk.img', 'http://h/r/SUMS')).toBe(SHA1);
  });

  it('takes an absolute path', () => {
    expect(find(`${SHA1}  /i/disk.img`, '/i/disk.img', '/s/SUMS')).toBe(SHA1);
  });

  it.each([
    ['another name', `${SHA256}  disk.img.gz`],
    ['a name that ends alike', `${SHA256}  mydisk.img`],
    ['another kind in BSD form', `CRC (disk.img) = ${SHA256}`],
    ['nothing', ''],
  ])('has nothing in %s', (_what, text) => {
    expect(find(text)).toBeUndefined();
  });

  it('does not count the query of a URL as part of the name', () => {
    expect(find(`${SHA256}  disk.img`, 'http://h/d/disk.img?token=1')).toBe(SHA256);
  });
});

it('hashes a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'imgpack-checksum-'));
  try {
    await writeFile(join(folder, 'f'), 'abc');
    expect(await hashFile(join(folder, 'f'), 'sha1')).toBe('a9993e364706816aba3e25717850c26c9cd0d89d');
  } finally {
    await rm(folder, { recursive: true });
  }
});
