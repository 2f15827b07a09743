import { createPrivateKey, generateKeyPair as generate, randomBytes, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { WireReader, wireInteger, wireString, wireUint32 } from './ssh-wire.js';

export type KeyPairType = 'ed25519' | 'rsa' | 'ecdsa';

export interface KeyPair {
  /** ed25519: OpenSSH format; rsa and ecdsa: PKCS #8 in PEM. */
  readonly privateKey: string;
  /** A line for `authorized_keys`, without its end. */
  readonly publicKey: string;
}

/** Why a key or certificate cannot be used; the sentence fits behind a colon. */
export class KeyError extends Error {}

export interface PrivateKey {
  /** As SSH names the kind: `ssh-ed25519`. */
  readonly type: string;
  /** The public key in SSH's wire format. */
  readonly publicBlob: Buffer;
  /** Absent for keys in OpenSSH's own format. */
  readonly key?: KeyObject;
}

const MAGIC = Buffer.from('openssh-key-v1\0');
const CURVES: Record<string, string> = { 'P-256': 'nistp256', 'P-384': 'nistp384', 'P-521': 'nistp521' };

/** Makes a key pair; `bits` counts for `rsa` (default 4096) and `ecdsa` (256, 384 or 521, the default). */
export async function generateKeyPair(type: KeyPairType, bits?: number, comment = 'imgpack'): Promise<KeyPair> {
  const privateKey = await makeKey(type, bits);
  const blob = publicBlobOf(privateKey);
  const text =
    type === 'ed25519'
      ? openSshPrivateKey(privateKey, comment)
      : privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { privateKey: text, publicKey: publicLine(blob, comment) };
}

async function makeKey(type: KeyPairType, bits: number | undefined): Promise<KeyObject> {
  switch (type) {
    case 'ed25519':
      return (await promisify(generate)('ed25519')).privateKey;
    case 'rsa':
      return (await promisify(generate)('rsa', { modulusLength: bits ?? 4096 })).privateKey;
    case 'ecdsa':
      return (await promisify(generate)('ec', { namedCurve: `P-${bits ?? 521}` })).privateKey;
  }
}

/**
 * The `authorized_keys` line of a private key in PEM or OpenSSH format.
 * @throws KeyError
 */
export function publicKeyOf(privateKey: string, comment = 'imgpack'): string {
  return publicLine(parsePrivateKey(privateKey).publicBlob, comment);
}

/**
 * Reads a private key in PEM (PKCS #1, PKCS #8, SEC 1) or OpenSSH format.
 * @throws KeyError where it is none, has a passphrase, or is of an unknown kind
 */
export function parsePrivateKey(text: string): PrivateKey {
  const [, label = '', body = ''] = /-----BEGIN ([A-Z ]+)-----([\s\S]*?)-----END \1-----/.exec(text) ?? [];
  if (label === '') throw new KeyError('it does not hold a private key');
  if (label === 'OPENSSH PRIVATE KEY') return parseOpenSsh(Buffer.from(body, 'base64'));
  if (!label.endsWith('PRIVATE KEY')) throw new KeyError('it holds no private key, but something else');
  if (label.startsWith('ENCRYPTED') || /^Proc-Type:.*ENCRYPTED/m.test(body))
    throw new KeyError('it is locked with a passphrase');
  let key: KeyObject;
  try {
    key = createPrivateKey(text);
  } catch {
    throw new KeyError('its content is damaged');
  }
  const publicBlob = publicBlobOf(key);
  return { type: new WireReader(publicBlob).text(), publicBlob, key };
}

/**
 * The same key in the form that every SSH library reads: PKCS #8 becomes PKCS #1, SEC 1 or OpenSSH's own format.
 * @throws KeyError
 */
export function asClassicKey(text: string): string {
  const { key } = parsePrivateKey(text);
  switch (key?.asymmetricKeyType) {
    case 'rsa':
      return key.export({ type: 'pkcs1', format: 'pem' }).toString();
    case 'ec':
      return key.export({ type: 'sec1', format: 'pem' }).toString();
    case 'ed25519':
      return openSshPrivateKey(key, 'imgpack');
    default:
      return text;
  }
}

function parseOpenSsh(data: Buffer): PrivateKey {
  if (!data.subarray(0, MAGIC.length).equals(MAGIC)) throw new KeyError('its content is damaged');
  try {
    const reader = new WireReader(data.subarray(MAGIC.length));
    if (reader.text() !== 'none') throw new KeyError('it is locked with a passphrase');
    reader.bytes(); // key derivation
    reader.bytes(); // its options
    reader.uint32(); // number of keys
    const publicBlob = reader.bytes();
    const secret = new WireReader(reader.bytes());
    if (secret.uint32() !== secret.uint32()) throw new KeyError('its content is damaged');
    return { type: new WireReader(publicBlob).text(), publicBlob };
  } catch (error) {
    if (error instanceof RangeError) throw new KeyError('its content is damaged');
    throw error;
  }
}

/** A private key in OpenSSH's own format, which every SSH program reads. */
function openSshPrivateKey(key: KeyObject, comment: string): string {
  const { x = '', d = '' } = key.export({ format: 'jwk' });
  const [point, seed] = [Buffer.from(x, 'base64url'), Buffer.from(d, 'base64url')];
  const blob = publicBlobOf(key);
  const check = randomBytes(4);
  const secret = Buffer.concat([check, check, blob, wireString(Buffer.concat([seed, point])), wireString(comment)]);
  const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, i) => i + 1));
  const data = Buffer.concat([
    MAGIC,
    wireString('none'),
    wireString('none'),
    wireString(''),
    wireUint32(1),
    wireString(blob),
    wireString(Buffer.concat([secret, padding])),
  ]);
  const lines = data.toString('base64').match(/.{1,70}/g) ?? [];
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n');
}

function publicBlobOf(key: KeyObject): Buffer {
  const unknown = new KeyError(`keys of the kind \`${key.asymmetricKeyType ?? 'unknown'}\` are not supported`);
  if (!['rsa', 'ec', 'ed25519'].includes(key.asymmetricKeyType ?? '')) throw unknown;
  const jwk = key.export({ format: 'jwk' });
  const bytes = (field: string | undefined) => Buffer.from(field ?? '', 'base64url');
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return Buffer.concat([wireString('ssh-rsa'), wireInteger(bytes(jwk.e)), wireInteger(bytes(jwk.n))]);
    case 'ed25519':
      return Buffer.concat([wireString('ssh-ed25519'), wireString(bytes(jwk.x))]);
    default: {
      const curve = CURVES[jwk.crv ?? ''];
      if (curve === undefined) throw new KeyError(`the curve \`${jwk.crv ?? 'unknown'}\` is not supported`);
      const point = Buffer.concat([Buffer.from([4]), bytes(jwk.x), bytes(jwk.y)]);
      return Buffer.concat([wireString(`ecdsa-sha2-${curve}`), wireString(curve), wireString(point)]);
    }
  }
}

const publicLine = (blob: Buffer, comment: string): string =>
  `${new WireReader(blob).text()} ${blob.toString('base64')} ${comment}`.trimEnd();
