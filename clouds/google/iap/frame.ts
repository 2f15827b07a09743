/**
 * Messages of Google's relay for TCP connections, the WebSocket subprotocol that the public sources of the Google Cloud CLI
 * show: a tag of 16 bits, then a number of 64 bits or a length of 32 bits with so many bytes; big-endian.
 */
export type Frame =
  /** The connection is there; the id lets it be joined again. */
  | { readonly kind: 'connected'; readonly sid: string }
  /** It was joined again; the other side has so many bytes. */
  | { readonly kind: 'reconnected'; readonly received: number }
  | { readonly kind: 'data'; readonly data: Buffer }
  /** The other side has so many bytes since the beginning. */
  | { readonly kind: 'ack'; readonly received: number };

export const SUBPROTOCOL = 'relay.tunnel.cloudproxy.app';
/** Bytes in one message of data. */
export const CHUNK = 16_384;

const Tag = { connected: 1, reconnected: 2, data: 4, ack: 7 } as const;
const TAG = 2;

export function encodeFrame(frame: Frame): Buffer {
  switch (frame.kind) {
    case 'connected':
      return withBytes(Tag.connected, Buffer.from(frame.sid, 'latin1'));
    case 'data':
      return withBytes(Tag.data, frame.data);
    case 'reconnected':
    case 'ack':
      return withNumber(Tag[frame.kind], frame.received);
  }
}

/** @returns undefined where the tag is none that is known: later versions may have more */
export function decodeFrame(message: Buffer): Frame | undefined {
  switch (message.length < TAG ? undefined : message.readUInt16BE()) {
    case Tag.connected:
      return { kind: 'connected', sid: bytesIn(message).toString('latin1') };
    case Tag.data:
      return { kind: 'data', data: bytesIn(message) };
    case Tag.reconnected:
      return { kind: 'reconnected', received: numberIn(message) };
    case Tag.ack:
      return { kind: 'ack', received: numberIn(message) };
    default:
      return undefined;
  }
}

function withBytes(tag: number, data: Buffer): Buffer {
  const head = Buffer.alloc(TAG + 4);
  head.writeUInt16BE(tag);
  head.writeUInt32BE(data.length, TAG);
  return Buffer.concat([head, data]);
}

function withNumber(tag: number, value: number): Buffer {
  const message = Buffer.alloc(TAG + 8);
  message.writeUInt16BE(tag);
  message.writeBigUInt64BE(BigInt(value), TAG);
  return message;
}

function bytesIn(message: Buffer): Buffer {
  const length = message.length < TAG + 4 ? Infinity : message.readUInt32BE(TAG);
  if (message.length < TAG + 4 + length) throw new Error('the relay sent a message that is cut off');
  return message.subarray(TAG + 4, TAG + 4 + length);
}

function numberIn(message: Buffer): number {
  if (message.length < TAG + 8) throw new Error('the relay sent a message that is cut off');
  return Number(message.readBigUInt64BE(TAG));
}
