import { crc32, deflateSync } from 'node:zlib';

/** Writes 24-bit pixels (three bytes each, rows from the top) as a PNG file. */
export function encodePng(width: number, height: number, pixels: Uint8Array): Buffer {
  const row = width * 3;
  const scanlines = Buffer.alloc((row + 1) * height); // each row begins with its filter, 0: none
  for (let y = 0; y < height; y++) scanlines.set(pixels.subarray(y * row, (y + 1) * row), y * (row + 1) + 1);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8; // bits per channel
  header[9] = 2; // colours, no palette
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(scanlines)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Turns a binary PPM file (`P6`, 8 bits), as QEMU saves screens, into PNG; undefined where it is something else. */
export function ppmToPng(ppm: Uint8Array): Buffer | undefined {
  const head = Buffer.from(ppm.subarray(0, 256)).toString('latin1');
  const match = /^P6(?:\s|#[^\n]*\n)+(\d+)(?:\s|#[^\n]*\n)+(\d+)(?:\s|#[^\n]*\n)+255\s/.exec(head);
  if (!match) return undefined;
  const [width, height] = [Number(match[1]), Number(match[2])];
  const pixels = ppm.subarray(match[0].length);
  return pixels.length < width * height * 3 ? undefined : encodePng(width, height, pixels);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
