import { constants, createPrivateKey, privateDecrypt, type KeyObject } from 'node:crypto';
import { STRING } from '../../values/type.js';
import { Value } from '../../values/value.js';
import { decodeBase64 } from '../encoding/base64.js';
import { badArgument, define, failure, reasonOf } from '../define.js';

/** The key is an unencrypted PKCS #1 key, the padding that of PKCS #1 v1.5. */
export const rsadecrypt = define({
  name: 'rsadecrypt',
  summary: 'the text of an RSA cipher in base64',
  parameters: [
    { name: 'ciphertext', type: STRING },
    { name: 'key', type: STRING },
  ],
  returns: STRING,
  call: ([ciphertext, pem]) => {
    const cipher = decodeBase64(ciphertext.text);
    if (!cipher) throw badArgument(0, 'is not valid base64');
    const message = decrypt(readKey(pem.text), cipher);
    if (!message) throw failure('the cipher does not belong to the key');
    return Value.string(message.toString('utf8'));
  },
});

function readKey(pem: string): KeyObject {
  const block = /-----BEGIN RSA PRIVATE KEY-----[^]*?-----END RSA PRIVATE KEY-----/.exec(pem)?.[0];
  if (block === undefined) throw badArgument(1, 'must be a PKCS #1 private key in PEM form');
  try {
    return createPrivateKey({ key: block, format: 'pem', type: 'pkcs1' });
  } catch (error) {
    throw badArgument(1, `cannot be read as a private key: ${reasonOf(error)}`);
  }
}

/**
 * Takes the padding off here: Node refuses the padding of PKCS #1 v1.5 for secrets of a remote peer, which the text of
 * a template is not.
 */
function decrypt(key: KeyObject, cipher: Buffer): Buffer | undefined {
  const size = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
  if (cipher.length > size) return undefined;
  const padded = Buffer.concat([Buffer.alloc(size - cipher.length), cipher]);
  let block: Buffer;
  try {
    block = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, padded);
  } catch {
    return undefined;
  }
  const end = block.indexOf(0, 2);
  return block[0] === 0 && block[1] === 2 && end >= 10 ? block.subarray(end + 1) : undefined;
}
