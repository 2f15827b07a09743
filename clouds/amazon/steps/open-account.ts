import type { RunContext } from '../../../src/contract/context.js';
import { accessOf } from '../access.js';
import { cloudOf } from '../cloud.js';
import type { AccessConfig } from '../options/access.js';
import type { InCloud } from './config.js';

/** The account of a configuration. Keys that stand in the template are secrets even though it can be read by all. */
export async function openAccount(
  context: Pick<RunContext, 'addSecret' | 'env' | 'workingDirectory'> & { readonly config: AccessConfig },
): Promise<InCloud> {
  const access = accessOf(context.config, context);
  if (access.keys) {
    context.addSecret(access.keys.secret);
    if (access.keys.token !== null) context.addSecret(access.keys.token);
  }
  return { cloud: cloudOf(access) };
}
