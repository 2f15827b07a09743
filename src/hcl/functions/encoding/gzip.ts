import { constants, deflateRawSync } from 'node:zlib';
import { stringFunction } from '../define.js';

/** No name, no time, unknown system. */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
/** An empty last block, behind a flush that ends the text's own blocks. */
const END = Buffer.from([1, 0, 0, 0xff, 0xff]);

/** How large texts are compressed differs from one compressor to the next; what comes out of it does not. */
export const base64gzip = stringFunction('base64gzip', 'the text compressed by gzip, in base64', (text) => {
  const bytes = Buffer.from(text);
  const blocks = deflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(bytes), 0);
  trailer.writeUInt32LE(bytes.length % 2 ** 32, 4);
  // Nothing to compress still makes one stored block.
  const body = bytes.length === 0 ? Buffer.from([0, 0, 0, 0xff, 0xff]) : blocks;
  return Buffer.concat([HEADER, body, END, trailer]).toString('base64');
});

/** The checksum of gzip, as RFC 1952 defines it. `zlib.crc32` is not in every Node that imgpack runs on. */
function crc32(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return (sum ^ 0xffffffff) >>> 0;
}
