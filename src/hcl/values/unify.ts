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
 * The one type that all of `types` convert to, or undefined where there is none; `any` for no types.
 * Primitives meet in string (bool and number only where a string is among them), tuples of equal length element by
 * element, others as lists, objects of the same attributes one by one, others as maps, tuples with lists as lists, objects
 * with maps as maps. `any`, the type of an untyped null or unknown, adapts to a primitive; among collections it leaves the
 * type open: the result is `any`.
 */
export function unify(types: readonly Type[]): Type | undefined {
  const [first, ...rest] = types;
  if (first === undefined) return ANY;
  if (rest.every((type) => typesEqual(type, first))) return first;
  const kinds = new Set(types.map(({ kind }) => kind));
  const isOpen = kinds.delete('any');
  const has = (...wanted: readonly Type['kind'][]) => wanted.every((kind) => kinds.has(kind));
  if (kinds.size === 1 && !has('string') && !has('number') && !has('bool')) return isOpen ? ANY : unifyAlike(types);
  if (kinds.size === 2 && has('map', 'object')) {
    const type = unifyAs('map', types, objectsAsMap);
    if (type) return type;
  }
  if (kinds.size === 2 && has('list', 'tuple')) {
    const type = unifyAs('list', types, tuplesAsList);
    if (type) return type;
  }
  if (has('object', 'tuple')) return undefined;
  return mostGeneral(types);
}

/** Types of one kind, none of them primitive. */
function unifyAlike(types: readonly Type[]): Type | undefined {
  switch (types[0]?.kind) {
    case 'list':
      return wrapped(listOf, unify(elementsOf(types)));
    case 'set':
      return wrapped(setOf, unify(elementsOf(types)));
    case 'map':
      return wrapped(mapOf, unify(elementsOf(types)));
    case 'object':
      return unifyObjects(types as readonly ObjectType[]);
    default:
      return unifyTuples(types as readonly TupleType[]);
  }
}

function elementsOf(types: readonly Type[]): Type[] {
  return types.flatMap((type) => ('element' in type ? [type.element] : []));
}

function wrapped(wrap: (element: Type) => Type, element: Type | undefined): Type | undefined {
  return element && wrap(element);
}

function unifyObjects(types: readonly ObjectType[]): Type | undefined {
  const names = [...(types[0] as ObjectType).attributes.keys()];
  const isAlike = types.every(
    ({ attributes }) => attributes.size === names.length && names.every((name) => attributes.has(name)),
  );
  if (!isAlike) return objectsAsMap(types);
  const attributes: [string, Type][] = [];
  for (const name of names) {
    const type = unify(types.map((object) => object.attributes.get(name) as Type));
    if (!type) return undefined;
    attributes.push([name, type]);
  }
  return objectOf(attributes);
}

function objectsAsMap(types: readonly Type[]): Type | undefined {
  return wrapped(mapOf, unify((types as readonly ObjectType[]).flatMap(({ attributes }) => [...attributes.values()])));
}

function unifyTuples(types: readonly TupleType[]): Type | undefined {
  const length = (types[0] as TupleType).elements.length;
  if (types.some(({ elements }) => elements.length !== length)) return tuplesAsList(types);
  const elements: Type[] = [];
  for (let i = 0; i < length; i++) {
    const type = unify(types.map((tuple) => tuple.elements[i] as Type));
    if (!type) return undefined;
    elements.push(type);
  }
  return tupleOf(elements);
}

function tuplesAsList(types: readonly Type[]): Type | undefined {
  return wrapped(listOf, unify((types as readonly TupleType[]).flatMap(({ elements }) => elements)));
}

/** Structural types among collections of `kind` are made one such collection first. Undefined where that leads nowhere. */
function unifyAs(
  kind: 'map' | 'list',
  types: readonly Type[],
  asCollection: (types: readonly Type[]) => Type | undefined,
): Type | undefined {
  const isStructural = (type: Type) => type.kind === 'object' || type.kind === 'tuple';
  const collection = asCollection(types.filter(isStructural));
  if (!collection) return undefined;
  const type = unify(types.map((each) => (isStructural(each) ? collection : each)));
  return type?.kind === kind ? type : undefined;
}

/** That one of the types that all others convert to. */
function mostGeneral(types: readonly Type[]): Type | undefined {
  return [...types].sort(byGenerality).find((wanted) => types.every((type) => canConvert(type, wanted)));
}

const GENERALITY: readonly Type['kind'][] = [
  'string',
  'number',
  'bool',
  'map',
  'object',
  'list',
  'tuple',
  'set',
  'any',
];

function byGenerality(a: Type, b: Type): number {
  if (a.kind !== b.kind) return GENERALITY.indexOf(a.kind) - GENERALITY.indexOf(b.kind);
  return 'element' in a && 'element' in b ? byGenerality(a.element, b.element) : 0;
}

/** Whether values of type `from` convert to `to`, as far as the types tell: the text of a string may still be refused. */
export function canConvert(from: Type, to: Type): boolean {
  if (to.kind === 'any' || from.kind === 'any') return true;
  switch (to.kind) {
    case 'string':
      return from.kind === 'string' || from.kind === 'number' || from.kind === 'bool';
    case 'number':
    case 'bool':
      return from.kind === 'string' || from.kind === to.kind;
    case 'list':
    case 'set':
      if (from.kind === 'list' || from.kind === 'set') return canConvert(from.element, to.element);
      return from.kind === 'tuple' && allConvert(from.elements, to.element);
    case 'map':
      if (from.kind === 'map') return canConvert(from.element, to.element);
      return from.kind === 'object' && allConvert([...from.attributes.values()], to.element);
    case 'tuple':
      return (
        from.kind === 'tuple' &&
        from.elements.length === to.elements.length &&
        from.elements.every((element, i) => canConvert(element, to.elements[i] as Type))
      );
    case 'object':
      return canConvertToObject(from, to);
  }
}

/** Elements that convert to one type; to `any`, where they have a type in common. */
function allConvert(elements: readonly Type[], to: Type): boolean {
  return to.kind === 'any' ? unify(elements) !== undefined : elements.every((element) => canConvert(element, to));
}

function canConvertToObject(from: Type, to: ObjectType): boolean {
  if (from.kind === 'map') return [...to.attributes.values()].every((attribute) => canConvert(from.element, attribute));
  if (from.kind !== 'object') return false;
  return [...to.attributes].every(([name, attribute]) => {
    const given = from.attributes.get(name);
    return given ? canConvert(given, attribute) : to.optional.has(name);
  });
}

/** The type that a value of type `from` has as a `to`: `any` in it is replaced by what stands there. Precondition: it converts. */
export function adaptedType(from: Type, to: Type): Type {
  switch (to.kind) {
    case 'any':
      return from;
    case 'list':
      return listOf(adaptedType(elementOf(from), to.element));
    case 'set':
      return setOf(adaptedType(elementOf(from), to.element));
    case 'map':
      return mapOf(adaptedType(elementOf(from), to.element));
    case 'tuple':
      return tupleOf(
        to.elements.map((element, i) => adaptedType((from.kind === 'tuple' && from.elements[i]) || ANY, element)),
      );
    case 'object': {
      const given = (name: string) =>
        from.kind === 'object' ? (from.attributes.get(name) ?? ANY) : from.kind === 'map' ? from.element : ANY;
      return objectOf([...to.attributes].map(([name, attribute]) => [name, adaptedType(given(name), attribute)]));
    }
    default:
      return to;
  }
}

function elementOf(type: Type): Type {
  if ('element' in type) return type.element;
  if (type.kind === 'tuple') return unify(type.elements) ?? ANY;
  return type.kind === 'object' ? (unify([...type.attributes.values()]) ?? ANY) : ANY;
}
