import type { BuildIdentity } from '../contract/context.js';
import type { PlanOptions } from './make-plan.js';

/** `PlanOptions.isOwnOutput` for one build. */
export function ownOutputs(
  { isOwnOutput }: PlanOptions,
  { name }: Pick<BuildIdentity, 'name'>,
): { readonly isOwnOutput?: (path: string) => Promise<boolean> } {
  return isOwnOutput ? { isOwnOutput: (path) => isOwnOutput(name, path) } : {};
}
