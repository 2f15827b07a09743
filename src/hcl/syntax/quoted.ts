import type { SourceRange } from '../source.js';
import type { Reader } from './reader.js';
import { SyntaxFault } from './reader.js';
import type { Token } from './tokens.js';

const ESCAPE = /\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[^]|$)|\$\$\{|%%\{/gu;
const SIMPLE: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

/** The text of a literal token of a quoted string, with its escapes resolved; wrong ones are reported and left out. */
export function unescapeQuoted(reader: Reader, token: Token): string {
  const raw = reader.textOf(token);
  return raw.replace(ESCAPE, (escape: string, offset: number) => {
    if (escape.startsWith('\\')) return resolve(reader, escape, token.start + offset);
    return escape.slice(1);
  });
}

/** The text of a literal token of a heredoc or a template file: only `$${` and `%%{` mean something else. */
export function unescapeBare(text: string): string {
  return text.replace(/\$\$\{|%%\{/g, (escape) => escape.slice(1));
}

function resolve(reader: Reader, escape: string, start: number): string {
  const letter = escape.slice(1, 2);
  const simple = escape.length === 2 ? SIMPLE[letter] : undefined;
  if (simple !== undefined) return simple;
  const range = reader.lines.range(start, start + escape.length);
  if (letter === 'u' || letter === 'U') {
    const digits = letter === 'u' ? 4 : 8;
    if (escape.length === 2) {
      reader.report(range, 'hcl/invalid-escape', 'invalid escape', {
        detail: `\`\\${letter}\` must be followed by ${digits} hexadecimal digits.`,
        suggestion: `fill up with zeros: \`\\${letter}${'0'.repeat(digits - 2)}e9\``,
      });
      return '';
    }
    const point = Number.parseInt(escape.slice(2), 16);
    if (point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff)) return String.fromCodePoint(point);
    const isSurrogate = point <= 0xdfff;
    reader.report(range, 'hcl/invalid-escape', 'invalid escape', {
      detail: isSurrogate
        ? `\`${escape}\` is half of a surrogate pair, not a character.`
        : `\`${escape}\` lies beyond the last character of Unicode.`,
      suggestion: isSurrogate
        ? 'write the character itself, or its code point as `\\U0001F44D`'
        : 'use at most `\\U0010FFFF`',
    });
    return '';
  }
  reader.report(range, 'hcl/invalid-escape', 'invalid escape', {
    detail: `\`${escape}\` is no escape; there are \`\\n\`, \`\\r\`, \`\\t\`, \`\\"\`, \`\\\\\`, \`\\uNNNN\` and \`\\UNNNNNNNN\`.`,
    suggestion: 'for the backslash itself write `\\\\`',
  });
  return '';
}

/**
 * A quoted string in a place where no template is allowed, from its opening quote on.
 * An interpolation is reported and skipped, and the rest is read on, so that a block keeps its body.
 */
export function plainString(reader: Reader, place: string): { value: string; range: SourceRange } {
  const open = reader.next();
  let value = '';
  let depth = 0;
  for (;;) {
    const token = reader.next();
    if (token.kind === 'end' || token.kind === 'invalid') throw new SyntaxFault();
    if (token.kind === 'close-quote' && depth === 0) {
      return { value, range: reader.lines.range(open.start, token.end) };
    }
    if (token.kind === 'literal' && depth === 0) value += unescapeQuoted(reader, token);
    else if (token.kind === 'interpolation' || token.kind === 'directive') {
      if (depth++ === 0) {
        reader.report(reader.rangeOf(token), 'hcl/template-not-allowed', 'template where plain text is needed', {
          detail: `The text of ${place} is fixed: no value can be put into it.`,
          suggestion: `for the characters themselves write \`${reader.textOf(token).charAt(0)}${reader.textOf(token)}\``,
        });
      }
    } else if (token.kind === 'template-close') depth--;
  }
}
