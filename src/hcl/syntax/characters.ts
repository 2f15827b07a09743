/** Character classes of the language, on UTF-16 text. */

const IDENTIFIER = /[\p{ID_Start}_][\p{ID_Continue}-]*/uy;
const NUMBER = /\d+(?:\.\d+|\.?[eE][+-]?\d+)*/y;
const VALID_NUMBER = /^\d+(?:\.\d*[eE][+-]?\d+|\.\d+|[eE][+-]?\d+)?$/;
/** Unicode's White_Space; a byte order mark, which `\s` holds, is not in it, and U+0085, which `\s` lacks, is. */
const BLANK = '[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const LEADING_BLANKS = new RegExp(`^${BLANK}+`);
const ONE_BLANK = new RegExp(BLANK);

/** The identifier that starts at an offset, or undefined. */
export function identifierAt(text: string, offset: number): string | undefined {
  return matchAt(IDENTIFIER, text, offset);
}

/**
 * The digits, points and exponents that start at an offset, or undefined. They are taken together even where they are
 * no number (`1.2.3`), which `isNumber` tells.
 */
export function numberAt(text: string, offset: number): string | undefined {
  return matchAt(NUMBER, text, offset);
}

/** Whether a text is a number literal. `5.` and `.5` are none, `5.e3` is. */
export function isNumber(text: string): boolean {
  return VALID_NUMBER.test(text);
}

/** Whether a text is exactly one identifier. */
export function isIdentifier(text: string): boolean {
  return text !== '' && identifierAt(text, 0) === text;
}

/** The text without white space at its start. */
export function trimLeft(text: string): string {
  return text.replace(LEADING_BLANKS, '');
}

/** The text without white space at its end. Written as a loop: a pattern anchored at the end is quadratic. */
export function trimRight(text: string): string {
  let end = text.length;
  while (end > 0 && isBlank(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/** Whether one character is Unicode white space. */
export function isBlank(character: string): boolean {
  return ONE_BLANK.test(character);
}

/**
 * A single `$` or `%` at the end of a line with CRLF: HashiCorp's parser takes the carriage return together with the sign,
 * so that a strip marker on the next line does not remove it.
 */
export function isSignBeforeReturn(text: string, at: number): boolean {
  return text.startsWith('\r\n', at + 1) && !/[$%]/.test(text.charAt(at - 1));
}

function matchAt(pattern: RegExp, text: string, offset: number): string | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0];
}
