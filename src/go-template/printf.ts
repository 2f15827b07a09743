import { exponential, fixed, general } from './format-number.js';
import { isInteger, isList, isMap, isNumber, mapEntries, typeName, type GoValue } from './values.js';

/** Wider fields than this are not made, as in Go. */
const MAX_WIDTH = 1_000_000;

interface Flags {
  readonly minus: boolean;
  readonly plus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
}

interface Directive extends Flags {
  readonly width: number | undefined;
  readonly precision: number | undefined;
  readonly verb: string;
}

/** How a value is written without a format: `%v`. */
export function show(value: GoValue): string {
  if (value === undefined || value === null) return '<nil>';
  if (typeof value === 'number') return Number.isInteger(value) ? integerText(value) : general(value, undefined);
  if (isList(value)) return `[${value.map(show).join(' ')}]`;
  if (isMap(value))
    return `map[${mapEntries(value)
      .map(([key, entry]) => `${key}:${show(entry)}`)
      .join(' ')}]`;
  return String(value);
}

/** `print`: blanks between operands that are both no strings. */
export function sprint(values: readonly GoValue[]): string {
  let result = '';
  values.forEach((value, i) => {
    if (i > 0 && typeof value !== 'string' && typeof values[i - 1] !== 'string') result += ' ';
    result += show(value);
  });
  return result;
}

/** `printf`; faults are written into the text, as Go does: `%!d(string=hi)`. */
export function sprintf(format: string, values: readonly GoValue[]): string {
  let next = 0;
  let reordered = false;
  let result = '';
  let at = 0;
  const pattern = /%([-+# 0]*)(?:\[(\d+)\])?(\*|\d+)?(?:\.(?:\[(\d+)\])?(\*|\d*))?(?:\[(\d+)\])?(\P{Cs}|)/suy;
  while (at < format.length) {
    const percent = format.indexOf('%', at);
    if (percent < 0) break;
    result += format.slice(at, percent);
    pattern.lastIndex = percent;
    const match = pattern.exec(format) as RegExpExecArray;
    at = pattern.lastIndex;
    const [, flags = '', first, width, second, precision, last, verb = ''] = match;
    const choose = (index: string | undefined) => {
      if (index === undefined) return;
      next = Number(index) - 1;
      reordered = true;
    };
    const star = (text: string | undefined) =>
      text === '*' ? Number(values[next++]) : text ? Number(text) : undefined;
    choose(first);
    const wanted = star(width);
    choose(second);
    const digits = precision === '' ? 0 : star(precision);
    choose(last);
    if (verb === '') result += '%!(NOVERB)';
    else if (verb === '%') result += '%';
    else if (next < 0 || next >= values.length) result += `%!${verb}(${reordered ? 'BADINDEX' : 'MISSING'})`;
    else {
      const minus = flags.includes('-') || (wanted !== undefined && wanted < 0);
      result += write(values[next++], {
        minus,
        plus: flags.includes('+'),
        sharp: flags.includes('#'),
        space: flags.includes(' '),
        zero: flags.includes('0') && !minus,
        width: wanted === undefined ? undefined : Math.min(Math.abs(wanted), MAX_WIDTH),
        precision: digits === undefined || digits < 0 ? undefined : digits,
        verb,
      });
    }
  }
  result += format.slice(at);
  if (!reordered && next < values.length) {
    const extra = values.slice(next).map((value) => (value == null ? '<nil>' : `${typeName(value)}=${show(value)}`));
    result += `%!(EXTRA ${extra.join(', ')})`;
  }
  return result;
}

function write(value: GoValue, directive: Directive): string {
  const { verb } = directive;
  if (verb === 'T') return pad(typeName(value), directive, false);
  if (verb === 'v') return writePlain(value, directive);
  if (value === undefined || value === null) return `%!${verb}(<nil>)`;
  if (typeof value === 'string') return writeText(value, directive) ?? bad(value, verb);
  if (typeof value === 'boolean') return verb === 't' ? pad(String(value), directive, false) : bad(value, verb);
  if (isNumber(value)) return writeNumber(value, directive) ?? bad(value, verb);
  if (isList(value)) return `[${value.map((item) => write(item, directive)).join(' ')}]`;
  if (isMap(value)) {
    const entries = mapEntries(value).map(([key, entry]) => `${write(key, directive)}:${write(entry, directive)}`);
    return `map[${entries.join(' ')}]`;
  }
  return bad(value, verb);
}

const bad = (value: GoValue, verb: string): string => `%!${verb}(${typeName(value)}=${show(value)})`;

function writePlain(value: GoValue, directive: Directive): string {
  if (isNumber(value)) return writeNumber(value, { ...directive, verb: isInteger(value) ? 'd' : 'g' }) ?? '';
  if (typeof value === 'string' && directive.sharp) return pad(quote(value), directive, false);
  if (typeof value === 'string') return writeText(value, { ...directive, verb: 's' }) ?? '';
  return pad(show(value), directive, directive.zero && typeof value === 'boolean');
}

function writeText(value: string, directive: Directive): string | undefined {
  const { precision, verb } = directive;
  const text = precision === undefined ? value : [...value].slice(0, precision).join('');
  switch (verb) {
    case 's':
      return pad(text, directive, directive.zero);
    case 'q':
      return pad(
        directive.sharp && !/[`\x00-\x08\x0a-\x1f\x7f]/.test(text) ? `\`${text}\`` : quote(text),
        directive,
        directive.zero,
      );
    case 'x':
    case 'X': {
      const bytes = Buffer.from(value).subarray(0, precision);
      const joined = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(directive.space ? ' ' : '');
      const prefixed = directive.sharp ? `0x${joined.replaceAll(' ', ' 0x')}` : joined;
      return pad(verb === 'X' ? prefixed.toUpperCase() : prefixed, directive, directive.zero);
    }
    default:
      return undefined;
  }
}

function writeNumber(value: number | bigint, directive: Directive): string | undefined {
  const { verb } = directive;
  if (isInteger(value)) {
    const base = { d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 }[verb];
    if (base !== undefined) return writeInteger(BigInt(value), base, directive);
    if (verb === 'c') return pad(character(Number(value)), directive, false);
    if (verb === 'q') return pad(`'${character(Number(value)).replace(/[\\']/g, '\\$&')}'`, directive, false);
    if (verb === 'U') return pad(`U+${Number(value).toString(16).toUpperCase().padStart(4, '0')}`, directive, false);
    // A whole float is told from an integer no more; such verbs can only mean a float.
  }
  const float = Number(value);
  const precision = directive.precision;
  const magnitude = floatText(Math.abs(float), verb, precision);
  if (magnitude === undefined) return undefined;
  const negative = float < 0 || Object.is(float, -0);
  return padNumber(negative ? '-' : directive.plus ? '+' : directive.space ? ' ' : '', magnitude, directive);
}

function floatText(value: number, verb: string, precision: number | undefined): string | undefined {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : 'Inf';
  switch (verb) {
    case 'e':
      return exponential(value, precision ?? 6);
    case 'E':
      return exponential(value, precision ?? 6).toUpperCase();
    case 'f':
    case 'F':
      return fixed(value, precision ?? 6);
    case 'g':
      return general(value, precision);
    case 'G':
      return general(value, precision).toUpperCase();
    default:
      return undefined;
  }
}

function writeInteger(value: bigint, base: number, directive: Directive): string {
  const { verb, precision } = directive;
  const negative = value < 0n;
  let digits = (negative ? -value : value).toString(base);
  if (precision !== undefined) digits = precision === 0 && value === 0n ? '' : digits.padStart(precision, '0');
  const prefix = verb === 'O' ? '0o' : !directive.sharp ? '' : ({ b: '0b', o: '0', x: '0x', X: '0X' }[verb] ?? '');
  const sign = `${negative ? '-' : directive.plus ? '+' : directive.space ? ' ' : ''}${prefix}`;
  const text = verb === 'X' ? digits.toUpperCase() : digits;
  return padNumber(sign, text, precision === undefined ? directive : { ...directive, zero: false });
}

function padNumber(sign: string, digits: string, { width = 0, minus, zero }: Directive): string {
  if (zero && !minus) return sign + digits.padStart(width - sign.length, '0');
  return minus ? (sign + digits).padEnd(width) : (sign + digits).padStart(width);
}

function pad(text: string, { width = 0, minus }: Directive, zero: boolean): string {
  const missing = width - [...text].length;
  if (missing <= 0) return text;
  if (minus) return text + ' '.repeat(missing);
  return (zero ? '0' : ' ').repeat(missing) + text;
}

const integerText = (value: number): string => (Math.abs(value) < 1e21 ? value.toFixed(0) : BigInt(value).toString());

function character(code: number): string {
  const isScalar = code >= 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isScalar ? String.fromCodePoint(code) : '\ufffd';
}

const SHORT: Record<string, string> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
};

/** A Go string literal. */
export function quote(text: string): string {
  let result = '';
  for (const char of text) {
    const code = char.codePointAt(0) as number;
    const short = SHORT[char];
    if (short !== undefined) result += short;
    else if (code < 0x20 || code === 0x7f) result += `\\x${code.toString(16).padStart(2, '0')}`;
    else if (/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(char)) result += char;
    else if (code < 0x10000) result += `\\u${code.toString(16).padStart(4, '0')}`;
    else result += `\\U${code.toString(16).padStart(8, '0')}`;
  }
  return `"${result}"`;
}
