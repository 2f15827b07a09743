import { NUMBER, STRING, listOf } from '../../values/type.js';
import { Value } from '../../values/value.js';
import { badArgument, define, failure, stringFunction, stringList, wholeDouble } from '../define.js';
import { graphemes } from './graphemes.js';

export const split = define({
  name: 'split',
  summary: 'the parts of a text between separators',
  parameters: [
    { name: 'separator', type: STRING },
    { name: 'text', type: STRING },
  ],
  returns: listOf(STRING),
  // Without a separator the parts are code points, not graphemes.
  call: ([separator, text]) => stringList(separator.text === '' ? [...text.text] : text.text.split(separator.text)),
});

export const join = define({
  name: 'join',
  summary: 'the strings of one or more lists with a separator between them',
  parameters: [{ name: 'separator', type: STRING }],
  variadic: { name: 'lists', type: listOf(STRING) },
  returns: STRING,
  call: ([separator, ...lists]) => {
    if (lists.length === 0) throw failure('needs at least one list');
    if (!lists.every((list) => list.isWhollyKnown)) return Value.unknown(STRING);
    const texts = lists.flatMap((list, i) =>
      list.items.map((item, k) => {
        if (item.isNull) throw badArgument(i + 1, `item ${k} is null`);
        return item.text;
      }),
    );
    return Value.string(texts.join(separator.text));
  },
});

export const strrev = stringFunction('strrev', 'the text with its characters in reverse order', (text) =>
  graphemes(text).reverse().join(''),
);

export const substr = define({
  name: 'substr',
  summary: 'a part of a text, by offset and length in characters',
  parameters: [
    { name: 'text', type: STRING },
    { name: 'offset', type: NUMBER },
    { name: 'length', type: NUMBER },
  ],
  returns: STRING,
  call: ([text, offset, length]) => {
    const characters = graphemes(text.text);
    const from = wholeDouble(offset, 1);
    const count = wholeDouble(length, 2);
    if (from >= 0 && count === 0) return Value.string('');
    const start = from < 0 ? Math.max(0, characters.length + from) : from;
    // Behind a negative offset, no length means the rest, as -1 does.
    const end = count > 0 ? start + count : characters.length;
    return Value.string(characters.slice(start, end).join(''));
  },
});

/** The first line is not indented; empty lines are. */
export const indent = define({
  name: 'indent',
  summary: 'the text with spaces at the start of every line but the first',
  parameters: [
    { name: 'spaces', type: NUMBER },
    { name: 'text', type: STRING },
  ],
  returns: STRING,
  call: ([spaces, text]) => {
    const count = wholeDouble(spaces, 0);
    if (count < 0) throw badArgument(0, 'must not be negative');
    const lines = text.text.split('\n');
    if (count * (lines.length - 1) > 2 ** 28) throw badArgument(0, 'makes the text too long');
    return Value.string(lines.join(`\n${' '.repeat(count)}`));
  },
});
