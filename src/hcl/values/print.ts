import type { Value } from './value.js';

/** A string as Go quotes it. */
export function quote(text: string): string {
  const escapes: Record<string, string> = {
    '"': '\\"',
    '\\': '\\\\',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    '\u0007': '\\a',
    '\b': '\\b',
    '\f': '\\f',
    '\v': '\\v',
  };
  const written = text.replace(/["\\]|\p{C}|[\u2028\u2029]|\p{Zs}/gu, (char) => {
    if (char === ' ') return char;
    const known = escapes[char];
    if (known) return known;
    const code = char.codePointAt(0) as number;
    if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
    return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
  return `"${written}"`;
}

/**
 * A value as the console prints it: a string raw at the top and quoted inside collections, numbers as doubles, `<unknown>`
 * where any part is not known. With `maskSensitive`, marked values are `<sensitive>`.
 */
export function printValue(value: Value, options: { readonly maskSensitive?: boolean } = {}): string {
  if (!value.isWhollyKnown) return '<unknown>';
  return print(value, options.maskSensitive === true, true, '');
}

function print(value: Value, mask: boolean, top: boolean, indent: string): string {
  if (mask && value.isSensitive) return '<sensitive>';
  if (value.isNull) return 'null';
  const inner = `${indent}  `;
  switch (value.type.kind) {
    case 'string':
      return top ? value.text : quote(value.text);
    case 'number':
      return numberText(value);
    case 'bool':
      return String(value.truth);
    case 'any':
      return 'null';
    case 'list':
    case 'set':
    case 'tuple':
      if (value.items.length === 0) return '[]';
      return `[\n${value.items.map((item) => `${inner}${print(item, mask, false, inner)},\n`).join('')}${indent}]`;
    case 'map':
    case 'object': {
      const shown = [...value.entries].filter(([, item]) => !item.isNull);
      if (shown.length === 0) return '{}';
      return `{\n${shown.map(([key, item]) => `${inner}${quote(key)} = ${print(item, mask, false, inner)}\n`).join('')}${indent}}`;
    }
  }
}

const INT64_LIMIT = 1n << 63n;

/** Whole numbers of 64 bits exactly, others as the nearest double. */
function numberText(value: Value): string {
  const number = value.numeric;
  if (number.isInteger) {
    const whole = number.toBigInt();
    if (whole >= -INT64_LIMIT && whole < INT64_LIMIT) return whole.toString();
  }
  return doubleText(number.toNumber());
}

/** A double in its shortest form, with an exponent below 1e-4 and from 1e6: of two digits at least. */
export function doubleText(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 6) {
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  // Between the two limits JavaScript writes no exponent either.
  return String(value);
}
