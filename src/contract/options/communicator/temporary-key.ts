import type { KeyPairType } from '../../helpers/key-pair.js';
import type { CommunicatorConfig } from '../communicator.js';

type Chosen = Pick<CommunicatorConfig, 'temporary_key_pair_type' | 'temporary_key_pair_bits'>;

/** Kind and size of the temporary key: ed25519, unless the template asks for another one or for a size. */
export function temporaryKeyPair(config: Chosen): { readonly type: KeyPairType | 'dsa'; readonly bits?: number } {
  const bits = config.temporary_key_pair_bits || undefined;
  const type = config.temporary_key_pair_type || (bits === undefined ? 'ed25519' : 'rsa');
  switch (type) {
    case 'rsa':
      return { type, bits: bits ?? 4096 };
    case 'ecdsa':
      return { type, bits: bits ?? 521 };
    case 'ed25519':
    case 'dsa':
      return { type };
  }
}
