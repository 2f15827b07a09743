import type { AnyDefinition, ComponentKind, Registry } from './contract/plugin.js';
import { pluginModules } from './registry.generated.js';

type Loader = () => Promise<{ default: unknown }>;

/** The plugins that come with imgpack; each is loaded when a template first names it. */
export const builtInPlugins: Registry = {
  types: (kind: ComponentKind) => Object.keys(pluginModules[kind]),
  load: (async (kind: ComponentKind, type: string) => {
    const loader = (pluginModules[kind] as Record<string, Loader>)[type];
    return loader && ((await loader()).default as AnyDefinition);
  }) as Registry['load'],
};
