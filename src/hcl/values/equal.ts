import { typesEqual } from './type.js';
import type { Value } from './value.js';

/**
 * Equality as `==` has it: never converts, different types are unequal, null equals null. Undefined where an unknown part
 * decides.
 */
export function valuesEqual(a: Value, b: Value): boolean | undefined {
  if (a.isKnown && b.isKnown && (a.isNull || b.isNull)) return a.isNull && b.isNull;
  if (!a.isKnown || !b.isKnown)
    return a.type.kind === 'any' || b.type.kind === 'any' || typesEqual(a.type, b.type) ? undefined : false;
  switch (a.type.kind) {
    case 'string':
      return b.type.kind === 'string' && a.text === b.text;
    case 'bool':
      return b.type.kind === 'bool' && a.truth === b.truth;
    case 'number':
      return b.type.kind === 'number' && a.numeric.equals(b.numeric);
    case 'any':
      return b.type.kind === 'any';
    case 'list':
    case 'set':
    case 'tuple': {
      if (b.type.kind !== a.type.kind || (a.isWhollyKnown && b.isWhollyKnown && !sameShape(a, b))) return false;
      if (a.items.length !== b.items.length) return false;
      return every(a.items.map((item, i) => valuesEqual(item, b.items[i] as Value)));
    }
    case 'map':
    case 'object': {
      if (b.type.kind !== a.type.kind || (a.isWhollyKnown && b.isWhollyKnown && !sameShape(a, b))) return false;
      if (a.entries.size !== b.entries.size) return false;
      return every(
        [...a.entries].map(([key, item]) => {
          const other = b.entries.get(key);
          return other === undefined ? false : valuesEqual(item, other);
        }),
      );
    }
  }
}

/** Collections must agree in their element types; nulls inside make the types of tuples and objects differ harmlessly. */
function sameShape(a: Value, b: Value): boolean {
  return a.type.kind === 'tuple' || a.type.kind === 'object' || typesEqual(a.type, b.type);
}

function every(results: readonly (boolean | undefined)[]): boolean | undefined {
  if (results.includes(false)) return false;
  return results.includes(undefined) ? undefined : true;
}
