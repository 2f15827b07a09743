import { constants, createPublicKey, generateKeyPairSync, publicEncrypt } from 'node:crypto';
import { compareSync } from 'bcryptjs';
import { describe, expect, it } from 'vitest';
import { Value } from '../../../src/hcl/values/value.js';
import { evaluateText } from '../../support/expressions.js';

describe('rsadecrypt', () => {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 1024,
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const cipher = (text: string) =>
    publicEncrypt({ key: createPublicKey(privateKey), padding: constants.RSA_PKCS1_PADDING }, Buffer.from(text));
  const decrypt = (bytes: Buffer, key = privateKey) =>
    evaluateText(
      'rsadecrypt(cipher, key)',
      new Map([
        ['cipher', Value.string(bytes.toString('base64'))],
        ['key', Value.string(key)],
      ]),
    ).text;

  it('reads what the public key wrote', () => {
    expect([decrypt(cipher('sésame')), decrypt(cipher(''))]).toEqual(['sésame', '']);
  });
  it('refuses a cipher of another key', () => {
    expect(() => decrypt(Buffer.alloc(128, 7))).toThrow('does not belong to the key');
    expect(() => decrypt(Buffer.alloc(129, 7))).toThrow('does not belong to the key');
  });
  it('refuses a key of PKCS #8', () => {
    const pkcs8 = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    });
    expect(() => decrypt(cipher('x'), String(pkcs8))).toThrow('must be a PKCS #1 private key');
  });
});

describe('bcrypt', () => {
  it('makes a hash that the password passes', () => {
    const hash = evaluateText('bcrypt("pässword", 4)').text;
    expect([hash.slice(0, 7), hash.length, compareSync('pässword', hash)]).toEqual(['$2a$04$', 60, true]);
  });
  it.each([
    [`bcrypt("${'x'.repeat(73)}", 4)`, 'longer than 72 bytes'],
    ['bcrypt("x", 32)', 'larger than 31'],
    ['bcrypt("x", 4, 5)', 'takes a password and a cost'],
  ])('refuses %s', (expression, words) => expect(() => evaluateText(expression)).toThrow(words));
});

describe('uuid', () => {
  it('version 4 is made of the random bytes', () => {
    expect(evaluateText('uuidv4()').text).toBe('00010203-0405-4607-8809-0a0b0c0d0e0f');
  });
  it.each(['6ba7b8109dad11d180b400c04fd430c8', 'URN:UUID:6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'dns'])(
    'version 5 takes the name space %s',
    (space) => expect(evaluateText(`uuidv5("${space}", "x")`).text).toBe('05b16a01-46c6-56dd-bd6e-c6dfb4a1427a'),
  );
  it('version 5 refuses braces that do not match', () => {
    expect(() => evaluateText('uuidv5("{6ba7b810-9dad-11d1-80b4-00c04fd430c8", "x")')).toThrow('is not a UUID');
  });
});
