import { ANY, STRING, listOf } from '../../values/type.js';
import { Value } from '../../values/value.js';
import { badArgument, define } from '../define.js';
import { renderFormat } from './render.js';

/** A literal `null` has no type, and a value without a type is not known yet. */
function isOpen(value: Value): boolean {
  return value.type.kind === 'any' || !value.isWhollyKnown;
}

export const format = define({
  name: 'format',
  summary: 'a text made from a format string and values',
  parameters: [{ name: 'format', type: STRING }],
  variadic: { name: 'values', type: ANY, allowNull: true },
  returns: STRING,
  call: ([template, ...args]) =>
    args.some(isOpen) ? Value.unknown(STRING) : Value.string(renderFormat(template.text, args)),
});

/** Lists among the arguments are walked side by side; every other value is the same in each result. */
export const formatlist = define({
  name: 'formatlist',
  summary: 'a list of texts made from a format string and lists of values',
  parameters: [{ name: 'format', type: STRING }],
  variadic: { name: 'values', type: ANY, allowNull: true, allowUnknown: true },
  returns: listOf(STRING),
  call: ([template, ...args]) => {
    const known = args.every((arg) => (isSequence(arg) && arg.type.kind !== 'tuple' ? arg.isWhollyKnown : arg.isKnown));
    if (!known || args.some((arg) => arg.type.kind === 'any')) return Value.unknown(listOf(STRING));
    const length = commonLength(args);
    const texts = Array.from({ length }, (_, row) => {
      const values = args.map((arg) => (isSequence(arg) ? (arg.items[row] as Value) : arg));
      if (!values.every((value) => value.isWhollyKnown)) return Value.unknown(STRING);
      return Value.string(renderFormat(template.text, values));
    });
    return Value.list(STRING, texts);
  },
});

/** Null is a single value, whatever its type. */
function isSequence(value: Value): boolean {
  return ['list', 'set', 'tuple'].includes(value.type.kind) && !value.isNull;
}

function commonLength(args: readonly Value[]): number {
  let length: number | undefined;
  for (const [i, arg] of args.entries()) {
    if (!isSequence(arg)) continue;
    length ??= arg.items.length;
    if (arg.items.length !== length) throw badArgument(i + 1, `has ${arg.items.length} elements, not ${length}`);
  }
  return length ?? 1;
}
