import {
  ANY,
  STRING,
  listOf,
  mapOf,
  objectOf,
  setOf,
  tupleOf,
  typesEqual,
  type ObjectType,
  type Type,
} from './type.js';

/**
 * The one type that all of `types` convert to safely, or undefined where there is none: primitives meet in string (bool and
 * number only where a string is among them), tuples of equal length element by element, others as lists, objects of the
 * same attributes one by one, others as maps. `any` (an untyped null or unknown) adapts to the rest.
 */
export function unify(types: readonly Type[]): Type | undefined {
  const known = types.filter((type) => type.kind !== 'any');
  const [first, ...rest] = known;
  if (first === undefined) return ANY;
  if (rest.every((type) => typesEqual(type, first))) return first;
  const kinds = new Set(known.map((type) => type.kind));
  if ([...kinds].every((kind) => kind === 'string' || kind === 'number' || kind === 'bool')) {
    return kinds.has('string') ? STRING : undefined;
  }
  if ([...kinds].every((kind) => kind === 'tuple' || kind === 'list' || kind === 'set'))
    return unifySequences(known, kinds);
  if ([...kinds].every((kind) => kind === 'object' || kind === 'map')) return unifyMappings(known, kinds);
  return undefined;
}

function unifySequences(types: readonly Type[], kinds: ReadonlySet<string>): Type | undefined {
  if (kinds.size === 1 && kinds.has('tuple')) {
    const tuples = types as readonly (Type & { kind: 'tuple' })[];
    const length = tuples[0]?.elements.length ?? 0;
    if (tuples.every((tuple) => tuple.elements.length === length)) {
      const elements = Array.from({ length }, (_, i) => unify(tuples.map((tuple) => tuple.elements[i] as Type)));
      if (elements.every((element) => element !== undefined)) return tupleOf(elements);
    }
  }
  const element = unify(
    types.flatMap((type) =>
      type.kind === 'tuple' ? type.elements : [(type as Type & { kind: 'list' | 'set' }).element],
    ),
  );
  if (element === undefined) return undefined;
  return kinds.has('list') || !kinds.has('set') ? listOf(element) : setOf(element);
}

function unifyMappings(types: readonly Type[], kinds: ReadonlySet<string>): Type | undefined {
  if (kinds.size === 1 && kinds.has('object')) {
    const objects = types as readonly ObjectType[];
    const names = [...(objects[0] as ObjectType).attributes.keys()];
    const alike = objects.every(
      ({ attributes }) => attributes.size === names.length && names.every((name) => attributes.has(name)),
    );
    if (alike) {
      const unified = names.map(
        (name) => [name, unify(objects.map(({ attributes }) => attributes.get(name) as Type))] as const,
      );
      if (unified.every(([, type]) => type !== undefined)) return objectOf(unified as [string, Type][]);
      return undefined;
    }
  }
  const element = unify(
    types.flatMap((type) =>
      type.kind === 'object' ? [...type.attributes.values()] : [(type as Type & { kind: 'map' }).element],
    ),
  );
  return element && mapOf(element);
}
