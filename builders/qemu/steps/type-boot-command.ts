import type { BuilderContext } from '../../../src/contract/context.js';
import { ImgpackError } from '../../../src/messages/message.js';
import type { Config } from '../config.js';
import { messages } from '../messages.js';
import type { Origin } from './look-at-state.js';

/** The place of the keys that an installer needs. */
export async function typeBootCommand({ config }: BuilderContext<Config>, { origin }: Origin): Promise<void> {
  if (origin) return;
  if (config.boot_command.length > 0 || config.boot_steps.length > 0) {
    throw new ImgpackError(messages.bootCommandUnsupported());
  }
}
