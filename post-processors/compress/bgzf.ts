import { crc32, deflateRawSync } from 'node:zlib';

/** Content of one block; a block that does not shrink still fits its 64 KiB. */
const CONTENT = 0xff00;

/** The empty block that ends a file (BGZF, section 4.1.2 of the SAM format). */
const END = Buffer.from('1f8b08040000000000ff0600424302001b0003000000000000000000', 'hex');

/** Blocked gzip: gzip members of at most 64 KiB that tell their size, so that readers can jump. `level`: 1 to 9. */
export async function* bgzfOf(source: AsyncIterable<Uint8Array>, level: number): AsyncGenerator<Uint8Array> {
  let rest = Buffer.alloc(0);
  for await (const chunk of source) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    let at = 0;
    for (; rest.length - at >= CONTENT; at += CONTENT) yield blockOf(rest.subarray(at, at + CONTENT), level);
    rest = rest.subarray(at);
  }
  if (rest.length > 0) yield blockOf(rest, level);
  yield END;
}

function blockOf(content: Buffer, level: number): Buffer {
  let body = deflateRawSync(content, { level });
  if (body.length > 0xffff - 26) body = deflateRawSync(content, { level: 0 });
  const block = Buffer.alloc(18 + body.length + 8);
  // A gzip header with an extra field `BC` of two bytes: the size of the whole block less one.
  block.set([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 6, 0, 0x42, 0x43, 2, 0]);
  block.writeUInt16LE(block.length - 1, 16);
  block.set(body, 18);
  block.writeUInt32LE(crc32(content), 18 + body.length);
  block.writeUInt32LE(content.length, 22 + body.length);
  return block;
}
