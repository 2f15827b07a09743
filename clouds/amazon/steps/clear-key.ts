import { clearTemporaryKey } from '../../../src/contract/helpers/clear-key.js';
import type { Provisioned } from '../../../src/contract/plugin.js';
import type { Context } from './config.js';
import type { Key } from './make-key-pair.js';

/** Leaves no way into the image for the temporary key, where the template wants that. */
export async function clearKey(context: Context, { communicator, keyPair }: Provisioned & Key): Promise<void> {
  if (context.config.ssh_clear_authorized_keys && keyPair) await clearTemporaryKey(context, communicator, keyPair);
}
