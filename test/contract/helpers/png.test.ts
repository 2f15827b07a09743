import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ppmToPng } from '../../../src/contract/helpers/png.js';

const PIXELS = Buffer.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 1, 2, 3, 4, 5, 6, 7, 8, 9]);

describe('a screen saved as PPM', () => {
  it.each(['P6\n3 2\n255\n', 'P6 3 2 255 ', 'P6\n# made by a test\n3 2\n255\n'])(
    'with the head %j becomes a PNG',
    (head) => {
      const png = ppmToPng(Buffer.concat([Buffer.from(head), PIXELS])) as Buffer;
      expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([3, 2]);
      const length = png.readUInt32BE(33);
      expect(png.toString('latin1', 37, 41)).toBe('IDAT');
      const rows = inflateSync(png.subarray(41, 41 + length));
      expect([...rows]).toEqual([0, ...PIXELS.subarray(0, 9), 0, ...PIXELS.subarray(9)]);
    },
  );

  it.each(['P5\n3 2\n255\n', 'P6\n3 200\n255\n', ''])('that is something else (%j) is refused', (head) => {
    expect(ppmToPng(Buffer.concat([Buffer.from(head), PIXELS]))).toBeUndefined();
  });
});
