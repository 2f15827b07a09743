import { describeType, hasAny, typesEqual, type ObjectType, type TupleType, type Type } from './type.js';
import type { Value } from './value.js';

/**
 * Equality as `==` has it: never converts, different types are unequal, null equals null of any type. Undefined where an
 * unknown part decides.
 */
export function valuesEqual(a: Value, b: Value): boolean | undefined {
  if (!a.isKnown || !b.isKnown) return unknownEqual(a, b);
  if (a.isNull || b.isNull) return a.isNull && b.isNull;
  // What holds an unknown without a type may yet take the type of the other one.
  if (isOpen(a) || isOpen(b)) return conforms(a.type, b.type) || conforms(b.type, a.type) ? undefined : false;
  return typesEqual(a.type, b.type) && equalParts(a, b);
}

/** Of two values of which one at least is unknown. */
function unknownEqual(a: Value, b: Value): boolean | undefined {
  if ((a.isKnown && a.isNull && b.isNeverNull) || (b.isKnown && b.isNull && a.isNeverNull)) return false;
  const [known, unknown] = a.isKnown ? [a, b] : [b, a];
  if (!known.isKnown) return undefined;
  return known.isNull || conforms(known.type, unknown.type) ? undefined : false;
}

/** Whether an unknown in the value may turn out to be of any type. */
function isOpen(value: Value): boolean {
  return value.isKnown ? !value.isWhollyKnown && value.children().some(isOpen) : hasAny(value.type);
}

/** Whether a value of type `given` is one of type `wanted`, in which `any` stands for everything. */
function conforms(given: Type, wanted: Type): boolean {
  if (wanted.kind === 'any') return true;
  if (given.kind !== wanted.kind) return false;
  if ('element' in wanted) return 'element' in given && conforms(given.element, wanted.element);
  if (wanted.kind === 'tuple') {
    const { elements } = given as TupleType;
    return (
      elements.length === wanted.elements.length &&
      wanted.elements.every((element, i) => conforms(elements[i] as Type, element))
    );
  }
  if (wanted.kind === 'object') {
    const { attributes } = given as ObjectType;
    if (attributes.size !== wanted.attributes.size) return false;
    return [...wanted.attributes].every(([name, type]) => {
      const other = attributes.get(name);
      return other !== undefined && conforms(other, type);
    });
  }
  return true;
}

/** Of two known values of one type, neither of them null. */
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
    case 'set':
      if (!a.isWhollyKnown || !b.isWhollyKnown) return undefined;
      return a.items.length === b.items.length && every(a.items, (item, i) => valuesEqual(item, b.items[i] as Value));
    case 'list':
    case 'tuple':
      return a.items.length === b.items.length && every(a.items, (item, i) => valuesEqual(item, b.items[i] as Value));
    case 'map':
    case 'object':
      if (a.entries.size !== b.entries.size) return false;
      return every([...a.entries], ([key, item]) => {
        const other = b.entries.get(key);
        return other === undefined ? false : valuesEqual(item, other);
      });
  }
}

/** The first part that is unequal or undecided decides. */
function every<T>(parts: readonly T[], equal: (part: T, i: number) => boolean | undefined): boolean | undefined {
  for (const [i, part] of parts.entries()) {
    const result = equal(part, i);
    if (result !== true) return result;
  }
  return true;
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
      return value.numeric.identity;
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
