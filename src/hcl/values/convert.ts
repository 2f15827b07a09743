import { BigFloat } from './number.js';
import { toList, toMap, toSet } from './collect.js';
import { ConversionError, at, refused } from './conversion-error.js';
import { Effort, EffortError } from './effort.js';
import { mismatch, missingAttributes } from './mismatch.js';
import { typesEqual, withoutOptional, type ObjectType, type Type } from './type.js';
import { adaptedType, canConvert, commonElement, unify } from './unify.js';
import { Value } from './value.js';

export { ConversionError } from './conversion-error.js';

/**
 * Converts a value to a type constraint: `any` keeps what is there, or unifies the elements of a collection.
 * Unknown values and nulls take the type alone. Marks stay where they are.
 * @throws ConversionError
 */
export function convert(value: Value, type: Type): Value {
  if (type.kind === 'any' || typesEqual(value.type, type)) return value;
  const effort = new Effort();
  try {
    if (typesEqual(value.type, withoutOptional(type))) return value;
    if (!canConvert(value.type, type, false, effort)) throw mismatch(value.type, type, effort);
    return convertPart(value, type, effort);
  } catch (error) {
    throw error instanceof EffortError ? new ConversionError(error.message) : error;
  }
}

/** Precondition: the types convert. */
function convertPart(value: Value, type: Type, effort: Effort): Value {
  if (type.kind === 'any' || typesEqual(value.type, type)) return value;
  if (value.isKnown && !value.isNull) return convertKnown(value, type, effort).withMarks(value.marks);
  const adapted = adaptedType(value.type, withoutOptional(type), effort);
  const converted = value.isKnown ? Value.null(adapted) : Value.unknown(adapted);
  return (value.isNeverNull ? converted.neverNull() : converted).withMarks(value.marks);
}

function convertKnown(value: Value, type: Type, effort: Effort): Value {
  switch (type.kind) {
    case 'string':
      return Value.string(value.type.kind === 'number' ? value.numeric.toString() : String(value.truth));
    case 'number':
      return numberOf(value);
    case 'bool':
      return boolOf(value);
    case 'list':
    case 'set':
      return toSequence(value, type as Type & { kind: 'list' | 'set'; element: Type }, effort);
    case 'map':
      return convertToMap(value, type as Type & { kind: 'map'; element: Type }, effort);
    case 'tuple':
      return Value.tuple(
        value.items.map((item, i) => at(`[${i}]`, () => convertPart(item, type.elements[i] as Type, effort))),
      );
    case 'object':
      return toObject(value, type, effort);
    case 'any':
      return value;
  }
}

function numberOf(value: Value): Value {
  const parsed = BigFloat.parse(value.text);
  if (!parsed) throw new ConversionError('a number is required');
  return Value.number(parsed);
}

function boolOf(value: Value): Value {
  if (value.text === 'true' || value.text === '1') return Value.bool(true);
  if (value.text === 'false' || value.text === '0') return Value.bool(false);
  throw new ConversionError('a bool is required: `true` or `false`');
}

function toSequence(
  value: Value,
  type: Type & { kind: 'list' | 'set'; readonly element: Type },
  effort: Effort,
): Value {
  const from = value.type;
  if (type.kind === 'list' && from.kind === 'set' && value.length === undefined)
    return Value.unknown({ kind: 'list', element: from.element });
  const isTuple = from.kind === 'tuple';
  const isEmpty = value.items.length === 0;
  const element = isTuple && !isEmpty ? (commonElement(from.elements, type, false, effort) as Type) : type.element;
  const empty = element.kind === 'any' && 'element' in from ? from.element : withoutOptional(element);
  const items = value.items.map((item, i) => at(`[${i}]`, () => convertPart(item, element, effort)));
  if (type.kind === 'set') return toSet(items, empty);
  return toList(isTuple ? homogeneous(items, effort) : items, empty);
}

function convertToMap(value: Value, type: Type & { kind: 'map'; readonly element: Type }, effort: Effort): Value {
  const from = value.type;
  const isEmpty = value.entries.size === 0;
  const element =
    from.kind === 'object' && !isEmpty
      ? (commonElement([...from.attributes.values()], type, false, effort) as Type)
      : type.element;
  const empty = element.kind === 'any' && from.kind === 'map' ? from.element : withoutOptional(element);
  const items = [...value.entries].map(([key, item]) => at(`.${key}`, () => convertPart(item, element, effort)));
  const isDeep = 'element' in element || element.kind === 'object';
  const settled = isDeep ? homogeneous(items, effort) : items;
  return toMap(
    [...value.entries.keys()].map((key, i) => [key, settled[i] as Value]),
    empty,
  );
}

/** Elements made one type once more: after conversion to a constraint with an inner `any` they may differ. */
function homogeneous(items: readonly Value[], effort: Effort): readonly Value[] {
  if (items.length === 0) return items;
  const types = items.map(({ type }) => type);
  const common = unify(types, false, effort);
  if (!common) throw new ConversionError('all elements must have the same type');
  return items.map((item, i) => at(`[${i}]`, () => convertPart(item, common, effort)));
}

function toObject(value: Value, type: ObjectType, effort: Effort): Value {
  const missing = [...type.attributes.keys()].filter((name) => !value.entries.has(name) && !type.optional.has(name));
  if (missing.length > 0) throw missingAttributes(missing);
  return Value.object(
    [...type.attributes].map(([name, attribute]) => {
      const item = value.entries.get(name);
      if (!item) return [name, Value.null(withoutOptional(attribute))] as const;
      // A map may hold what does not fit an attribute that it could have done without.
      if (!typesEqual(item.type, attribute) && !canConvert(item.type, attribute, false, effort))
        throw refused(item.type, attribute).inside(`.${name}`);
      return [name, at(`.${name}`, () => convertPart(item, attribute, effort))] as const;
    }),
  );
}
