/** Reads the length-prefixed fields of SSH data (RFC 4251, section 5). Throws RangeError past the end. */
export class WireReader {
  private at = 0;
  constructor(private readonly data: Buffer) {}

  uint32(): number {
    const value = this.data.readUInt32BE(this.at);
    this.at += 4;
    return value;
  }
  uint64(): bigint {
    const value = this.data.readBigUInt64BE(this.at);
    this.at += 8;
    return value;
  }
  bytes(): Buffer {
    const length = this.uint32();
    if (length > this.data.length - this.at) throw new RangeError('the data ends too early');
    const value = this.data.subarray(this.at, this.at + length);
    this.at += length;
    return value;
  }
  text(): string {
    return this.bytes().toString('latin1');
  }
  rest(): Buffer {
    return this.data.subarray(this.at);
  }
}

/** A length-prefixed field. */
export function wireString(data: Buffer | string): Buffer {
  const bytes = Buffer.from(data);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** A non-negative multiple-precision integer from its big-endian bytes. */
export function wireInteger(bytes: Buffer): Buffer {
  let start = 0;
  while (start < bytes.length && bytes[start] === 0) start++;
  const trimmed = bytes.subarray(start);
  return wireString((trimmed[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), trimmed]) : trimmed);
}

export function wireUint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
