/** A JSON object that a fixer may change. */
export type Mutable = Record<string, unknown>;

/** One thing that older templates say in a way that no longer works, and what puts it right. */
export interface Fixer {
  readonly name: string;
  readonly description: string;
  /** @throws FixError where what is there cannot be understood */
  fix(template: FixableTemplate): void;
}

/** The parts of a template that fixers go through. */
export interface FixableTemplate {
  readonly builders: readonly Mutable[];
  readonly provisioners: readonly Mutable[];
  /** Those within chains are among them. */
  readonly postProcessors: readonly Mutable[];
}

/** A value that a fixer cannot make sense of. */
export class FixError extends Error {}

/** Whether a value is an object. */
export function isObject(value: unknown): value is Mutable {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A fixer of builders of certain types; `*` at the end stands for any run of characters. */
export function ofBuilders(types: readonly string[], fix: (builder: Mutable) => void): Fixer['fix'] {
  return ({ builders }) => ofTypes(builders, types, fix);
}

/** A fixer of provisioners of certain types. */
export function ofProvisioners(types: readonly string[], fix: (provisioner: Mutable) => void): Fixer['fix'] {
  return ({ provisioners }) => ofTypes(provisioners, types, fix);
}

/** A fixer of post-processors of certain types. */
export function ofPostProcessors(types: readonly string[], fix: (postProcessor: Mutable) => void): Fixer['fix'] {
  return ({ postProcessors }) => ofTypes(postProcessors, types, fix);
}

function ofTypes(components: readonly Mutable[], types: readonly string[], fix: (component: Mutable) => void): void {
  for (const component of components) {
    const { type } = component;
    if (types.some((wanted) => matches(type, wanted))) fix(component);
  }
}

function matches(type: unknown, wanted: string): boolean {
  if (wanted === '*') return true;
  if (typeof type !== 'string') return false;
  return wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
}

/** Gives an option its new name. `keep`: a value that stands under the new name already stays. */
export function rename(
  component: Mutable,
  before: string,
  after: string,
  options: { readonly keep?: boolean; readonly only?: 'string' | 'boolean' } = {},
): void {
  if (!Object.hasOwn(component, before)) return;
  const value = component[before];
  if (options.only && typeof value !== options.only) return;
  delete component[before];
  if (!(options.keep && Object.hasOwn(component, after))) component[after] = value;
}
