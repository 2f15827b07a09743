import { localResourceKinds } from '../contract/helpers/local-kinds.js';
import type { ComponentKind } from '../contract/plugin.js';
import type { ResourceKind } from '../contract/resources.js';
import { builtInPlugins } from '../registry.js';

const COMPONENT_KINDS: readonly ComponentKind[] = ['builder', 'provisioner', 'post-processor', 'data-source'];

/**
 * Finds how to destroy a kind of resource: the local kinds (`local-file`, `process`, …) or, for `TYPE/NAME`, a kind of the
 * plugin TYPE. Undefined: no plugin here knows it.
 */
export async function resourceKinds(name: string): Promise<ResourceKind | undefined> {
  const shared = localResourceKinds.find((kind) => kind.name === name);
  if (shared) return shared;
  const type = name.split('/')[0] as string;
  for (const kind of COMPONENT_KINDS) {
    const definition = await builtInPlugins.load(kind, type);
    const found = definition?.resourceKinds?.find((candidate) => candidate.name === name);
    if (found) return found as unknown as ResourceKind;
  }
  return undefined;
}
