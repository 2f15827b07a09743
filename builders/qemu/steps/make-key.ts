import type { BuilderContext } from '../../../src/contract/context.js';
import type { KeyPair } from '../../../src/contract/helpers/key-pair.js';
import { generateKeyPair } from '../../../src/contract/helpers/key-pair.js';
import { temporaryKeyPair } from '../../../src/contract/options/communicator.js';
import type { Config } from '../config.js';
import type { Origin } from './look-at-state.js';

/** Makes the temporary key for SSH, unless the template has a key of its own, or the machine knows one already. */
export async function makeKey(
  { config, addSecret }: BuilderContext<Config>,
  { origin }: Origin,
): Promise<{ readonly keyPair?: KeyPair }> {
  if (config.communicator !== 'ssh' || config.ssh_private_key_file || config.ssh_agent_auth) return {};
  if (origin?.saved.keyPair) {
    addSecret(origin.saved.keyPair.privateKey);
    return { keyPair: origin.saved.keyPair };
  }
  const { type, bits } = temporaryKeyPair(config);
  // Refused by validation.
  if (type === 'dsa') return {};
  const keyPair = await generateKeyPair(type, bits);
  addSecret(keyPair.privateKey);
  return { keyPair };
}
