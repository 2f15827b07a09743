import { BigFloat } from './number.js';
import { makeSet } from './set.js';
import { listOf, mapOf, objectOf, setOf, tupleOf, typesEqual, type ObjectType, type Type } from './type.js';
import { typeInWords } from './words.js';
import { adaptedType, canConvert, unify } from './unify.js';
import { Value } from './value.js';

/**
 * A value does not fit a type. `path` leads to the faulty part: `.a[0]`. `required` says less than the message: nothing of
 * the value, whose attributes may have secret names.
 */
export class ConversionError extends Error {
  constructor(
    message: string,
    readonly path: string = '',
    readonly required: string = message,
  ) {
    super(message);
    this.name = 'ConversionError';
  }

  /** The same, seen from the collection around it. */
  inside(step: string): ConversionError {
    return new ConversionError(this.message, step + this.path, this.required);
  }
}

/**
 * Converts a value to a type constraint: `any` keeps what is there, or unifies the elements of a collection.
 * Marks stay where they are.
 * @throws ConversionError
 */
export function convert(value: Value, type: Type): Value {
  const converted = convertParts(value, type);
  // An empty collection or a null fits any type, but its own type may not.
  if (!canConvert(value.type, type)) throw refused(value.type, type);
  return converted;
}

function convertParts(value: Value, type: Type): Value {
  if (type.kind === 'any' || (typesEqual(value.type, type) && !hasAny(type))) return value;
  if (value.isKnown && !value.isNull) return convertKnown(value, type).withMarks(value.marks);
  if (!canConvert(value.type, type)) throw refused(value.type, type);
  const adapted = value.type.kind === 'any' ? withoutOptional(type) : adaptedType(value.type, type);
  return (value.isKnown ? Value.null(adapted) : Value.unknown(adapted)).withMarks(value.marks);
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
  const items = value.items.map((item, i) => at(`[${i}]`, () => convertParts(item, target)));
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
  const items = [...value.entries].map(([key, item]) => at(`.${key}`, () => convertParts(item, target)));
  const exact = settle(target, items);
  return Value.map(
    exact.element,
    keys.map((key, i) => [key, exact.items[i] as Value]),
  );
}

/** `any` as an element type stands for what the elements have in common. */
function resolveElement(element: Type, types: readonly Type[], items: readonly Value[]): Type {
  if (element.kind !== 'any') return element;
  if (items.length === 0) return types.length === 1 ? (types[0] as Type) : element;
  const common = unify(types);
  if (common) return common;
  const names = [...new Set(types.map(typeInWords))];
  const required = 'all elements must have the same type';
  throw new ConversionError(`${required}; they are ${names.slice(0, 3).join(' and ')}`, '', required);
}

/**
 * After conversion to a constraint with an inner `any`, elements may still differ: they are unified once more. Nulls without
 * a type get that of the others.
 */
function settle(target: Type, items: readonly Value[]): { element: Type; items: readonly Value[] } {
  if (!hasAny(target) || items.length === 0) return { element: withoutOptional(target), items };
  const types = items.map((item) => item.type).filter(({ kind }) => kind !== 'any');
  const common = unify(types);
  if (!common) throw new ConversionError('all elements must have the same type');
  return { element: common, items: items.map((item) => convertParts(item, common)) };
}

function toTuple(value: Value, type: Type & { kind: 'tuple' }): Value {
  if (value.type.kind !== 'tuple') throw refused(value.type, type);
  if (value.items.length !== type.elements.length) {
    throw new ConversionError(`a tuple of ${type.elements.length} elements is required; it has ${value.items.length}`);
  }
  return Value.tuple(value.items.map((item, i) => at(`[${i}]`, () => convertParts(item, type.elements[i] as Type))));
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
      return [
        name,
        item ? at(`.${name}`, () => convertParts(item, attribute)) : Value.null(withoutOptional(attribute)),
      ] as const;
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
  const required = `${typeInWords(to)} is required`;
  return new ConversionError(`${required}, this is ${typeInWords(from)}`, '', required);
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
