import { toList } from '../../values/collect.js';
import { ANY, tupleOf, type Type } from '../../values/type.js';
import { unify } from '../../values/unify.js';
import { Value } from '../../values/value.js';
import { badArgument, convertArgument, define, failure } from '../define.js';

/** Lists of types that unify give a list; tuples, alone or with lists, give a tuple. */
export const concat = define({
  name: 'concat',
  summary: 'the elements of several lists or tuples, one after the other',
  parameters: [],
  variadic: { name: 'lists', type: ANY },
  returns: joinedType,
  call: (lists) => {
    const type = joinedType(lists);
    if (type.kind !== 'list') return Value.tuple(lists.flatMap((list) => list.items));
    const items = lists.flatMap((list, i) => convertArgument(list, type, i).items);
    return toList(items, type.element);
  },
});

function joinedType(lists: readonly Value[]): Type {
  if (lists.length === 0) throw failure('needs at least one list');
  if (lists.every((list) => list.type.kind === 'list')) {
    const common = unify(lists.map((list) => list.type));
    if (common) return common;
  }
  const elements: Type[] = [];
  for (const [i, list] of lists.entries()) {
    const { type } = list;
    if (type.kind === 'tuple') elements.push(...type.elements);
    else if (type.kind !== 'list') throw badArgument(i, 'must be a list or tuple');
    else if (!list.isKnown) return ANY;
    else elements.push(...list.items.map(() => type.element));
  }
  return tupleOf(elements);
}

/** Lists, sets and tuples in any depth become one tuple; maps and objects inside stay as they are. */
export const flatten = define({
  name: 'flatten',
  summary: 'a tuple of all elements of nested lists',
  parameters: [{ name: 'list', type: ANY }],
  returns: ANY,
  call: ([list]) => {
    if (!isSequence(list)) throw badArgument(0, 'must be a list, set or tuple');
    const items: Value[] = [];
    return collect(list, items) ? Value.tuple(items) : Value.unknown();
  },
});

/** Adds the elements to `items`; false when a nested list is not known yet, as its length then is not either. */
function collect(list: Value, items: Value[]): boolean {
  if (list.length === undefined) return false;
  return list.items.every((item) => {
    if (isSequence(item) && !item.isNull) return item.isKnown && collect(item, items);
    if (!item.isKnown && item.type.kind === 'any') return false;
    items.push(item);
    return true;
  });
}

function isSequence(value: Value): boolean {
  return value.type.kind === 'list' || value.type.kind === 'set' || value.type.kind === 'tuple';
}
