import { createPrivateKey, sign, type KeyObject } from 'node:crypto';
import ssh2, { type Client, type ParsedKey } from 'ssh2';
import { asClassicKey } from '../../contract/helpers/key-pair.js';
import { parseCertificate, type Certificate } from '../../contract/helpers/ssh-certificate.js';
import { wireInteger, wireString } from '../../contract/helpers/ssh-wire.js';

const USERAUTH_REQUEST = 50;

/** What ssh2 keeps inside and this file works with: it knows nothing of certificates. */
interface Protocol {
  readonly _kex: { readonly sessionID: Buffer };
  readonly _authsQueue: string[];
  readonly _cipher: { encrypt(packet: Buffer): void };
  readonly _packetRW: {
    readonly write: { readonly allocStart: number; alloc(size: number): Buffer; finalize(packet: Buffer): Buffer };
  };
  authPK(user: string, key: ParsedKey, algorithm?: unknown, signer?: unknown): void;
}

/**
 * Makes a client that has begun to connect show `certificate` in place of the public key of `privateKey`
 * (OpenSSH's PROTOCOL.certkeys): the algorithm is the certificate's, the signature that of the key.
 */
export function authenticateWithCertificate(client: Client, certificateText: string, privateKey: string): void {
  const certificate = parseCertificate(certificateText);
  const parsed = ssh2.utils.parseKey(asClassicKey(privateKey));
  if (parsed instanceof Error) throw parsed;
  const key = createPrivateKey(parsed.getPrivatePEM());
  const protocol = (client as unknown as { readonly _protocol: Protocol })._protocol;
  const plain = protocol.authPK.bind(protocol);
  protocol.authPK = (user, offered, algorithm, signer) => {
    if (!offered.getPublicSSH().equals(parsed.getPublicSSH())) return plain(user, offered, algorithm, signer);
    const isQuery = typeof algorithm !== 'function' && typeof signer !== 'function';
    send(protocol, isQuery ? request(user, certificate, false) : signed(protocol, user, certificate, key));
  };
}

/** SSH's name for a signature of this key: newer than the key's own name for RSA. */
const signatureAlgorithm = (certificate: Certificate): string =>
  certificate.type.startsWith('ssh-rsa') ? 'rsa-sha2-512' : certificate.type.replace('-cert-v01@openssh.com', '');

function request(user: string, certificate: Certificate, withSignature: boolean): Buffer {
  return Buffer.concat([
    Buffer.from([USERAUTH_REQUEST]),
    wireString(user),
    wireString('ssh-connection'),
    wireString('publickey'),
    Buffer.from([withSignature ? 1 : 0]),
    wireString(`${signatureAlgorithm(certificate)}-cert-v01@openssh.com`),
    wireString(certificate.blob),
  ]);
}

function signed(protocol: Protocol, user: string, certificate: Certificate, key: KeyObject): Buffer {
  const body = request(user, certificate, true);
  const signature = signatureOf(key, Buffer.concat([wireString(protocol._kex.sessionID), body]));
  const field = Buffer.concat([wireString(signatureAlgorithm(certificate)), wireString(signature)]);
  return Buffer.concat([body, wireString(field)]);
}

function signatureOf(key: KeyObject, data: Buffer): Buffer {
  if (key.asymmetricKeyType === 'ed25519') return sign(null, data, key);
  if (key.asymmetricKeyType === 'rsa') return sign('sha512', data, key);
  const hash = { prime256v1: 'sha256', secp384r1: 'sha384' }[key.asymmetricKeyDetails?.namedCurve ?? ''] ?? 'sha512';
  const both = sign(hash, data, { key, dsaEncoding: 'ieee-p1363' });
  const half = both.length / 2;
  return Buffer.concat([wireInteger(both.subarray(0, half)), wireInteger(both.subarray(half))]);
}

function send(protocol: Protocol, payload: Buffer): void {
  const { write } = protocol._packetRW;
  const packet = write.alloc(payload.length);
  packet.set(payload, write.allocStart);
  protocol._authsQueue.push('publickey');
  protocol._cipher.encrypt(write.finalize(packet));
}
