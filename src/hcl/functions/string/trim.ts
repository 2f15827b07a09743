import { STRING } from '../../values/type.js';
import { Value } from '../../values/value.js';
import { define, stringFunction } from '../define.js';

export const chomp = stringFunction('chomp', 'the text without line ends at its end', (text) =>
  text.replace(/[\r\n]+$/, ''),
);

export const trimspace = stringFunction('trimspace', 'the text without white space around it', (text) =>
  text.replace(/^\p{White_Space}+/u, '').replace(/\p{White_Space}+$/u, ''),
);

function trimming(name: string, summary: string, second: string, cut: (text: string, what: string) => string) {
  return define({
    name,
    summary,
    parameters: [
      { name: 'text', type: STRING },
      { name: second, type: STRING },
    ],
    returns: STRING,
    call: ([text, what]) => Value.string(cut(text.text, what.text)),
  });
}

export const trim = trimming('trim', 'the text without the given characters at both ends', 'cutset', (text, cutset) => {
  const cut = new Set(cutset);
  const characters = [...text];
  let start = 0;
  let end = characters.length;
  while (start < end && cut.has(characters[start] as string)) start++;
  while (end > start && cut.has(characters[end - 1] as string)) end--;
  return characters.slice(start, end).join('');
});

export const trimprefix = trimming('trimprefix', 'the text without the prefix', 'prefix', (text, prefix) =>
  text.startsWith(prefix) ? text.slice(prefix.length) : text,
);

export const trimsuffix = trimming('trimsuffix', 'the text without the suffix', 'suffix', (text, suffix) =>
  text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text,
);
