import type { BuilderContext } from '../context.js';
import type { Communicator } from '../communicator.js';
import type { KeyPair } from './key-pair.js';

/**
 * Removes the temporary key of the build from the lists of keys that may log in as the user or as root, so that the image
 * does not let its holder in (`ssh_clear_authorized_keys`). What cannot be changed is told, and does not end the build.
 */
export async function clearTemporaryKey<C>(
  { say, complain, signal, log }: BuilderContext<C>,
  communicator: Communicator,
  { publicKey }: KeyPair,
): Promise<void> {
  say('removing the temporary key from the keys that may log in');
  const script = clearKeyScript(publicKey.split(' ')[1] ?? '');
  const { exitCode } = await communicator.run(script, { signal, onLine: (_stream, line) => log(line) });
  if (exitCode !== 0) complain('the temporary key could not be removed from `~/.ssh/authorized_keys`');
}

/** @param key the public key in base64, without its type and comment */
export function clearKeyScript(key: string): string {
  const remove = (file: string) => `sed -i.bak '\\|${key}|d' ${file} && rm -f ${file}.bak`;
  const root = '/root/.ssh/authorized_keys';
  return [
    `if [ "$(id -u)" != 0 ]; then sudo -n sh -c "if [ -f ${root} ]; then ${remove(root)}; fi" 2>/dev/null; fi`,
    `if [ -f ~/.ssh/authorized_keys ]; then ${remove('~/.ssh/authorized_keys')}; fi`,
  ].join('\n');
}
