import { stringFunction } from '../define.js';

/** Letters whose simple title-case form is not their simple upper-case form: the digraphs in three cases. */
const TITLE_DIGRAPHS = new Map(
  ['ǄǅǆǅǇǈǉǈǊǋǌǋǱǲǳǲ'].flatMap((table) => {
    const letters = [...table];
    const pairs: [string, string][] = [];
    for (let i = 0; i < letters.length; i += 4) {
      for (const letter of letters.slice(i, i + 3)) pairs.push([letter, letters[i + 3] as string]);
    }
    return pairs;
  }),
);

export const upper = stringFunction('upper', 'the text in upper case', (text) => mapLetters(text, upperLetter));
export const lower = stringFunction('lower', 'the text in lower case', (text) => mapLetters(text, lowerLetter));

export const title = stringFunction('title', 'the text with the first letter of each word in upper case', (text) => {
  let previous = ' ';
  return mapLetters(text, (letter) => {
    const result = isSeparator(previous) ? titleLetter(letter) : letter;
    previous = letter;
    return result;
  });
});

function mapLetters(text: string, map: (letter: string) => string): string {
  return Array.from(text, map).join('');
}

/** Each letter maps to one letter, without regard to its neighbours: `ß` stays. */
function upperLetter(letter: string): string {
  const upper = letter.toUpperCase();
  if (isOneLetter(upper)) return upper;
  // Greek letters with a subscript iota have one capital letter, which JavaScript writes as two.
  const combined = [...upper].length === 2 && upper.endsWith('Ι') ? capitalWithIota(letter) : undefined;
  return combined ?? letter;
}

function capitalWithIota(letter: string): string | undefined {
  const code = letter.codePointAt(0) as number;
  if (code >= 0x1f80 && code <= 0x1faf) return String.fromCodePoint(code | 8);
  if (code === 0x1fb3 || code === 0x1fc3 || code === 0x1ff3) return String.fromCodePoint(code + 9);
  return undefined;
}

function lowerLetter(letter: string): string {
  if (letter === 'İ') return 'i';
  const lower = letter.toLowerCase();
  return isOneLetter(lower) ? lower : letter;
}

function titleLetter(letter: string): string {
  // Georgian has capitals for whole words only.
  if (/^[\u10d0-\u10ff]$/.test(letter)) return letter;
  return TITLE_DIGRAPHS.get(letter) ?? upperLetter(letter);
}

function isOneLetter(text: string): boolean {
  return [...text].length === 1;
}

/** What may stand before a word: in ASCII all but letters, digits and `_`; beyond it white space only. */
function isSeparator(letter: string): boolean {
  return letter <= '\x7f' ? !/^\w$/.test(letter) : /^\p{White_Space}$/u.test(letter);
}
