import { parseDuration } from '../../src/contract/duration.js';
import type { AttributeSpec, Decoded, Schema } from '../../src/contract/schema.js';

/** A configuration as it is decoded from a template that sets `values`; durations are given in milliseconds. */
export function decodedConfig<S extends Schema>(schema: S, values: Partial<Decoded<S>> = {}): Decoded<S> {
  const defaults = Object.entries(schema.attributes).map(([name, spec]) => [name, unset(spec)]);
  const blocks = Object.entries(schema.blocks ?? {}).map(([name, { repeated }]) => [name, repeated ? [] : undefined]);
  return { ...Object.fromEntries([...defaults, ...blocks]), ...values } as Decoded<S>;
}

function unset({ type, default: value }: AttributeSpec): unknown {
  if (value !== undefined) return type.kind === 'duration' ? parseDuration(value as string) : value;
  if (type.kind === 'list') return [];
  return type.kind === 'map' ? {} : undefined;
}
