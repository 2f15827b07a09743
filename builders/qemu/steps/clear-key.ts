import type { BuilderContext } from '../../../src/contract/context.js';
import { clearTemporaryKey } from '../../../src/contract/helpers/clear-key.js';
import type { KeyPair } from '../../../src/contract/helpers/key-pair.js';
import type { Provisioned } from '../../../src/contract/plugin.js';
import type { Config } from '../config.js';

/** Leaves no way into the image for the temporary key, where the template wants that. */
export async function clearKey(
  context: BuilderContext<Config>,
  { communicator, keyPair }: Provisioned & { readonly keyPair?: KeyPair },
): Promise<void> {
  if (context.config.ssh_clear_authorized_keys && keyPair) await clearTemporaryKey(context, communicator, keyPair);
}
