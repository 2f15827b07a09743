/** Bytes of a block; everything on the disc starts at a multiple of it. */
export const SECTOR = 2048;

export const sectorsFor = (bytes: number): number => Math.ceil(bytes / SECTOR);

/** A number in little-endian and again in big-endian form, as most fields of ISO 9660 hold it. */
export function both32(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(value, 0);
  bytes.writeUInt32BE(value, 4);
  return bytes;
}

export function both16(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16LE(value, 0);
  bytes.writeUInt16BE(value, 2);
  return bytes;
}

/** Time of a directory record: seven bytes, in UTC. */
export function shortDate(date: Date): Buffer {
  return Buffer.from([
    Math.min(255, Math.max(0, date.getUTCFullYear() - 1900)),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
    0,
  ]);
}

/** Time of a volume descriptor: sixteen digits and the zone, UTC. */
export function longDate(date: Date): Buffer {
  const digits = date.toISOString().replace(/\D/g, '').slice(0, 16);
  return Buffer.concat([Buffer.from(digits, 'latin1'), Buffer.from([0])]);
}

export const NO_DATE = Buffer.concat([Buffer.from('0'.repeat(16), 'latin1'), Buffer.from([0])]);

/** UTF-16 with the high byte first, as Joliet writes text. */
export const ucs2 = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
