import { ConversionError } from './conversion-error.js';
import { makeSet } from './set.js';
import { ANY, typesEqual, type Type } from './type.js';
import { Value } from './value.js';

/**
 * The type that all elements of a collection have; those of type `any`, nulls and unknowns without a type, do not count.
 * Undefined where they differ, `any` where there is nothing else.
 */
export function sharedType(items: readonly Value[]): Type | undefined {
  let shared: Type = ANY;
  for (const { type } of items) {
    if (shared.kind === 'any') shared = type;
    else if (type.kind !== 'any' && !typesEqual(shared, type)) return undefined;
  }
  return shared;
}

/** A list of these values; of `empty`, where there are none. @throws ConversionError where their types differ */
export function toList(items: readonly Value[], empty: Type = ANY): Value {
  return Value.list(elementOf(items, empty), items);
}

/** A set of these values; of `empty`, where there are none. @throws ConversionError where their types differ */
export function toSet(items: readonly Value[], empty: Type = ANY): Value {
  return makeSet(elementOf(items, empty), items);
}

/** A map of these values; of `empty`, where there are none. @throws ConversionError where their types differ */
export function toMap(entries: readonly (readonly [string, Value])[], empty: Type = ANY): Value {
  const items = entries.map(([, item]) => item);
  return Value.map(elementOf(items, empty), entries);
}

function elementOf(items: readonly Value[], empty: Type): Type {
  if (items.length === 0) return empty;
  const shared = sharedType(items);
  if (!shared) throw new ConversionError('all elements must have the same type');
  return shared;
}
