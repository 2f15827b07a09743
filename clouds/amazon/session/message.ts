import { createHash, randomUUID } from 'node:crypto';

/** What a message of a data channel carries. */
export const PayloadType = {
  output: 1,
  handshakeRequest: 5,
  handshakeResponse: 6,
  handshakeComplete: 7,
  flag: 10,
} as const;

/** Payloads of the type `flag`. */
export const Flag = { disconnectFromPort: 1, terminateSession: 2, portUnreachable: 3 } as const;

/**
 * A binary message between a client and the agent of AWS Systems Manager on a machine, as the public sources of both
 * (aws/amazon-ssm-agent, aws/session-manager-plugin) lay it out: big-endian, a header of 116 bytes, the length of the
 * payload, the payload.
 */
export interface AgentMessage {
  readonly type: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly sequence: number;
  /** 1: the first of a stream; 2: the last. */
  readonly flags: number;
  readonly id: string;
  readonly payloadType: number;
  readonly payload: Buffer;
}

const HEADER_LENGTH = 116;
const SCHEMA_VERSION = 1;
const Offset = {
  type: 4,
  schemaVersion: 36,
  created: 40,
  sequence: 48,
  flags: 56,
  id: 64,
  digest: 80,
  payloadType: 112,
  payloadLength: 116,
  payload: 120,
} as const;

export function encodeMessage(message: Omit<AgentMessage, 'id' | 'created'> & Partial<AgentMessage>): Buffer {
  const { payload } = message;
  const bytes = Buffer.alloc(Offset.payload + payload.length);
  bytes.writeUInt32BE(HEADER_LENGTH, 0);
  bytes.fill(' ', Offset.type, Offset.schemaVersion).write(message.type, Offset.type, 'latin1');
  bytes.writeUInt32BE(SCHEMA_VERSION, Offset.schemaVersion);
  bytes.writeBigUInt64BE(BigInt(message.created ?? Date.now()), Offset.created);
  bytes.writeBigInt64BE(BigInt(message.sequence), Offset.sequence);
  bytes.writeBigUInt64BE(BigInt(message.flags), Offset.flags);
  swapped(Buffer.from((message.id ?? randomUUID()).replaceAll('-', ''), 'hex')).copy(bytes, Offset.id);
  digestOf(payload).copy(bytes, Offset.digest);
  bytes.writeUInt32BE(message.payloadType, Offset.payloadType);
  bytes.writeUInt32BE(payload.length, Offset.payloadLength);
  payload.copy(bytes, Offset.payload);
  return bytes;
}

/** @returns undefined where the bytes are no message, or did not arrive as they were sent */
export function decodeMessage(bytes: Buffer): AgentMessage | undefined {
  if (bytes.length < Offset.payload) return undefined;
  // The length counts what comes before the payload's own length; later versions may have more.
  const header = bytes.readUInt32BE(0);
  if (header < HEADER_LENGTH || bytes.length < header + 4) return undefined;
  const start = header + 4;
  const payload = bytes.subarray(start, start + bytes.readUInt32BE(header));
  const digest = bytes.subarray(Offset.digest, Offset.payloadType);
  if (payload.length > 0 && !digestOf(payload).equals(digest)) return undefined;
  const hex = swapped(bytes.subarray(Offset.id, Offset.digest)).toString('hex');
  return {
    type: bytes
      .toString('latin1', Offset.type, Offset.schemaVersion)
      .replace(/[\0 ]+$/, '')
      .trimStart(),
    created: Number(bytes.readBigUInt64BE(Offset.created)),
    sequence: Number(bytes.readBigInt64BE(Offset.sequence)),
    flags: Number(bytes.readBigUInt64BE(Offset.flags)),
    id: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    payloadType: bytes.readUInt32BE(Offset.payloadType),
    payload,
  };
}

const digestOf = (payload: Buffer): Buffer => createHash('sha256').update(payload).digest();

/** The halves of an id stand the other way round. */
const swapped = (id: Buffer): Buffer => Buffer.concat([id.subarray(8), id.subarray(0, 8)]);
