import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  asClassicKey,
  generateKeyPair,
  KeyError,
  parsePrivateKey,
  publicKeyOf,
} from '../../../src/contract/helpers/key-pair.js';
import { checkCertificate } from '../../../src/contract/helpers/ssh-certificate.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgpack-key-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const keygen = (...args: string[]) =>
  execFileSync('ssh-keygen', args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const withoutComment = (line: string) => line.trim().split(' ').slice(0, 2).join(' ');

describe('a generated key pair', () => {
  it.each([
    ['ed25519', undefined, 'OPENSSH PRIVATE KEY'],
    ['rsa', 2048, 'PRIVATE KEY'],
    ['ecdsa', 256, 'PRIVATE KEY'],
    ['ecdsa', 384, 'PRIVATE KEY'],
    ['ecdsa', undefined, 'PRIVATE KEY'],
  ] as const)('of type %s and %s bits is one for OpenSSH', async (type, bits, label) => {
    const pair = await generateKeyPair(type, bits, 'a comment');
    writeFileSync(join(folder, 'key'), pair.privateKey, { mode: 0o600 });
    expect(pair.privateKey).toMatch(new RegExp(`^-----BEGIN ${label}-----\n`));
    expect(pair.publicKey.endsWith(' a comment')).toBe(true);
    expect(withoutComment(keygen('-y', '-f', 'key'))).toBe(withoutComment(pair.publicKey));
    writeFileSync(join(folder, 'classic'), asClassicKey(pair.privateKey), { mode: 0o600 });
    expect(withoutComment(keygen('-y', '-f', 'classic'))).toBe(withoutComment(pair.publicKey));
  });
});

describe('a private key', () => {
  it.each([
    ['ed25519', []],
    ['rsa', []],
    ['rsa', ['-m', 'PEM']],
    ['rsa', ['-m', 'PKCS8']],
    ['ecdsa', []],
    ['ecdsa', ['-m', 'PEM']],
    ['ecdsa', ['-m', 'PKCS8']],
  ])('of type %s made by ssh-keygen %j gives its public key', (type, args) => {
    keygen('-q', '-t', type, '-N', '', '-f', 'key', ...args);
    expect(withoutComment(publicKeyOf(read('key')))).toBe(withoutComment(read('key.pub')));
  });

  it.each([[[]], [['-m', 'PEM']], [['-m', 'PKCS8']]])('with a passphrase is refused as such %j', (args: string[]) => {
    keygen('-q', '-t', 'rsa', '-N', 'locked up', '-f', 'key', ...args);
    expect(() => parsePrivateKey(read('key'))).toThrow('it is locked with a passphrase');
  });

  it.each([
    ['nothing', '', 'it does not hold a private key'],
    ['a public key', 'ssh-ed25519 AAAA', 'it does not hold a private key'],
    [
      'a certificate',
      '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----',
      'it holds no private key, but something else',
    ],
    ['damaged PEM', '-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----', 'its content is damaged'],
    [
      'damaged OpenSSH',
      '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n-----END OPENSSH PRIVATE KEY-----',
      'its content is damaged',
    ],
  ])('that is %s is refused', (_what, text, message) => {
    expect(() => parsePrivateKey(text)).toThrow(new KeyError(message));
  });
});

describe('a certificate', () => {
  const now = new Date('2026-06-01T00:00:00Z');
  const sign = (...args: string[]) => {
    keygen('-q', '-t', 'ed25519', '-N', '', '-f', 'authority');
    keygen('-q', '-t', 'ed25519', '-N', '', '-f', 'user');
    keygen('-q', '-s', 'authority', '-I', 'id', '-n', 'me', ...args, 'user.pub');
    return read('user-cert.pub');
  };

  it('fits its key while it is valid', () => {
    const text = sign('-V', '20260101000000Z:20261231000000Z');
    expect(checkCertificate(text, read('user'), now).type).toBe('ssh-ed25519-cert-v01@openssh.com');
  });

  it.each([
    ['20270101000000Z:20281231000000Z', 'it is not valid yet'],
    ['20200101000000Z:20210101000000Z', 'it has expired'],
  ])('of the time %s is refused', (time, message) => {
    expect(() => checkCertificate(sign('-V', time), read('user'), now)).toThrow(new KeyError(message));
  });

  it('of another key, or that is none, is refused', async () => {
    const { privateKey } = await generateKeyPair('ed25519');
    expect(() => checkCertificate(sign(), privateKey, now)).toThrow('it is for another key');
    expect(() => checkCertificate(read('user.pub'), privateKey, now)).toThrow('it is not an OpenSSH user certificate');
  });

  it('of a host is refused', () => {
    expect(() => checkCertificate(sign('-h'), read('user'), now)).toThrow('it is for a host, not for a user');
  });
});
