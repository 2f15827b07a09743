import { createHash } from 'node:crypto';
import { STRING } from '../../values/type.js';
import { Value } from '../../values/value.js';
import { badArgument, define } from '../define.js';

/** The name spaces of RFC 9562. */
const NAMESPACES: Readonly<Record<string, string>> = {
  dns: '6ba7b810-9dad-11d1-80b4-00c04fd430c8',
  url: '6ba7b811-9dad-11d1-80b4-00c04fd430c8',
  oid: '6ba7b812-9dad-11d1-80b4-00c04fd430c8',
  x500: '6ba7b814-9dad-11d1-80b4-00c04fd430c8',
};

export const uuidv4 = define({
  name: 'uuidv4',
  summary: 'a random UUID, another one each time',
  parameters: [],
  returns: STRING,
  call: (_, context) => Value.string(writeUuid(context.randomBytes(16), 4)),
});

export const uuidv5 = define({
  name: 'uuidv5',
  summary: 'the UUID of a name in a name space: `dns`, `url`, `oid`, `x500` or a UUID',
  parameters: [
    { name: 'namespace', type: STRING },
    { name: 'name', type: STRING },
  ],
  returns: STRING,
  call: ([namespace, name]) => {
    const space = readUuid(NAMESPACES[namespace.text] ?? namespace.text);
    if (!space) throw badArgument(0, `\`${namespace.text}\` is not a UUID and not the name of a name space`);
    return Value.string(writeUuid(createHash('sha1').update(space).update(name.text).digest(), 5));
  },
});

const UUID = /^(?:urn:uuid:|\{)?([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\}?$/i;

/** Reads a UUID with hyphens, also in braces or behind `urn:uuid:`, or its 32 digits alone. */
function readUuid(text: string): Buffer | undefined {
  if (/^[0-9a-f]{32}$/i.test(text)) return Buffer.from(text, 'hex');
  const digits = UUID.exec(text)?.slice(1).join('');
  const isClosed = text.startsWith('{') === text.endsWith('}');
  return digits !== undefined && isClosed ? Buffer.from(digits, 'hex') : undefined;
}

function writeUuid(bytes: Uint8Array, version: number): string {
  const uuid = Buffer.from(bytes.subarray(0, 16));
  uuid[6] = ((uuid[6] as number) & 0x0f) | (version << 4);
  uuid[8] = ((uuid[8] as number) & 0x3f) | 0x80;
  return uuid.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
