import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { UNKNOWN_TEXT } from '../../build-keys.js';
import type { Environment } from '../../context.js';
import { KeyError, parsePrivateKey } from '../../helpers/key-pair.js';
import { checkCertificate } from '../../helpers/ssh-certificate.js';
import { ImgpackError, type Message } from '../../../messages/message.js';
import { communicatorMessages as messages } from './messages.js';

export type Surroundings = Pick<Environment, 'env' | 'workingDirectory' | 'now'>;

/** An absolute path; `~/` is the home directory. */
export function userPath(path: string, { env, workingDirectory }: Surroundings): string {
  const home = env['HOME'] || homedir();
  if (path === '~') return home;
  return path.startsWith('~/') ? join(home, path.slice(2)) : resolve(workingDirectory, path);
}

/**
 * The text of a private key file that can be used without a passphrase.
 * @throws ImgpackError `communicator/key-unreadable` or `communicator/key-invalid`
 */
export function readPrivateKey(option: string, path: string, surroundings: Surroundings): string {
  const text = read(option, path, surroundings);
  try {
    parsePrivateKey(text);
  } catch (error) {
    if (error instanceof KeyError) throw new ImgpackError(messages.keyInvalid(option, path, error.message));
    throw error;
  }
  return text;
}

/**
 * The text of an OpenSSH certificate for `privateKey` that is valid now.
 * @throws ImgpackError `communicator/key-unreadable` or `communicator/certificate-invalid`
 */
export function readCertificate(option: string, path: string, privateKey: string, surroundings: Surroundings): string {
  const text = read(option, path, surroundings);
  try {
    checkCertificate(text, privateKey, surroundings.now());
  } catch (error) {
    if (error instanceof KeyError) throw new ImgpackError(messages.certificateInvalid(option, path, error.message));
    throw error;
  }
  return text;
}

/** What is wrong with a key file and its certificate, or undefined. */
export function keyProblem(
  keyOption: string,
  keyPath: string,
  certificateOption: string,
  certificatePath: string | undefined,
  surroundings: Surroundings,
): { readonly option: string; readonly message: Message } | undefined {
  // A path that a data source will give is not known while a template is only checked.
  if (keyPath === UNKNOWN_TEXT || certificatePath === UNKNOWN_TEXT) return undefined;
  let option = keyOption;
  try {
    const key = readPrivateKey(keyOption, keyPath, surroundings);
    option = certificateOption;
    if (certificatePath) readCertificate(certificateOption, certificatePath, key, surroundings);
    return undefined;
  } catch (error) {
    if (!(error instanceof ImgpackError)) throw error;
    return { option, message: { code: error.code, text: error.message, hint: error.hint } };
  }
}

function read(option: string, path: string, surroundings: Surroundings): string {
  try {
    return readFileSync(userPath(path, surroundings), 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'it does not exist' : message;
    throw new ImgpackError(messages.keyUnreadable(option, path, reason), { cause: error });
  }
}
