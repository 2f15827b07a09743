import { ANY } from '../../values/type.js';
import { unify } from '../../values/unify.js';
import { Value } from '../../values/value.js';
import { badArgument, convertArgument, define, failure } from '../define.js';

/** Lists of types that unify give a list; tuples, alone or with lists, give a tuple. */
export const concat = define({
  name: 'concat',
  summary: 'the elements of several lists or tuples, one after the other',
  parameters: [],
  variadic: { name: 'lists', type: ANY },
  returns: ANY,

  looksInside: true,
  call: (lists) => {
    if (lists.length === 0) throw failure('needs at least one list');
    for (const [i, list] of lists.entries()) {
      if (list.type.kind !== 'list' && list.type.kind !== 'tuple') throw badArgument(i, 'must be a list or tuple');
    }
    const type = lists.every((list) => list.type.kind === 'list') ? unify(lists.map((list) => list.type)) : undefined;
    if (type?.kind !== 'list') return Value.tuple(lists.flatMap((list) => list.items));
    return Value.list(
      type.element,
      lists.flatMap((list, i) => convertArgument(list, type, i).items),
    );
  },
});

/** Lists, sets and tuples in any depth become one tuple; maps and objects inside stay as they are. */
export const flatten = define({
  name: 'flatten',
  summary: 'a tuple of all elements of nested lists',
  parameters: [{ name: 'list', type: ANY }],
  returns: ANY,

  looksInside: true,
  call: ([list]) => {
    if (!isSequence(list)) throw badArgument(0, 'must be a list, set or tuple');
    const items: Value[] = [];
    const complete = collect(list, items);
    return complete ? Value.tuple(items) : Value.unknown();
  },
});

/** Adds the elements to `items`; false when a nested list is not known yet, as its length then is not either. */
function collect(list: Value, items: Value[]): boolean {
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
