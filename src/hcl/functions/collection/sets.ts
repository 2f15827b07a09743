import { toList, toSet } from '../../values/collect.js';
import { ANY, setOf, tupleOf, type TupleType, type Type } from '../../values/type.js';
import { makeSet } from '../../values/set.js';
import { unify } from '../../values/unify.js';
import { identityOf } from '../../values/equal.js';
import { Value } from '../../values/value.js';
import { badArgument, convertArgument, define, failure } from '../define.js';

type SetOperation = (left: readonly Value[], right: readonly Value[]) => readonly Value[];

function setFunction(name: string, summary: string, combine: SetOperation, takesUnknown = false) {
  return define({
    name,
    summary,
    parameters: [{ name: 'first', type: setOf(ANY), allowUntyped: true }],
    variadic: { name: 'others', type: setOf(ANY), allowUntyped: true },
    returns: commonType,
    call: (sets) => {
      const type = commonType(sets);
      const converted = sets.map((set, i) => convertArgument(set, type, i));
      const isReady = converted.every((set) => (takesUnknown ? set.isKnown : set.isWhollyKnown));
      if (!isReady) return Value.unknown(type);
      return makeSet(type.element, converted.map((set) => set.items).reduce(combine));
    },
  });
}

/** The type that all sets convert to. An empty one without a type takes that of the others. */
function commonType(sets: readonly Value[]): Type & { kind: 'set'; readonly element: Type } {
  const elements = sets.flatMap((set) => {
    const isEmpty = set.isKnown && set.items.length === 0;
    const { element } = set.type as Type & { readonly element: Type };
    return isEmpty && element.kind === 'any' ? [] : [element];
  });
  if (elements.length === 0) return { kind: 'set', element: ANY };
  const element = unify(elements);
  if (!element) throw failure('the sets must have elements of one type');
  return { kind: 'set', element };
}

export const setunion = setFunction('setunion', 'all elements of the sets', (left, right) => [...left, ...right], true);

export const setintersection = setFunction('setintersection', 'the elements that are in all sets', (left, right) => {
  const identities = new Set(right.map(identityOf));
  return left.filter((item) => identities.has(identityOf(item)));
});

/** More than this is a mistake, and would only fill memory. */
const MOST_COMBINATIONS = 100_000;

/** Lists and tuples give a list with the last one varying fastest; a set among them makes the result a set. */
export const setproduct = define({
  name: 'setproduct',
  summary: 'all combinations of the elements of two or more collections',
  parameters: [],
  variadic: { name: 'sets', type: ANY, allowUnknown: true },
  returns: productType,
  call: (collections) => {
    const type = productType(collections);
    const elements = (type.element as TupleType).elements;
    const lengths = collections.map((collection) => (collection.isKnown ? collection.length : undefined));
    if (lengths.includes(undefined)) {
      const sizes = collections.map((collection, i) => lengths[i] ?? mostElements(collection));
      return sizes.includes(0) && sizes.every((size) => size <= MOST_IN_VIEW)
        ? fromRows(type, [])
        : Value.unknown(type);
    }
    const count = lengths.reduce((product: number, length) => product * (length as number), 1);
    if (count > MOST_COMBINATIONS) {
      throw failure(`would give ${count} combinations, and ${MOST_COMBINATIONS} are the most`);
    }
    let rows: Value[][] = [[]];
    for (const [i, { items }] of collections.entries()) {
      const converted = items.map((item) => convertArgument(item, elements[i] as Type, i));
      rows = rows.flatMap((row) => converted.map((item) => [...row, item]));
    }
    return fromRows(type, rows);
  },
});

/** Beyond this many elements of an unknown collection nothing is concluded from how many there can be. */
const MOST_IN_VIEW = 1024;

function mostElements(collection: Value): number {
  const { type } = collection;
  if (type.kind === 'tuple') return type.elements.length;
  return collection.isKnown ? collection.items.length : Infinity;
}

function fromRows(type: ProductType, rows: readonly (readonly Value[])[]): Value {
  const tuples = rows.map((row) => Value.tuple(row));
  return type.kind === 'list' ? toList(tuples, type.element) : toSet(tuples, type.element);
}

type ProductType = Type & { kind: 'list' | 'set'; readonly element: Type };

function productType(collections: readonly Value[]): ProductType {
  if (collections.length < 2) throw failure('needs at least two collections');
  const element = tupleOf(collections.map(({ type }, i) => elementType(type, i)));
  const isOrdered = collections.every(({ type }) => type.kind !== 'set');
  return { kind: isOrdered ? 'list' : 'set', element };
}

function elementType(type: Type, i: number): Type {
  if (type.kind === 'list' || type.kind === 'set') return type.element;
  if (type.kind !== 'tuple') throw badArgument(i, 'must be a list, set or tuple');
  if (type.elements.length === 0) return ANY;
  const element = unify(type.elements);
  if (!element) throw badArgument(i, 'must have elements of one type');
  return element;
}
