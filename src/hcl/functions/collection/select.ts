import { ANY, STRING, listOf, typesEqual, type Type } from '../../values/type.js';
import { unify } from '../../values/unify.js';
import { identityOf } from '../../values/equal.js';
import { Value } from '../../values/value.js';
import { badArgument, convertArgument, define, failure } from '../define.js';

export const distinct = define({
  name: 'distinct',
  summary: 'the elements of a list without repetitions',
  parameters: [{ name: 'list', type: listOf(ANY) }],
  returns: ([list]) => list?.type ?? ANY,
  call: ([list]) => {
    if (!list.isWhollyKnown) return Value.unknown(list.type);
    const kept = new Map<string, Value>();
    for (const item of list.items) {
      const identity = identityOf(item);
      if (!kept.has(identity)) kept.set(identity, item);
    }
    return Value.list(list.type.kind === 'list' ? list.type.element : ANY, [...kept.values()]);
  },
});

export const compact = define({
  name: 'compact',
  summary: 'the strings of a list without empty ones and null',
  parameters: [{ name: 'list', type: listOf(STRING) }],
  returns: listOf(STRING),
  call: ([list]) => {
    if (!list.isWhollyKnown) return Value.unknown(list.type);
    return Value.list(
      STRING,
      list.items.filter((item) => !item.isNull && item.text !== ''),
    );
  },
});

/** All values are made one type first. An empty list counts as a value. */
export const coalesce = define({
  name: 'coalesce',
  summary: 'the first value that is neither null nor an empty string',
  parameters: [],
  mayBeNull: true,
  variadic: { name: 'values', type: ANY, allowNull: true, allowUnknown: true, allowUntyped: true },
  returns: ANY,
  call: (values) => {
    if (values.length === 0) throw failure('needs at least one value');
    const type = unify(values.map((value) => value.type));
    if (!type) throw failure('all values must have the same type');
    for (const [i, value] of values.entries()) {
      const converted = convertArgument(value, type, i);
      if (!converted.isKnown) return Value.unknown(type);
      if (converted.isNull || (converted.type.kind === 'string' && converted.text === '')) continue;
      return converted;
    }
    throw failure('every value is null or empty');
  },
});

export const coalescelist = define({
  name: 'coalescelist',
  summary: 'the first list that is neither null nor empty',
  parameters: [],
  variadic: { name: 'lists', type: ANY, allowNull: true, allowUnknown: true, allowUntyped: true },
  returns: ANY,
  call: (lists) => {
    if (lists.length === 0) throw failure('needs at least one list');
    const type = commonType(lists);
    for (const list of lists) {
      if (!list.isKnown) return Value.unknown(type);
      if (!list.isNull && list.items.length > 0) return list;
    }
    throw failure('every list is null or empty');
  },
});

/** The type of the lists, `any` where they differ or one is not known: what stands behind that one is not looked at. */
function commonType(lists: readonly Value[]): Type {
  for (const [i, { isKnown, type }] of lists.entries()) {
    if (!isKnown) return ANY;
    if (type.kind !== 'list' && type.kind !== 'tuple') throw badArgument(i, 'must be a list or tuple');
  }
  const first = (lists[0] as Value).type;
  return lists.every(({ type }) => typesEqual(type, first)) ? first : ANY;
}
