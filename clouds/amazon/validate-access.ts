import type { ValidationContext } from '../../src/contract/context.js';
import type { Problem } from '../../src/contract/plugin.js';
import { ImgpackError } from '../../src/messages/message.js';
import { accessOf } from './access.js';
import { messages } from './messages.js';
import type { AccessConfig } from './options/access.js';
import { problem } from '../../src/contract/helpers/problem.js';

/** Checks who calls AWS, without calling it. */
export function* validateAccess(config: AccessConfig, context: ValidationContext): Generator<Problem> {
  if (Boolean(config.access_key) !== Boolean(config.secret_key))
    yield problem(config.access_key ? 'access_key' : 'secret_key', messages.keysIncomplete());
  if (config.vault_aws_engine) yield problem('vault_aws_engine', messages.vaultUnsupported());
  try {
    accessOf(config, context);
  } catch (error) {
    if (!(error instanceof ImgpackError)) throw error;
    yield problem(undefined, messages.regionMissing());
  }
}
