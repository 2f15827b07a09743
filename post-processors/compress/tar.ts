import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';

const BLOCK = 512;
/** The largest number that fits into eleven octal digits: 8 GiB less one byte. */
const MAX_OCTAL = 0o77777777777;

/**
 * A tar archive (ustar) of regular files by their base names. Times and owners are left out, so that the same files
 * make the same archive. Sizes from 8 GiB on and long names are written in the GNU manner.
 */
export async function* tarOf(paths: readonly string[], signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for (const path of paths) {
    const { size, mode } = await stat(path);
    const name = Buffer.from(basename(path));
    if (name.length > 100) {
      yield header(Buffer.from('././@LongLink'), name.length + 1, 0o644, 'L');
      yield padded(Buffer.concat([name, Buffer.of(0)]));
    }
    yield header(name.subarray(0, 100), size, mode & 0o7777, '0');
    let written = 0;
    if (size > 0) {
      // No more than the header says, should the file grow meanwhile.
      for await (const chunk of createReadStream(path, { signal, highWaterMark: 1 << 20, end: size - 1 })) {
        written += (chunk as Buffer).length;
        yield chunk as Buffer;
      }
    }
    // A file that shrank while it was read must not shift what follows.
    for (; written < size; written += BLOCK) yield new Uint8Array(Math.min(BLOCK, size - written));
    yield new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);
  }
  yield new Uint8Array(2 * BLOCK);
}

function header(name: Uint8Array, size: number, mode: number, type: string): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.set(name, 0);
  block.write(`${mode.toString(8).padStart(7, '0')}\0`, 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  if (size <= MAX_OCTAL) block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  else {
    block[124] = 0x80;
    block.writeBigUInt64BE(BigInt(size), 128);
  }
  block.write('00000000000\0', 136);
  block.write(type, 156);
  block.write('ustar\x0000', 257);
  block.write('root', 265);
  block.write('root', 297);
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function padded(content: Uint8Array): Buffer {
  const block = Buffer.alloc(Math.ceil(content.length / BLOCK) * BLOCK);
  block.set(content);
  return block;
}
