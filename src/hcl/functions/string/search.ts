import { BOOL, STRING } from '../../values/type.js';
import { Value } from '../../values/value.js';
import { define } from '../define.js';

function test(name: string, summary: string, second: string, holds: (text: string, part: string) => boolean) {
  return define({
    name,
    summary,
    parameters: [
      { name: 'text', type: STRING },
      { name: second, type: STRING },
    ],
    returns: BOOL,
    call: ([text, part]) => Value.bool(holds(text.text, part.text)),
  });
}

export const startswith = test('startswith', 'whether the text starts with a prefix', 'prefix', (text, prefix) =>
  text.startsWith(prefix),
);
export const endswith = test('endswith', 'whether the text ends with a suffix', 'suffix', (text, suffix) =>
  text.endsWith(suffix),
);
export const strcontains = test('strcontains', 'whether the text holds a part', 'part', (text, part) =>
  text.includes(part),
);

/** `old` is plain text, never a pattern; an empty one stands between all characters and at both ends. */
export const replace = define({
  name: 'replace',
  summary: 'the text with every occurrence of a part replaced',
  parameters: [
    { name: 'text', type: STRING },
    { name: 'old', type: STRING },
    { name: 'new', type: STRING },
  ],
  returns: STRING,
  call: ([text, old, replacement]) => {
    if (old.text !== '') return Value.string(text.text.split(old.text).join(replacement.text));
    return Value.string(['', ...text.text, ''].join(replacement.text));
  },
});
