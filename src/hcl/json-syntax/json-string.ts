import type { Lines } from '../syntax/lines.js';
import type { JsonString } from './node.js';

const SIMPLE: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** A fault inside a string: what is said about it and where. */
export interface StringFault {
  readonly start: number;
  readonly end: number;
  readonly summary: string;
  readonly detail: string;
  readonly suggestion?: string;
}

/** Reads the string whose opening quote stands at an offset. */
export function readJsonString(lines: Lines, start: number): JsonString | StringFault {
  const { text } = lines.source;
  const stop = /["\\\u0000-\u001f]/g;
  let value = '';
  let offsets: number[] | undefined;
  let at = start + 1;
  for (;;) {
    stop.lastIndex = at;
    const end = stop.exec(text)?.index ?? text.length;
    value += text.slice(at, end);
    if (offsets !== undefined) for (let offset = at; offset < end; offset++) offsets.push(offset);
    const sign = text.charAt(end);
    if (sign === '"') {
      const range = lines.range(start, end + 1);
      if (offsets === undefined) return { kind: 'string', value, range };
      return { kind: 'string', value: withoutLoneSurrogates(value), offsets: [...offsets, end], range };
    }
    if (sign !== '\\') return unclosed(sign, start, end);
    const escape = readEscape(text, end);
    if (escape === undefined) {
      return {
        start: end,
        end: Math.min(text.length, end + 2),
        summary: 'invalid escape',
        detail: 'In JSON there are `\\"`, `\\\\`, `\\/`, `\\b`, `\\f`, `\\n`, `\\r`, `\\t` and `\\uNNNN`.',
        suggestion: 'for the backslash itself write `\\\\`',
      };
    }
    offsets ??= Array.from({ length: value.length }, (_, index) => start + 1 + index);
    offsets.push(end);
    value += escape.character;
    at = end + escape.length;
  }
}

function readEscape(text: string, at: number): { character: string; length: number } | undefined {
  const letter = text.charAt(at + 1);
  if (letter === 'u') {
    const digits = text.slice(at + 2, at + 6);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) return undefined;
    return { character: String.fromCharCode(Number.parseInt(digits, 16)), length: 6 };
  }
  const character = SIMPLE[letter];
  return character === undefined ? undefined : { character, length: 2 };
}

function unclosed(sign: string, start: number, end: number): StringFault {
  if (sign === '' || sign === '\n' || sign === '\r') {
    return {
      start,
      end,
      summary: 'unclosed string',
      detail: 'A string must end on the line on which it starts.',
      suggestion: 'add the closing `"`; for a line break write `\\n`',
    };
  }
  const escape = sign === '\t' ? '\\t' : `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return {
    start: end,
    end: end + 1,
    summary: 'invalid character',
    detail: 'A control character stands in a string.',
    suggestion: `write \`${escape}\``,
  };
}

/** Half of a surrogate pair is no character; Go, and so Packer, reads U+FFFD. Lengths stay. */
function withoutLoneSurrogates(value: string): string {
  return value.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
}
