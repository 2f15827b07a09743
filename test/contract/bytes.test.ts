import { expect, it } from 'vitest';
import { formatBytes, parseBytes } from '../../src/contract/bytes.js';

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1 KiB'],
  [1536, '1.5 KiB'],
  [1024 * 1024 - 1, '1 MiB'],
  [20 * 2 ** 30, '20 GiB'],
  [3.26 * 2 ** 40, '3.3 TiB'],
  [5000 * 2 ** 50, '5000 PiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

it.each([
  ['0', 0],
  ['1048576', 2 ** 20],
  ['50G', 50 * 2 ** 30],
  ['1.5 GiB', 1.5 * 2 ** 30],
  ['512m', 512 * 2 ** 20],
  ['3kb', 3072],
  ['10B', 10],
  ['', undefined],
  ['G', undefined],
  ['-1G', undefined],
  ['1,5G', undefined],
  ['5 X', undefined],
])('`%s` is %s', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});
