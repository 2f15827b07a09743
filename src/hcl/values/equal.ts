import { describeType, typesEqual } from './type.js';
import type { Value } from './value.js';

/**
 * Equality as `==` has it: never converts, different types are unequal, null equals null of any type. Undefined where an
 * unknown part decides.
 */
export function valuesEqual(a: Value, b: Value): boolean | undefined {
  if (a.isKnown && b.isKnown && (a.isNull || b.isNull)) return a.isNull && b.isNull;
  if (a.isWhollyKnown && b.isWhollyKnown) return typesEqual(a.type, b.type) && equalParts(a, b);
  if (a.isKnown && b.isKnown) return a.type.kind === b.type.kind ? equalParts(a, b) : false;
  return a.type.kind === 'any' || b.type.kind === 'any' || typesEqual(a.type, b.type) ? undefined : false;
}

/** Of two known values of one kind, neither of them null. */
function equalParts(a: Value, b: Value): boolean | undefined {
  switch (a.type.kind) {
    case 'string':
      return a.text === b.text;
    case 'bool':
      return a.truth === b.truth;
    case 'number':
      return a.numeric.equals(b.numeric);
    case 'any':
      return true;
    case 'list':
    case 'set':
    case 'tuple':
      if (a.items.length !== b.items.length) return false;
      return every(a.items.map((item, i) => valuesEqual(item, b.items[i] as Value)));
    case 'map':
    case 'object':
      if (a.entries.size !== b.entries.size) return false;
      return every(
        [...a.entries].map(([key, item]) => {
          const other = b.entries.get(key);
          return other === undefined ? false : valuesEqual(item, other);
        }),
      );
  }
}

function every(results: readonly (boolean | undefined)[]): boolean | undefined {
  if (results.includes(false)) return false;
  return results.includes(undefined) ? undefined : true;
}

/** A text that equal values have in common and others do not: a key for finding them. Precondition: wholly known. */
export function identityOf(value: Value): string {
  // Of null the type does not count, of what holds nulls it does.
  return value.isNull ? 'null' : `${describeType(value.type)} ${contentOf(value)}`;
}

function contentOf(value: Value): string {
  if (value.isNull) return 'null';
  switch (value.type.kind) {
    case 'string':
      return JSON.stringify(value.text);
    case 'number':
      return value.numeric.isZero ? '0' : value.numeric.toString();
    case 'bool':
      return String(value.truth);
    case 'any':
      return 'null';
    case 'tuple':
    case 'list':
    case 'set':
      return `[${value.items.map(contentOf).join()}]`;
    case 'map':
    case 'object':
      return `{${[...value.entries].map(([key, item]) => `${JSON.stringify(key)}:${contentOf(item)}`).join()}}`;
  }
}
