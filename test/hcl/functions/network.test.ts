import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBlock, writeAddress } from '../../../src/hcl/functions/network/address.js';
import { evaluateText, jsonOf } from '../../support/expressions.js';

describe('addresses', () => {
  it.each([
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
    ['0:0:1:2:3:4:0:0', '::1:2:3:4:0:0'],
    ['::', '::'],
    ['1::', '1::'],
    ['::ffff:10.0.0.1', '::ffff:a00:1'],
    ['2001:DB8::0001', '2001:db8::1'],
  ])('%s is written %s', (text, canonical) => {
    const block = parseBlock(`${text}/128`);
    expect(block && writeAddress(block.network, block.bits)).toBe(canonical);
  });
  it.each([
    '1.2.3',
    '1.2.3.256',
    '1.2.3.04',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    ':1',
    '1.2.3.4::',
  ])('%s is none', (text) => expect(parseBlock(`${text}/0`)).toBeUndefined());
  it('read back as written', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), (number) => {
        expect(parseBlock(`${writeAddress(number, 128)}/128`)?.network).toBe(number);
      }),
    );
  });
});

describe('blocks', () => {
  it.each([
    ['cidrnetmask("fd00::/64")', '"ffff:ffff:ffff:ffff::"'],
    ['cidrhost("::/0", 1)', '"::1"'],
    ['cidrhost("10.0.0.0/24", -256)', '"10.0.0.0"'],
    ['cidrsubnets("fd00::/48", 16, 8, 16)', '["fd00::/64","fd00:0:0:100::/56","fd00:0:0:200::/64"]'],
  ])('%s is %s', (expression, json) => expect(jsonOf(expression)).toBe(json));

  it.each([
    ['cidrhost("10.0.0.0/24", 256)', 'a host of 256'],
    ['cidrhost("10.0.0.0/24", -257)', 'a host of 256'],
    ['cidrsubnet("10.0.0.0/8", 8, 256)', 'does not fit 8 bits'],
    ['cidrsubnet("10.0.0.0/8", -9, 0)', 'a prefix of -1 bits'],
    ['cidrsubnets("10.0.0.0/24", 1, 1, 1)', 'does not fit in what is left'],
    ['cidrnetmask("10.0.0.0/33")', 'is not an address block'],
  ])('refuses %s', (expression, words) => expect(() => evaluateText(expression)).toThrow(words));
});
