/** Characters that YAML may hold as they are: the basic plane without controls, surrogates and the byte order mark. */
const PRINTABLE = /^[\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]$/u;
const LINE_BREAK = /^[\n\r\x85\u2028\u2029]$/;
const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '\0': '0',
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\x1b': 'e',
  '"': '"',
  '\\': '\\',
  '\x85': 'N',
  '\u2028': 'L',
  '\u2029': 'P',
};

/** A double-quoted text is broken at the first space behind this column. */
const WIDTH = 80;

/** Whether the text holds a line break and can stand in a literal block. */
export function isBlockText(text: string): boolean {
  if (!text.includes('\n') || text.endsWith(' ') || / [\n\r\x85\u2028\u2029]/.test(text)) return false;
  return [...text].every((character) => PRINTABLE.test(character));
}

/** The literal block of a text whose lines stand at `indent`, with its header and the line break at its end. */
export function literalBlock(text: string, indent: number): string {
  const head = /^[ \n\x85\u2028\u2029]/.test(text) ? '2' : '';
  const characters = [...text];
  const last = characters.at(-1) ?? '';
  const before = characters.at(-2) ?? '\n';
  const chomping = LINE_BREAK.test(last) ? (LINE_BREAK.test(before) ? '+' : '') : '-';
  const margin = ' '.repeat(indent);
  const lines = text.replace(/[^\n\x85\u2028\u2029]+/g, (line) => margin + line);
  return `|${head}${chomping}\n${lines}${LINE_BREAK.test(last) ? '' : '\n'}`;
}

/**
 * A text in double quotes. The opening quote stands at `column`; long texts are folded to lines at `indent`, unless
 * they are keys of one line (`foldable` false).
 */
export function quoted(text: string, column: number, indent: number, foldable: boolean): string {
  const characters = [...text];
  let result = '"';
  let position = column + 1;
  let afterSpace = false;
  for (const [i, character] of characters.entries()) {
    const space = character === ' ';
    const inside = i > 0 && i < characters.length - 1;
    if (space && foldable && !afterSpace && position > WIDTH && inside) {
      const escape = characters[i + 1] === ' ' ? '\\' : '';
      result += `\n${' '.repeat(indent)}${escape}`;
      position = indent + escape.length;
    } else {
      const written = escaped(character);
      result += written;
      position += [...written].length;
    }
    afterSpace = space;
  }
  return `${result}"`;
}

function escaped(character: string): string {
  const short = SHORT_ESCAPES[character];
  if (short !== undefined) return `\\${short}`;
  if (PRINTABLE.test(character)) return character;
  const code = character.codePointAt(0) as number;
  const digits = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${digits.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${digits.padStart(4, '0')}` : `\\U${digits.padStart(8, '0')}`;
}
