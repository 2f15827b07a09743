interface Explanation {
  /** UTF-16 units at fault. */
  readonly length: number;
  readonly summary: string;
  readonly detail: string;
  readonly suggestion?: string;
}

const KNOWN: readonly { readonly signs: readonly string[]; readonly detail: string; readonly suggestion: string }[] = [
  { signs: ['==='], detail: 'Equality is written with two signs.', suggestion: 'write `==`' },
  { signs: ['**'], detail: 'There is no power operator.', suggestion: 'call `pow(base, exponent)`' },
  { signs: ["'", '‘', '’', '‚'], detail: 'Strings are written in double quotes.', suggestion: 'write `"`' },
  { signs: ['“', '”', '„'], detail: 'Typographic quotes do not delimit strings.', suggestion: 'write `"`' },
  { signs: ['`'], detail: 'Strings are written in double quotes.', suggestion: 'write `"`, or a heredoc (`<<EOT`)' },
  { signs: [';'], detail: 'Nothing separates statements but the end of the line.', suggestion: 'start a new line' },
  { signs: ['&'], detail: 'There are no operators on bits.', suggestion: 'for "and" write `&&`' },
  { signs: ['|'], detail: 'There are no operators on bits.', suggestion: 'for "or" write `||`' },
  { signs: ['~'], detail: 'There are no operators on bits.', suggestion: 'for "not" write `!`' },
  { signs: ['^'], detail: 'There are no operators on bits.', suggestion: 'for a power call `pow(base, exponent)`' },
  {
    signs: ['\u00a0', '\u2003', '\u2009', '\u202f', '\u3000', '\u200b', '\ufeff'],
    detail: 'An invisible character that is not a plain space stands here.',
    suggestion: 'replace it with a space',
  },
  {
    signs: ['\r'],
    detail: 'A carriage return stands without a line feed.',
    suggestion: 'end lines with `\\n` or `\\r\\n`',
  },
  {
    signs: ['$', '@', '\\'],
    detail: 'Outside of strings this sign has no meaning.',
    suggestion: 'refer to a value by its name, such as `var.region`',
  },
];

/** Says what is wrong with the character at an offset; several equal ones in a row count as one fault. */
export function explainCharacter(text: string, offset: number): Explanation {
  const wrongString = /(['`])[^'`"\r\n]*\1/y;
  wrongString.lastIndex = offset;
  const found = wrongString.exec(text)?.[0];
  if (found !== undefined && found.length > 2) {
    return {
      length: found.length,
      summary: 'wrong quotes',
      detail: 'Strings are written in double quotes.',
      suggestion: `write \`"${found.slice(1, -1)}"\``,
    };
  }
  for (const { signs, detail, suggestion } of KNOWN) {
    const sign = signs.find((candidate) => text.startsWith(candidate, offset));
    if (sign === undefined) continue;
    let length = sign.length;
    while (text.startsWith(sign, offset + length)) length += sign.length;
    return { length, summary: 'invalid character', detail: `${printed(text, offset)}: ${detail}`, suggestion };
  }
  const point = text.codePointAt(offset) ?? 0;
  const run = /[^\x00-\x7f\p{ID_Start}]+/uy;
  run.lastIndex = offset;
  return {
    length: run.exec(text)?.[0].length ?? (point > 0xffff ? 2 : 1),
    summary: 'invalid character',
    detail: `${printed(text, offset)} is not used in this language.`,
  };
}

/**
 * Where a string ends that a newline interrupts: at the newline, or at the quote that closes it some lines below, when
 * nothing before that looks like code.
 */
export function endOfBrokenString(text: string, newline: number): number {
  const here = text.charAt(newline - 1) === '\r' ? newline - 1 : newline;
  let start = newline + 1;
  for (let count = 0; count < 40 && start < text.length; count++) {
    const next = text.indexOf('\n', start);
    const line = text.slice(start, next < 0 ? text.length : next);
    if (/^[ \t]*(?:[\w-]+[ \t]*(?:=|\{|"[^"]*"[ \t]*\{)|[\])}])/.test(line)) return here;
    const quotes = [...line.matchAll(/\\.|"/g)].filter(([sign]) => sign === '"');
    const first = quotes[0];
    if (first !== undefined) return quotes.length % 2 === 1 ? start + first.index + 1 : here;
    if (next < 0) return here;
    start = next + 1;
  }
  return here;
}

function printed(text: string, offset: number): string {
  const point = text.codePointAt(offset) ?? 0;
  const code = `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
  const character = String.fromCodePoint(point);
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(character) ? `\`${character}\`` : code;
}
