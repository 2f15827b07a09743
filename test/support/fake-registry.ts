import type { AnyDefinition, ComponentKind, Registry } from '../../src/contract/plugin.js';

/** A registry of these plugins, in front of those of `behind`. */
export function registryOf(definitions: readonly AnyDefinition[], behind?: Registry): Registry {
  const find = (kind: ComponentKind, type: string): AnyDefinition | undefined =>
    definitions.find((definition) => definition.kind === kind && definition.type === type);
  return {
    types: (kind) => [
      ...definitions.flatMap((definition) => (definition.kind === kind ? [definition.type] : [])),
      ...(behind?.types(kind) ?? []),
    ],
    load: (async (kind: ComponentKind, type: string) =>
      find(kind, type) ?? behind?.load(kind, type)) as Registry['load'],
  };
}
