import { binaryExponent, exponential, fixed, general, generalWithZeros, hexadecimal } from './format-number.js';
import { floatOf, isInteger, isList, isMap, mapEntries, typeName, type GoValue } from './values.js';

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
  const float = floatOf(value);
  if (float !== undefined) return general(float, undefined);
  if (isInteger(value)) return BigInt(value).toString();
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
  if (value === undefined || value === null)
    return verb === 'v' ? pad('<nil>', directive, directive.zero) : `%!${verb}(<nil>)`;
  if (isList(value)) return `[${value.map((item) => write(item, directive)).join(' ')}]`;
  if (isMap(value)) {
    const entries = mapEntries(value).map(([key, entry]) => `${write(key, directive)}:${write(entry, directive)}`);
    return `map[${entries.join(' ')}]`;
  }
  return (
    writeScalar(value, directive) ??
    `%!${verb}(${typeName(value)}=${writeScalar(value, { ...directive, verb: 'v' }, true) ?? ''})`
  );
}

/** @returns undefined where the verb does not fit; `afterFault`: flags count as for the verb that did not */
function writeScalar(value: GoValue, directive: Directive, afterFault = false): string | undefined {
  const isPlain = directive.verb === 'v';
  // `%+v` and `%#v` ask for more about structures, not for a sign or a prefix.
  const flags = isPlain && !afterFault ? { ...directive, plus: false, sharp: false } : directive;
  if (typeof value === 'string') {
    if (isPlain && directive.sharp && !afterFault) return pad(quote(value), directive, false);
    return writeText(value, isPlain ? { ...flags, verb: 's' } : directive);
  }
  if (typeof value === 'boolean')
    return isPlain || directive.verb === 't' ? pad(String(value), directive, directive.zero) : undefined;
  if (isInteger(value)) return writeInteger(BigInt(value), isPlain ? { ...flags, verb: 'd' } : directive);
  const float = floatOf(value);
  return float === undefined ? undefined : writeFloat(float, isPlain ? { ...flags, verb: 'g' } : directive);
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
      const prefixed = directive.sharp && joined !== '' ? `0x${joined.replaceAll(' ', ' 0x')}` : joined;
      return pad(verb === 'X' ? prefixed.toUpperCase() : prefixed, directive, directive.zero);
    }
    default:
      return undefined;
  }
}

function writeFloat(value: number, directive: Directive): string | undefined {
  const magnitude = floatText(Math.abs(value), directive);
  if (magnitude === undefined) return undefined;
  const negative = value < 0 || Object.is(value, -0);
  return padNumber(signOf(negative, directive), magnitude, directive);
}

function floatText(value: number, { verb, precision, sharp }: Directive): string | undefined {
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
      return sharp ? generalWithZeros(value, precision) : general(value, precision);
    case 'G':
      return (sharp ? generalWithZeros(value, precision) : general(value, precision)).toUpperCase();
    case 'x':
      return hexadecimal(value);
    case 'X':
      return hexadecimal(value).toUpperCase();
    case 'b':
      return binaryExponent(value);
    default:
      return undefined;
  }
}

const signOf = (negative: boolean, { plus, space }: Flags): string => (negative ? '-' : plus ? '+' : space ? ' ' : '');

const BASES: Record<string, number> = { d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };

function writeInteger(value: bigint, directive: Directive): string | undefined {
  const { verb, precision, sharp } = directive;
  if (verb === 'c') return pad(character(value), directive, directive.zero);
  if (verb === 'q') return pad(quoteRune(character(value)), directive, directive.zero);
  if (verb === 'U') {
    const code = BigInt.asUintN(64, value).toString(16).toUpperCase().padStart(4, '0');
    const shown = sharp ? ` '${character(value)}'` : '';
    return pad(`U+${code}${shown}`, directive, false);
  }
  const base = BASES[verb];
  if (base === undefined) return undefined;
  const negative = value < 0n;
  let digits = (negative ? -value : value).toString(base);
  if (precision !== undefined) digits = precision === 0 && value === 0n ? '' : digits.padStart(precision, '0');
  const octal = sharp && verb === 'o' && !digits.startsWith('0') ? '0' : '';
  const prefix = verb === 'O' ? '0o' : sharp ? ({ b: '0b', x: '0x', X: '0X' }[verb] ?? octal) : '';
  const text = verb === 'X' ? digits.toUpperCase() : digits;
  const sign = signOf(negative, directive) + prefix;
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

function character(code: bigint): string {
  const isScalar = code >= 0n && code <= 0x10ffffn && (code < 0xd800n || code > 0xdfffn);
  return isScalar ? String.fromCodePoint(Number(code)) : '\ufffd';
}

/** A Go character literal. */
const quoteRune = (char: string): string =>
  char === "'" ? `'\\''` : char === '"' ? `'"'` : `'${quote(char).slice(1, -1)}'`;

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
