import { ANY, setOf, listOf, tupleOf, type Type } from '../../values/type.js';
import { makeSet } from '../../values/set.js';
import { unify } from '../../values/unify.js';
import { identityOf } from '../../values/equal.js';
import { Value } from '../../values/value.js';
import { badArgument, convertArgument, define, failure } from '../define.js';

type SetOperation = (left: readonly Value[], right: readonly Value[]) => readonly Value[];

function setFunction(name: string, summary: string, combine: SetOperation) {
  return define({
    name,
    summary,
    parameters: [{ name: 'first', type: setOf(ANY) }],
    variadic: { name: 'others', type: setOf(ANY) },
    returns: (sets) => setOf(commonElement(sets) ?? ANY),
    call: (sets) => {
      const element = commonElement(sets);
      if (!element) throw failure('the sets must have elements of one type');
      if (!sets.every((set) => set.isWhollyKnown)) return Value.unknown(setOf(element));
      const items = sets.map((set, i) => convertArgument(set, setOf(element), i).items);
      return makeSet(element, items.reduce(combine));
    },
  });
}

/** The element type of all arguments. An empty set without a type takes that of the others. */
function commonElement(sets: readonly Value[]): Type | undefined {
  const elements = sets.flatMap(({ type }) => (type.kind === 'set' ? [type.element] : []));
  const typed = elements.filter((element) => element.kind !== 'any');
  return unify(typed.length > 0 ? typed : elements);
}

export const setunion = setFunction('setunion', 'all elements of the sets', (left, right) => [...left, ...right]);

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
  variadic: { name: 'sets', type: ANY },
  returns: ANY,

  looksInside: true,
  call: (collections) => {
    if (collections.length < 2) throw failure('needs at least two collections');
    const ordered = collections.every((collection) => collection.type.kind !== 'set');
    const lists = collections.map((collection, i) => elementsOf(collection, i));
    const type = tupleOf(lists.map((list) => list.element));
    if (!collections.every((collection) => collection.isWhollyKnown)) {
      return Value.unknown(ordered ? listOf(type) : setOf(type));
    }
    const count = lists.reduce((product, { items }) => product * items.length, 1);
    if (count > MOST_COMBINATIONS) {
      throw failure(`would give ${count} combinations, and ${MOST_COMBINATIONS} are the most`);
    }
    let rows: Value[][] = [[]];
    for (const { items } of lists) rows = rows.flatMap((row) => items.map((item) => [...row, item]));
    const tuples = rows.map((row) => Value.tuple(row));
    return ordered ? Value.list(type, tuples) : makeSet(type, tuples);
  },
});

function elementsOf(collection: Value, i: number): { element: Type; items: readonly Value[] } {
  const { type } = collection;
  if (type.kind === 'list' || type.kind === 'set') return { element: type.element, items: collection.items };
  if (type.kind !== 'tuple') throw badArgument(i, 'must be a list, set or tuple');
  const element = unify(type.elements) ?? ANY;
  if (type.elements.length > 0 && element === ANY && !type.elements.every(({ kind }) => kind === 'any')) {
    throw badArgument(i, 'must have elements of one type');
  }
  return { element, items: collection.items.map((item) => convertArgument(item, element, i)) };
}
