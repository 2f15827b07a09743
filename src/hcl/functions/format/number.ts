import type { BigFloat } from '../../values/number.js';
import { exactDecimal, roundDecimal, shortestDecimal, type Decimal } from './decimal.js';
import type { Verb } from './verb.js';

const BASES: Readonly<Record<string, number>> = { b: 2, o: 8, d: 10, x: 16, X: 16 };
const PREFIXES: Readonly<Record<string, string>> = { b: '0b', o: '0', x: '0x', X: '0X' };

/** An integer by the verb `b`, `o`, `d`, `x` or `X` with its flags. */
export function formatInteger(verb: Verb, integer: bigint): string {
  const magnitude = (integer < 0n ? -integer : integer).toString(BASES[verb.mode]);
  let digits = verb.mode === 'X' ? magnitude.toUpperCase() : magnitude;
  if (verb.precision !== undefined) {
    if (verb.precision === 0 && digits === '0') return '';
    digits = digits.padStart(verb.precision, '0');
  }
  const head = signOf(verb, integer < 0n) + (verb.sharp ? (PREFIXES[verb.mode] ?? '') : '');
  const width = verb.width ?? 0;
  if (verb.minus) return (head + digits).padEnd(width);
  // A precision says how many digits there are, so zeros do not fill the width then.
  if (verb.zero && verb.precision === undefined) return head + digits.padStart(width - head.length, '0');
  return (head + digits).padStart(width);
}

/** A number by the verb `e`, `E`, `f`, `g` or `G` with its flags. */
export function formatFloat(verb: Verb, number: BigFloat): string {
  const width = verb.width ?? 0;
  if (number.isInfinite) {
    const sign = number.isNegative ? '-' : verb.space ? ' ' : '+';
    return verb.minus ? `${sign}Inf`.padEnd(width) : `${sign}Inf`.padStart(width);
  }
  const sign = signOf(verb, number.isNegative);
  const body = floatBody(verb.mode, verb.precision, number);
  if (verb.zero) return sign + body.padStart(width - sign.length, '0');
  return verb.minus ? (sign + body).padEnd(width) : (sign + body).padStart(width);
}

/** The form of `%v`: shortest decimal, with an exponent for large and small numbers. */
export function formatShortest(number: BigFloat): string {
  if (number.isInfinite) return number.isNegative ? '-Inf' : '+Inf';
  return (number.isNegative ? '-' : '') + floatBody('g', undefined, number);
}

function signOf(verb: Verb, negative: boolean): string {
  return negative ? '-' : verb.plus ? '+' : verb.space ? ' ' : '';
}

function floatBody(mode: string, precision: number | undefined, number: BigFloat): string {
  switch (mode) {
    case 'e':
    case 'E': {
      const digits = (precision ?? 6) + 1;
      return scientific(roundDecimal(exactDecimal(number), digits), digits - 1, mode);
    }
    case 'f': {
      const exact = exactDecimal(number);
      const places = precision ?? 6;
      return positional(roundDecimal(exact, exact.point + places), places);
    }
    default:
      return general(mode === 'G' ? 'E' : 'e', precision, number);
  }
}

/** `g`: as `e` where the exponent is below -4 or not below the precision (6 for the shortest form), else as `f`. */
function general(letter: string, precision: number | undefined, number: BigFloat): string {
  const wanted = precision === undefined ? undefined : Math.max(1, precision);
  const decimal = wanted === undefined ? shortestDecimal(number) : roundDecimal(exactDecimal(number), wanted);
  const { length } = decimal.digits;
  const exponent = decimal.point - 1;
  const limit = wanted === undefined ? 6 : wanted > length && length >= decimal.point ? length : wanted;
  if (exponent < -4 || exponent >= limit) return scientific(decimal, Math.max(0, length - 1), letter);
  return positional(decimal, Math.max(0, length - decimal.point));
}

function scientific({ digits, point }: Decimal, places: number, letter: string): string {
  const padded = (digits || '0').padEnd(places + 1, '0');
  const exponent = digits === '' ? 0 : point - 1;
  const fraction = places > 0 ? `.${padded.slice(1)}` : '';
  return `${padded[0]}${fraction}${letter}${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function positional({ digits, point }: Decimal, places: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  if (places === 0) return whole;
  const fraction = '0'.repeat(Math.max(0, Math.min(places, -point))) + digits.slice(Math.max(0, point));
  return `${whole}.${fraction.padEnd(places, '0').slice(0, places)}`;
}
