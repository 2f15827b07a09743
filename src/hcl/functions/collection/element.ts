import { ANY, NUMBER, STRING, compareBytes, listOf, type Type } from '../../values/type.js';
import { Value } from '../../values/value.js';
import { badArgument, define, failure, wholeDouble } from '../define.js';

export const element = define({
  name: 'element',
  summary: 'the element at an index, which wraps around at the end',
  parameters: [
    { name: 'list', type: ANY },
    { name: 'index', type: NUMBER },
  ],
  returns: ([list]) => (list?.type.kind === 'list' ? list.type.element : ANY),

  looksInside: true,
  call: ([list, position]) => {
    requireSequence(list);
    const { items } = list;
    const index = wholeDouble(position, 1);
    if (index < 0) throw badArgument(1, 'must not be negative');
    if (items.length === 0) throw failure('cannot take an element of an empty list');
    return items[index % items.length] as Value;
  },
});

export const slice = define({
  name: 'slice',
  summary: 'the elements from a start index up to an end index, which is left out',
  parameters: [
    { name: 'list', type: ANY },
    { name: 'start', type: NUMBER },
    { name: 'end', type: NUMBER },
  ],
  returns: ([list]) => (list?.type.kind === 'list' ? list.type : ANY),

  looksInside: true,
  call: ([list, first, last]) => {
    requireSequence(list);
    const start = wholeDouble(first, 1);
    const end = wholeDouble(last, 2);
    if (start < 0) throw badArgument(1, 'must not be negative');
    if (end > list.items.length) throw badArgument(2, `must not be beyond the length, ${list.items.length}`);
    if (start > end) throw badArgument(1, 'must not be larger than the end index');
    return sequenceLike(list, list.items.slice(start, end));
  },
});

/** A set is reversed in its canonical order. */
export const reverse = define({
  name: 'reverse',
  summary: 'the elements in reverse order',
  parameters: [{ name: 'list', type: ANY }],
  returns: ([list]) => reversedType(list?.type ?? ANY),

  looksInside: true,
  call: ([list]) => {
    if (list.type.kind === 'set') return Value.list(list.type.element, [...list.items].reverse());
    requireSequence(list);
    return sequenceLike(list, [...list.items].reverse());
  },
});

function reversedType(type: Type): Type {
  if (type.kind === 'list') return type;
  return type.kind === 'set' ? listOf(type.element) : ANY;
}

/** The pieces have the given size, the last one what is left; size 0 makes one piece. */
export const chunklist = define({
  name: 'chunklist',
  summary: 'the list cut into lists of a size',
  parameters: [
    { name: 'list', type: listOf(ANY) },
    { name: 'size', type: NUMBER },
  ],
  returns: ([list]) => listOf(list?.type ?? ANY),

  looksInside: true,
  call: ([list, size]) => {
    const length = wholeDouble(size, 1);
    if (length < 0) throw badArgument(1, 'must not be negative');
    const pieces: Value[] = [];
    const step = length === 0 ? list.items.length : length;
    for (let i = 0; i < list.items.length; i += step) pieces.push(sequenceLike(list, list.items.slice(i, i + step)));
    return Value.list(list.type, pieces);
  },
});

/** In byte order of their UTF-8 text. */
export const sort = define({
  name: 'sort',
  summary: 'the strings of a list in byte order',
  parameters: [{ name: 'list', type: listOf(STRING) }],
  returns: listOf(STRING),
  call: ([list]) => {
    if (!list.isWhollyKnown) return Value.unknown(listOf(STRING));
    for (const item of list.items) if (item.isNull) throw badArgument(0, 'must not hold null');
    return Value.list(
      STRING,
      [...list.items].sort((a, b) => compareBytes(a.text, b.text)),
    );
  },
});

/** Throws unless the first argument is a list or tuple. */
function requireSequence(value: Value): void {
  if (value.type.kind !== 'list' && value.type.kind !== 'tuple') throw badArgument(0, 'must be a list or tuple');
}

/** A list of the same element type, or a tuple, as `like` is. */
function sequenceLike(like: Value, items: readonly Value[]): Value {
  return like.type.kind === 'list' ? Value.list(like.type.element, items) : Value.tuple(items);
}
