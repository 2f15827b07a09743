import type { ComponentKind, Registry } from '../../contract/plugin.js';
import type { RequiredPlugin } from '../../template/template.js';

export const KINDS: readonly ComponentKind[] = ['builder', 'provisioner', 'post-processor', 'data-source'];

/** A component that comes with imgpack. */
export interface BuiltIn {
  readonly kind: ComponentKind;
  readonly type: string;
}

/** All of them, by kind and name. */
export function builtInComponents(registry: Registry): BuiltIn[] {
  return KINDS.flatMap((kind) => [...registry.types(kind)].sort().map((type) => ({ kind, type })));
}

/** Those that Packer finds in a plugin of this name: `NAME` itself, and `NAME-…`. */
export function componentsOf(plugin: string, registry: Registry): BuiltIn[] {
  return builtInComponents(registry).filter(({ type }) => type === plugin || type.startsWith(`${plugin}-`));
}

/** The name under which the components of `host/owner/name` are known. */
export function pluginName(source: string): string {
  return (source.split('/').at(-1) as string).replace(/^packer-plugin-/, '');
}

/** A required plugin in a line: its name, where it comes from and which versions will do. */
export function requirementText({ name, source, version }: RequiredPlugin): string {
  return `${name} (${source}, ${version})`;
}

/** `builder qemu, post-processor amazon-import`. */
export function componentsText(components: readonly BuiltIn[]): string {
  return components.map(({ kind, type }) => `${kind} ${type}`).join(', ');
}
