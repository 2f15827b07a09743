import { ANY, STRING, listOf } from '../../values/type.js';
import { Value } from '../../values/value.js';
import { badArgument, define } from '../define.js';
import { renderFormat } from './render.js';

export const format = define({
  name: 'format',
  summary: 'a text made from a format string and values',
  parameters: [{ name: 'format', type: STRING }],
  variadic: { name: 'values', type: ANY, allowNull: true, allowUnknown: true },
  returns: STRING,
  call: ([template, ...args]) =>
    args.every((arg) => arg.isWhollyKnown) ? Value.string(renderFormat(template.text, args)) : Value.unknown(STRING),
});

/** Lists among the arguments are walked side by side; every other value is the same in each result. */
export const formatlist = define({
  name: 'formatlist',
  summary: 'a list of texts made from a format string and lists of values',
  parameters: [{ name: 'format', type: STRING }],
  variadic: { name: 'values', type: ANY, allowNull: true, allowUnknown: true },
  returns: listOf(STRING),
  call: ([template, ...args]) => {
    const length = commonLength(args);
    if (!args.every((arg) => (isSequence(arg) ? arg.isKnown && arg.length !== undefined : arg.type.kind !== 'any'))) {
      return Value.unknown(listOf(STRING));
    }
    const texts = Array.from({ length }, (_, row) => {
      const values = args.map((arg) => (isSequence(arg) ? (arg.items[row] as Value) : arg));
      if (!values.every((value) => value.isWhollyKnown)) return Value.unknown(STRING).neverNull();
      return Value.string(renderFormat(template.text, values));
    });
    return Value.list(STRING, texts);
  },
});

/** Null is a single value, whatever its type. */
function isSequence(value: Value): boolean {
  return ['list', 'set', 'tuple'].includes(value.type.kind) && !value.isNull;
}

/** How often the format is filled in; lists that are not known yet are left out. */
function commonLength(args: readonly Value[]): number {
  let common: number | undefined;
  for (const [i, arg] of args.entries()) {
    if (!isSequence(arg)) continue;
    const length = arg.type.kind === 'tuple' ? arg.type.elements.length : arg.isKnown ? arg.length : undefined;
    common ??= length;
    if (length !== undefined && length !== common) throw badArgument(i + 1, `has ${length} elements, not ${common}`);
  }
  return common ?? 1;
}
