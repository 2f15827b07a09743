import { ANY, NUMBER, STRING, compareBytes, listOf, tupleOf, type Type } from '../../values/type.js';
import { Value } from '../../values/value.js';
import { badArgument, define, failure, wholeDouble, wholeNumber } from '../define.js';

export const element = define({
  name: 'element',
  summary: 'the element at an index, which wraps around at the end',
  parameters: [
    { name: 'list', type: ANY },
    { name: 'index', type: NUMBER },
  ],
  mayBeNull: true,
  returns: ([list, index]) => elementType(list as Value, index as Value),
  call: ([list, position]) => {
    elementType(list, position);
    const { items } = list;
    if (items.length === 0) throw failure('cannot take an element of an empty list');
    return items[wrapped(position, items.length)] as Value;
  },
});

function wrapped(position: Value, length: number): number {
  return Number(wholeNumber(position, 1) % BigInt(length));
}

function elementType({ type }: Value, position: Value): Type {
  if (position.isKnown && position.numeric.isNegative && !position.numeric.isZero) {
    throw badArgument(1, 'must not be negative');
  }
  if (type.kind === 'list') return type.element;
  if (type.kind !== 'tuple') throw badArgument(0, 'must be a list or tuple');
  if (!position.isKnown) return ANY;
  wholeNumber(position, 1);
  if (type.elements.length === 0) throw failure('cannot take an element of an empty list');
  return type.elements[wrapped(position, type.elements.length)] as Type;
}

export const slice = define({
  name: 'slice',
  summary: 'the elements from a start index up to an end index, which is left out',
  parameters: [
    { name: 'list', type: ANY },
    { name: 'start', type: NUMBER },
    { name: 'end', type: NUMBER },
  ],
  returns: ([list, first, last]) => sliceType(list as Value, bounds(list as Value, first as Value, last as Value)),
  call: ([list, first, last]) => {
    const { start, end } = bounds(list, first, last);
    return sequenceLike(list, list.items.slice(start, end));
  },
});

interface Bounds {
  readonly start: number | undefined;
  readonly end: number | undefined;
}

/** The indices as far as they are known. Throws for those that cannot be. */
function bounds(list: Value, first: Value, last: Value): Bounds {
  requireSequence(list);
  const { type } = list;
  const length = type.kind === 'tuple' ? type.elements.length : list.isKnown ? list.items.length : Infinity;
  const read = (index: Value, argument: number): number | undefined => {
    if (!index.isKnown) return undefined;
    const at = wholeDouble(index, argument);
    if (at < 0) throw badArgument(argument, 'must not be negative');
    if (at > length) throw badArgument(argument, `must not be beyond the length, ${length}`);
    return at;
  };
  const [start, end] = [read(first, 1), read(last, 2)];
  if (start !== undefined && end !== undefined && start > end) {
    throw badArgument(1, 'must not be larger than the end index');
  }
  return { start, end };
}

function sliceType({ type }: Value, { start, end }: Bounds): Type {
  if (type.kind !== 'tuple') return type;
  return start === undefined || end === undefined ? ANY : tupleOf(type.elements.slice(start, end));
}

/** A set is reversed in its canonical order. */
export const reverse = define({
  name: 'reverse',
  summary: 'the elements in reverse order',
  parameters: [{ name: 'list', type: ANY }],
  returns: ([list]) => reversedType((list as Value).type),
  call: ([list]) => {
    if (list.type.kind === 'set') return Value.list(list.type.element, [...list.items].reverse());
    requireSequence(list);
    return sequenceLike(list, [...list.items].reverse());
  },
});

function reversedType(type: Type): Type {
  if (type.kind === 'list') return type;
  if (type.kind === 'tuple') return tupleOf([...type.elements].reverse());
  if (type.kind !== 'set') throw badArgument(0, 'must be a list, set or tuple');
  return listOf(type.element);
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
  parameters: [{ name: 'list', type: listOf(STRING), allowUnknown: true }],
  returns: listOf(STRING),
  call: ([list]) => {
    if (!list.isKnown) return Value.unknown(listOf(STRING));
    // The order is not known, the number of elements is.
    if (!list.isWhollyKnown)
      return Value.list(
        STRING,
        list.items.map(() => Value.unknown(STRING)),
      );
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
