/** A type of the language. `any` is the placeholder of type constraints and the type of an untyped null or unknown. */
export type Type =
  | { readonly kind: 'string' | 'number' | 'bool' | 'any' }
  | { readonly kind: 'list' | 'set' | 'map'; readonly element: Type }
  | TupleType
  | ObjectType;

export interface TupleType {
  readonly kind: 'tuple';
  readonly elements: readonly Type[];
}

/** `optional` names the attributes that may be missing in a type constraint; it is empty for the type of a value. */
export interface ObjectType {
  readonly kind: 'object';
  readonly attributes: ReadonlyMap<string, Type>;
  readonly optional: ReadonlySet<string>;
}

export const STRING: Type = { kind: 'string' };
export const NUMBER: Type = { kind: 'number' };
export const BOOL: Type = { kind: 'bool' };
export const ANY: Type = { kind: 'any' };

export const listOf = (element: Type): Type => ({ kind: 'list', element });
export const setOf = (element: Type): Type => ({ kind: 'set', element });
export const mapOf = (element: Type): Type => ({ kind: 'map', element });
export const tupleOf = (elements: readonly Type[]): Type => ({ kind: 'tuple', elements });

/** An object type; attributes are kept in byte order of their names. */
export function objectOf(attributes: Iterable<readonly [string, Type]>, optional: Iterable<string> = []): ObjectType {
  const sorted = [...attributes].sort(([a], [b]) => compareBytes(a, b));
  return { kind: 'object', attributes: new Map(sorted), optional: new Set(optional) };
}

/** Compares by UTF-8 bytes, as the language orders keys and strings (UTF-16 order differs beyond U+FFFF). */
export function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    const xSurrogate = x >= 0xd800 && x <= 0xdfff;
    const ySurrogate = y >= 0xd800 && y <= 0xdfff;
    if (xSurrogate !== ySurrogate) return xSurrogate ? 1 : -1;
    return x - y;
  }
  return a.length - b.length;
}

/** Structural equality; `any` equals only `any`. */
export function typesEqual(a: Type, b: Type): boolean {
  if (a === b) return true;
  switch (a.kind) {
    case 'string':
    case 'number':
    case 'bool':
    case 'any':
      return a.kind === b.kind;
    case 'list':
    case 'set':
    case 'map':
      return a.kind === b.kind && typesEqual(a.element, b.element);
    case 'tuple':
      return (
        b.kind === 'tuple' &&
        a.elements.length === b.elements.length &&
        a.elements.every((element, i) => typesEqual(element, b.elements[i] as Type))
      );
    case 'object': {
      if (b.kind !== 'object' || a.attributes.size !== b.attributes.size || a.optional.size !== b.optional.size)
        return false;
      for (const [name, type] of a.attributes) {
        const other = b.attributes.get(name);
        if (!other || !typesEqual(type, other) || a.optional.has(name) !== b.optional.has(name)) return false;
      }
      return true;
    }
  }
}

/** The type in the words of a type expression, on one line: `map(object({a = string}))`. */
export function describeType(type: Type): string {
  switch (type.kind) {
    case 'string':
    case 'number':
    case 'bool':
    case 'any':
      return type.kind;
    case 'list':
    case 'set':
    case 'map':
      return `${type.kind}(${describeType(type.element)})`;
    case 'tuple':
      return `tuple([${type.elements.map(describeType).join(', ')}])`;
    case 'object': {
      const attributes = [...type.attributes].map(([name, t]) => {
        const text = describeType(t);
        const written = /^\p{ID_Start}[\p{ID_Continue}-]*$/u.test(name) ? name : JSON.stringify(name);
        return `${written} = ${type.optional.has(name) ? `optional(${text})` : text}`;
      });
      return `object({${attributes.join(', ')}})`;
    }
  }
}

/** The type with optional attributes made ordinary ones: the type of a value that was converted to it. */
export function withoutOptional(type: Type): Type {
  switch (type.kind) {
    case 'list':
    case 'set':
    case 'map': {
      const element = withoutOptional(type.element);
      return element === type.element ? type : { kind: type.kind, element };
    }
    case 'tuple': {
      const elements = type.elements.map(withoutOptional);
      return elements.every((element, i) => element === type.elements[i]) ? type : tupleOf(elements);
    }
    case 'object': {
      const attributes = [...type.attributes].map(([name, attribute]) => [name, withoutOptional(attribute)] as const);
      const isSame = type.optional.size === 0 && attributes.every(([name, each]) => each === type.attributes.get(name));
      return isSame ? type : objectOf(attributes);
    }
    default:
      return type;
  }
}

/** Whether `any` stands somewhere in the type. */
export function hasAny(type: Type): boolean {
  switch (type.kind) {
    case 'any':
      return true;
    case 'list':
    case 'set':
    case 'map':
      return hasAny(type.element);
    case 'tuple':
      return type.elements.some(hasAny);
    case 'object':
      return [...type.attributes.values()].some(hasAny);
    default:
      return false;
  }
}
