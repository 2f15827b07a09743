import { BigFloat } from './number.js';
import { makeSet } from './set.js';
import {
  describeType,
  listOf,
  mapOf,
  objectOf,
  setOf,
  tupleOf,
  typesEqual,
  type ObjectType,
  type Type,
} from './type.js';
import { unify } from './unify.js';
import { Value } from './value.js';

/** A value does not fit a type. `path` leads to the faulty part: `.a[0]`. */
export class ConversionError extends Error {
  constructor(
    message: string,
    readonly path: string = '',
  ) {
    super(message);
    this.name = 'ConversionError';
  }

  /** The same, seen from the collection around it. */
  inside(step: string): ConversionError {
    return new ConversionError(this.message, step + this.path);
  }
}

/**
 * Converts a value to a type constraint: `any` keeps what is there, or unifies the elements of a collection.
 * Marks stay where they are.
 * @throws ConversionError
 */
export function convert(value: Value, type: Type): Value {
  if (type.kind === 'any' || (typesEqual(value.type, type) && !hasAny(type))) return value;
  if (!value.isKnown) return Value.unknown(withoutOptional(resultType(value, type))).withMarks(value.marks);
  if (value.isNull) {
    const adapted = hasAny(type) && value.type.kind !== 'any' ? resultType(value, type) : type;
    return Value.null(withoutOptional(adapted)).withMarks(value.marks);
  }
  return convertKnown(value, type).withMarks(value.marks);
}

/** The type of a converted unknown or null; refuses what can never convert. */
function resultType(value: Value, type: Type): Type {
  const from = value.type;
  if (from.kind === 'any') return type;
  const primitive = (kind: string) => kind === 'string' || kind === 'number' || kind === 'bool';
  if (primitive(type.kind) !== primitive(from.kind)) throw refused(from, type);
  if ((type.kind === 'bool' && from.kind === 'number') || (type.kind === 'number' && from.kind === 'bool'))
    throw refused(from, type);
  return hasAny(type) && from.kind === type.kind ? from : type;
}

function convertKnown(value: Value, type: Type): Value {
  switch (type.kind) {
    case 'string':
      return toText(value, type);
    case 'number':
      return toNumber(value, type);
    case 'bool':
      return toBool(value, type);
    case 'list':
      return toSequence(value, type, type.element);
    case 'set':
      return toSequence(value, type, type.element);
    case 'map':
      return toMap(value, type, type.element);
    case 'tuple':
      return toTuple(value, type);
    case 'object':
      return toObject(value, type);
    case 'any':
      return value;
  }
}

function toText(value: Value, type: Type): Value {
  if (value.type.kind === 'number') return Value.string(value.numeric.toString());
  if (value.type.kind === 'bool') return Value.string(String(value.truth));
  throw refused(value.type, type);
}

function toNumber(value: Value, type: Type): Value {
  if (value.type.kind !== 'string') throw refused(value.type, type);
  const parsed = BigFloat.parse(value.text);
  if (!parsed) throw new ConversionError('a number is required');
  return Value.number(parsed);
}

function toBool(value: Value, type: Type): Value {
  if (value.type.kind !== 'string') throw refused(value.type, type);
  if (value.text === 'true' || value.text === '1') return Value.bool(true);
  if (value.text === 'false' || value.text === '0') return Value.bool(false);
  throw new ConversionError('a bool is required: `true` or `false`');
}

function toSequence(value: Value, type: Type, element: Type): Value {
  const from = value.type;
  if (from.kind !== 'list' && from.kind !== 'set' && from.kind !== 'tuple') throw refused(from, type);
  const target = resolveElement(element, from.kind === 'tuple' ? from.elements : [from.element], value.items);
  const items = value.items.map((item, i) => at(`[${i}]`, () => convert(item, target)));
  const exact = settle(target, items);
  return type.kind === 'set' ? makeSet(exact.element, exact.items) : Value.list(exact.element, exact.items);
}

function toMap(value: Value, type: Type, element: Type): Value {
  const from = value.type;
  if (from.kind !== 'map' && from.kind !== 'object') throw refused(from, type);
  const target = resolveElement(element, from.kind === 'object' ? [...from.attributes.values()] : [from.element], [
    ...value.entries.values(),
  ]);
  const keys = [...value.entries.keys()];
  const items = [...value.entries].map(([key, item]) => at(`.${key}`, () => convert(item, target)));
  const exact = settle(target, items);
  return Value.map(
    exact.element,
    keys.map((key, i) => [key, exact.items[i] as Value]),
  );
}

/** `any` as an element type stands for what the elements have in common. */
function resolveElement(element: Type, types: readonly Type[], items: readonly Value[]): Type {
  if (element.kind !== 'any' || items.length === 0) {
    if (element.kind === 'any' && types.length === 1) return types[0] as Type;
    return element;
  }
  const common = unify(types);
  if (!common)
    throw new ConversionError(
      `all elements must have the same type; they are ${[...new Set(types.map(describeType))].join(' and ')}`,
    );
  return common;
}

/** After conversion to a constraint with an inner `any`, elements may still differ: they are unified once more. */
function settle(target: Type, items: readonly Value[]): { element: Type; items: readonly Value[] } {
  if (!hasAny(target) || items.length === 0) return { element: withoutOptional(target), items };
  const common = unify(items.map((item) => item.type));
  if (!common) throw new ConversionError('all elements must have the same type');
  return { element: common, items: hasAny(common) ? items : items.map((item) => convert(item, common)) };
}

function toTuple(value: Value, type: Type & { kind: 'tuple' }): Value {
  if (value.type.kind !== 'tuple') throw refused(value.type, type);
  if (value.items.length !== type.elements.length) {
    throw new ConversionError(`a tuple of ${type.elements.length} elements is required; it has ${value.items.length}`);
  }
  return Value.tuple(value.items.map((item, i) => at(`[${i}]`, () => convert(item, type.elements[i] as Type))));
}

function toObject(value: Value, type: ObjectType): Value {
  const from = value.type;
  if (from.kind !== 'object' && from.kind !== 'map') throw refused(from, type);
  const missing = [...type.attributes.keys()].filter((name) => !value.entries.has(name) && !type.optional.has(name));
  if (missing.length > 0)
    throw new ConversionError(
      `the attribute${missing.length > 1 ? 's' : ''} ${missing.map((name) => `\`${name}\``).join(', ')} must be given`,
    );
  return Value.object(
    [...type.attributes].map(([name, attribute]) => {
      const item = value.entries.get(name);
      return [name, item ? at(`.${name}`, () => convert(item, attribute)) : Value.null(attribute)] as const;
    }),
  );
}

function at<T>(step: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof ConversionError ? error.inside(step) : error;
  }
}

function refused(from: Type, to: Type): ConversionError {
  return new ConversionError(`${withArticle(to)} is required, this is ${withArticle(from)}`);
}

function withArticle(type: Type): string {
  const name = type.kind === 'any' ? 'value of any type' : describeType(type);
  return `${/^[aeio]/.test(name) ? 'an' : 'a'} ${name}`;
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

/** The type with optional attributes made ordinary ones: the type of a value that was converted to it. */
export function withoutOptional(type: Type): Type {
  switch (type.kind) {
    case 'list':
      return listOf(withoutOptional(type.element));
    case 'set':
      return setOf(withoutOptional(type.element));
    case 'map':
      return mapOf(withoutOptional(type.element));
    case 'tuple':
      return tupleOf(type.elements.map(withoutOptional));
    case 'object':
      return objectOf([...type.attributes].map(([name, attribute]) => [name, withoutOptional(attribute)]));
    default:
      return type;
  }
}
