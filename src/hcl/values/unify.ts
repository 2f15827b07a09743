import { Effort } from './effort.js';
import { byGenerality, distinctTypes } from './generality.js';
import {
  ANY,
  listOf,
  mapOf,
  objectOf,
  setOf,
  tupleOf,
  typesEqual,
  type ObjectType,
  type TupleType,
  type Type,
} from './type.js';

/**
 * The one type that all of `types` convert to, or undefined where there is none.
 * Primitives meet in string (bool and number only where a string is among them), tuples of equal length element by
 * element, others as lists, objects of the same attributes one by one, others as maps, tuples with lists as lists, objects
 * with maps as maps. `any`, the type of an untyped null or unknown, adapts to a primitive; among collections it leaves the
 * type open: the result is `any`.
 * @throws EffortError for types that are too intricate
 */
export function unify(types: readonly Type[], safely = false, effort = new Effort()): Type | undefined {
  effort.spend(types.length);
  const [first, ...others] = distinctTypes(types);
  if (first === undefined) return undefined;
  if (others.length === 0) return first;
  const all = [first, ...others];
  const kinds = new Set(all.map(({ kind }) => kind));
  const isOpen = kinds.delete('any');
  const onlyOf = (...wanted: readonly Type['kind'][]) => [...kinds].every((kind) => wanted.includes(kind));
  const rules: Rules = { safely, effort, isOpen };
  const wrap = WRAPPERS[[...kinds][0] as 'list'];
  if (kinds.size === 1 && wrap) return isOpen ? ANY : wrapped(wrap, unify(elementsOf(all), safely, effort));
  if (kinds.has('map') && onlyOf('map', 'object')) {
    const type = unifyAs('map', all, objectsAsMap, rules);
    if (type) return type;
  } else if (kinds.has('list') && onlyOf('list', 'tuple')) {
    const type = unifyAs('list', all, tuplesAsList, rules);
    if (type) return type;
  } else if (kinds.has('object') && kinds.size === 1) return isOpen ? ANY : unifyObjects(all as ObjectType[], rules);
  else if (kinds.has('tuple') && kinds.size === 1) return isOpen ? ANY : unifyTuples(all as TupleType[], rules);
  else if (kinds.has('object') && kinds.has('tuple')) return undefined;
  return byGenerality(all).find((wanted) => allConvert(all, wanted, rules));
}

interface Rules {
  readonly safely: boolean;
  readonly effort: Effort;
  /** `any` is among the types. */
  readonly isOpen: boolean;
}

const WRAPPERS: Partial<Record<Type['kind'], (element: Type) => Type>> = { list: listOf, set: setOf, map: mapOf };

function allConvert(types: readonly Type[], wanted: Type, { safely, effort }: Rules): boolean {
  return types.every((type) => typesEqual(type, wanted) || canConvert(type, wanted, safely, effort));
}

function elementsOf(types: readonly Type[]): Type[] {
  return types.flatMap((type) => ('element' in type ? [type.element] : []));
}

function wrapped(wrap: (element: Type) => Type, element: Type | undefined): Type | undefined {
  return element && wrap(element);
}

function unifyObjects(types: readonly ObjectType[], rules: Rules): Type | undefined {
  const names = [...(types[0] as ObjectType).attributes.keys()];
  const isAlike = types.every(
    ({ attributes }) => attributes.size === names.length && names.every((name) => attributes.has(name)),
  );
  if (!isAlike) return objectsAsMap(types, rules);
  const attributes: [string, Type][] = [];
  for (const name of names) {
    const each = types.map((object) => object.attributes.get(name) as Type);
    const type = unify(each, rules.safely, rules.effort);
    if (!type) return undefined;
    attributes.push([name, type]);
  }
  const type = objectOf(attributes);
  return allConvert(types, type, rules) ? type : objectsAsMap(types, rules);
}

function objectsAsMap(types: readonly Type[], rules: Rules): Type | undefined {
  const attributes = (types as readonly ObjectType[]).flatMap((type) => [...type.attributes.values()]);
  const type = wrapped(mapOf, unify(attributes, rules.safely, rules.effort));
  return type && allConvert(types, type, rules) ? type : undefined;
}

function unifyTuples(types: readonly TupleType[], rules: Rules): Type | undefined {
  const length = (types[0] as TupleType).elements.length;
  if (types.some(({ elements }) => elements.length !== length)) return tuplesAsList(types, rules);
  const elements: Type[] = [];
  for (let i = 0; i < length; i++) {
    const each = types.map((tuple) => tuple.elements[i] as Type);
    const type = unify(each, rules.safely, rules.effort);
    if (!type) return undefined;
    elements.push(type);
  }
  const type = tupleOf(elements);
  return allConvert(types, type, rules) ? type : tuplesAsList(types, rules);
}

function tuplesAsList(types: readonly Type[], rules: Rules): Type | undefined {
  const elements = (types as readonly TupleType[]).flatMap((type) => type.elements);
  const type = wrapped(listOf, unify(elements, rules.safely, rules.effort));
  return type && allConvert(types, type, rules) ? type : undefined;
}

/** Structural types among collections of `kind` are made one such collection first. Undefined where that leads nowhere. */
function unifyAs(
  kind: 'map' | 'list',
  types: readonly Type[],
  asCollection: (types: readonly Type[], rules: Rules) => Type | undefined,
  rules: Rules,
): Type | undefined {
  const isStructural = (type: Type) => type.kind === 'object' || type.kind === 'tuple';
  const collection = asCollection(types.filter(isStructural), rules);
  if (!collection) return undefined;
  const type = unify(
    types.map((each) => (isStructural(each) ? collection : each)),
    rules.safely,
    rules.effort,
  );
  return type?.kind === kind ? type : undefined;
}

/**
 * Whether values of type `from` convert to `to`, as far as the types tell: the text of a string may still be refused, and a
 * map may lack a key. `safely` leaves out what only some values allow.
 * @throws EffortError for types that are too intricate
 */
export function canConvert(from: Type, to: Type, safely = false, effort = new Effort()): boolean {
  effort.spend(1);
  if (to.kind === 'any') return true;
  if (from.kind === 'any') return !safely;
  const each = (given: Type, wanted: Type) => typesEqual(given, wanted) || canConvert(given, wanted, safely, effort);
  switch (to.kind) {
    case 'string':
      return from.kind === 'string' || from.kind === 'number' || from.kind === 'bool';
    case 'number':
    case 'bool':
      return from.kind === to.kind || (from.kind === 'string' && !safely);
    case 'list':
    case 'set':
      if (from.kind === 'list' || from.kind === 'set') {
        return (to.kind === 'list' || from.kind === 'set' || !safely) && each(from.element, to.element);
      }
      return from.kind === 'tuple' && partsConvert(from, to, safely, effort);
    case 'map':
      return from.kind === 'map'
        ? each(from.element, to.element)
        : from.kind === 'object' && partsConvert(from, to, safely, effort);
    case 'tuple':
      return (
        from.kind === 'tuple' &&
        from.elements.length === to.elements.length &&
        from.elements.every((element, i) => each(element, to.elements[i] as Type))
      );
    case 'object':
      if (from.kind === 'map') {
        const isOptional = (name: string) => to.optional.has(name);
        return !safely && [...to.attributes].every(([name, type]) => each(from.element, type) || isOptional(name));
      }
      if (from.kind !== 'object') return false;
      return [...to.attributes].every(([name, type]) => {
        const given = from.attributes.get(name);
        return given ? each(given, type) : to.optional.has(name);
      });
  }
}

function partsConvert(
  from: TupleType | ObjectType,
  to: Type & { readonly element: Type },
  safely: boolean,
  effort: Effort,
): boolean {
  const types = from.kind === 'tuple' ? from.elements : [...from.attributes.values()];
  if (types.length === 0) return true;
  const element = commonElement(types, to, safely, effort);
  return (
    element !== undefined &&
    distinctTypes(types).every((type) => typesEqual(type, element) || canConvert(type, element, safely, effort))
  );
}

/**
 * The element type of a collection `to` that is made of parts of these types, one at least: what they have in common where
 * `to` leaves it open. Undefined where they have nothing.
 */
export function commonElement(
  types: readonly Type[],
  to: Type & { readonly element: Type },
  safely = false,
  effort = new Effort(),
): Type | undefined {
  if (to.element.kind !== 'any') return to.element;
  const common = unify(types, safely, effort);
  const isLost = common?.kind === 'any' && to.kind !== 'map' && types.some(({ kind }) => kind !== 'any');
  return isLost ? undefined : common;
}

/** The type that a value of type `from` has as a `to`: `any` in it is replaced by what stands there. Precondition: it converts. */
export function adaptedType(from: Type, to: Type, effort = new Effort()): Type {
  if (from.kind === 'any') return to;
  const element = (type: Type) => {
    if ('element' in from) return adaptedType(from.element, type, effort);
    const types = from.kind === 'tuple' ? from.elements : from.kind === 'object' ? [...from.attributes.values()] : [];
    return adaptedType(unify(types, false, effort) ?? ANY, type, effort);
  };
  switch (to.kind) {
    case 'any':
      return from;
    case 'list':
      return listOf(element(to.element));
    case 'set':
      return setOf(element(to.element));
    case 'map':
      return mapOf(element(to.element));
    case 'tuple':
      return tupleOf(
        to.elements.map((type, i) => adaptedType((from.kind === 'tuple' && from.elements[i]) || ANY, type, effort)),
      );
    case 'object': {
      const given = (name: string) =>
        from.kind === 'object' ? (from.attributes.get(name) ?? ANY) : from.kind === 'map' ? from.element : ANY;
      return objectOf([...to.attributes].map(([name, type]) => [name, adaptedType(given(name), type, effort)]));
    }
    default:
      return to;
  }
}
