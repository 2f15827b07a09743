import { KeyError, parsePrivateKey } from './key-pair.js';
import { WireReader } from './ssh-wire.js';

/** Number of key fields between the nonce and the serial number, by kind (OpenSSH's PROTOCOL.certkeys). */
const KEY_FIELDS: Record<string, number> = {
  'ssh-rsa-cert-v01@openssh.com': 2,
  'ssh-ed25519-cert-v01@openssh.com': 1,
  'ecdsa-sha2-nistp256-cert-v01@openssh.com': 2,
  'ecdsa-sha2-nistp384-cert-v01@openssh.com': 2,
  'ecdsa-sha2-nistp521-cert-v01@openssh.com': 2,
};

export interface Certificate {
  /** Kind of the certificate, as sent in the authentication request. */
  readonly type: string;
  readonly blob: Buffer;
  /** Fields of the public key it is for, joined. */
  readonly keyFields: Buffer;
  /** Seconds since 1970. */
  readonly validAfter: bigint;
  readonly validBefore: bigint;
}

/**
 * Reads an OpenSSH user certificate from the line of its file.
 * @throws KeyError
 */
export function parseCertificate(text: string): Certificate {
  const [type = '', encoded = ''] = text.trim().split(/\s+/);
  const fields = KEY_FIELDS[type];
  if (fields === undefined) throw new KeyError('it is not an OpenSSH user certificate');
  const blob = Buffer.from(encoded, 'base64');
  try {
    const reader = new WireReader(blob);
    if (reader.text() !== type) throw new KeyError('its parts contradict each other');
    reader.bytes(); // nonce
    const keyFields: Buffer[] = [];
    for (let i = 0; i < fields; i++) keyFields.push(reader.bytes());
    reader.uint64(); // serial number
    if (reader.uint32() !== 1) throw new KeyError('it is for a host, not for a user');
    reader.bytes(); // key id
    reader.bytes(); // principals
    return {
      type,
      blob,
      keyFields: Buffer.concat(keyFields),
      validAfter: reader.uint64(),
      validBefore: reader.uint64(),
    };
  } catch (error) {
    if (error instanceof RangeError) throw new KeyError('it is cut off');
    throw error;
  }
}

/**
 * Checks that a certificate belongs to the private key and is valid at `now`.
 * @throws KeyError
 */
export function checkCertificate(text: string, privateKey: string, now: Date): Certificate {
  const certificate = parseCertificate(text);
  const publicReader = new WireReader(parsePrivateKey(privateKey).publicBlob);
  publicReader.bytes(); // the key's kind
  const fields: Buffer[] = [];
  for (let i = 0; i < (KEY_FIELDS[certificate.type] as number); i++) fields.push(publicReader.bytes());
  if (!Buffer.concat(fields).equals(certificate.keyFields)) throw new KeyError('it is for another key');
  const seconds = BigInt(Math.floor(now.getTime() / 1000));
  if (seconds < certificate.validAfter) throw new KeyError('it is not valid yet');
  if (seconds >= certificate.validBefore) throw new KeyError('it has expired');
  return certificate;
}
