import { GoFloat } from './values.js';

const ESCAPES: Record<string, string> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

/** The value of a quoted or back-quoted Go string; undefined where an escape is wrong. */
export function unquote(literal: string): string | undefined {
  if (literal.startsWith('`')) return literal.slice(1, -1).replaceAll('\r', '');
  const quote = literal[0] as string;
  const body = literal.slice(1, -1);
  const bytes: Buffer[] = [];
  const pattern = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3})|([abfnrtv\\'"]))|([^\\]+)/gy;
  let at = 0;
  for (let match = pattern.exec(body); match; match = pattern.exec(body)) {
    at = pattern.lastIndex;
    const [, hex, short, long, octal, simple, plain] = match;
    const byte = hex !== undefined ? parseInt(hex, 16) : octal !== undefined ? parseInt(octal, 8) : undefined;
    if (byte !== undefined) {
      if (byte > 255) return undefined;
      bytes.push(Buffer.from([byte]));
    } else if (plain !== undefined) {
      bytes.push(Buffer.from(plain));
    } else if (simple !== undefined) {
      if ((simple === '"' || simple === "'") && simple !== quote) return undefined;
      bytes.push(Buffer.from(ESCAPES[simple] as string));
    } else {
      const code = parseInt((short ?? long) as string, 16);
      if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return undefined;
      bytes.push(Buffer.from(String.fromCodePoint(code)));
    }
  }
  return at === body.length ? Buffer.concat(bytes).toString('utf8') : undefined;
}

/** The value of a Go number: integers of any base (as bigint where a double is not exact) and floats. */
export function parseNumber(literal: string): number | bigint | GoFloat | undefined {
  const text = literal.replaceAll('_', '');
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[+-]/, '');
  if (/^0[xX][\da-fA-F]*[.pP]/.test(digits)) return undefined;
  if (/^(0[xX][\da-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|[1-9]\d*|0)$/.test(digits)) {
    const value = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits) * BigInt(sign);
    const exact = Number(value);
    return Number.isSafeInteger(exact) ? exact : value;
  }
  const value = Number(text);
  if (Number.isNaN(value)) return undefined;
  return Number.isInteger(value) ? new GoFloat(value) : value;
}
