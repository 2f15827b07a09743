import type { Layer } from '../../../src/contract/checkpoint.js';
import type { BuilderContext } from '../../../src/contract/context.js';
import { ImgpackError } from '../../../src/messages/message.js';
import type { Config } from '../config.js';
import { messages } from '../messages.js';
import { readSavedMachine, type SavedMachine } from '../saved-machine.js';

/** The state that the machine comes from; absent: it starts from its image. */
export interface Origin {
  readonly origin?: { readonly layer: Layer; readonly saved: SavedMachine };
}

/** Reads what is known of the saved machine, where the build goes on from one. */
export async function lookAtState({ checkpoints }: BuilderContext<Config>): Promise<Origin> {
  if (!checkpoints?.restore) return {};
  const { layer } = checkpoints.restore;
  if (!layer) throw new ImgpackError(messages.stateUnusable('it has no files'));
  return { origin: { layer, saved: await readSavedMachine(layer) } };
}
