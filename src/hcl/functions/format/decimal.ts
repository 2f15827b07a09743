import { BigFloat } from '../../values/number.js';

/** A finite number that is not negative: 0.DIGITS × 10^point. `digits` has no zeros at either end; zero has none. */
export interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/** The shortest decimal that reads back as the same number. */
export function shortestDecimal(number: BigFloat): Decimal {
  const [whole = '', fraction = ''] = number.abs().toString().split('.');
  return normalise(whole + fraction, whole.length);
}

/** All decimal digits of the binary value. */
export function exactDecimal(number: BigFloat): Decimal {
  const magnitude = number.abs();
  let shift = 0;
  let scaled = magnitude;
  // Multiplying by a power of two loses nothing, so this ends with an integer and the exact binary exponent.
  while (!scaled.isInteger) {
    shift = shift === 0 ? 512 : shift * 2;
    scaled = magnitude.multiply(BigFloat.fromInteger(1n << BigInt(shift)));
  }
  const digits = (scaled.toBigInt() * 5n ** BigInt(shift)).toString();
  return normalise(digits, digits.length - shift);
}

/** The decimal cut to `count` digits, rounded to nearest, a tie to even. */
export function roundDecimal(decimal: Decimal, count: number): Decimal {
  const { digits, point } = decimal;
  if (count >= digits.length) return decimal;
  if (count < 0) return { digits: '', point: 0 };
  const kept = digits.slice(0, count);
  if (!roundsUp(digits, count)) return normalise(kept, point);
  const raised = (BigInt(kept || '0') + 1n).toString().padStart(count, '0');
  return normalise(raised, point + raised.length - count);
}

function roundsUp(digits: string, at: number): boolean {
  const next = digits[at] as string;
  if (next !== '5' || at + 1 < digits.length) return next >= '5';
  return at > 0 && Number(digits[at - 1]) % 2 === 1;
}

function normalise(digits: string, point: number): Decimal {
  const trimmed = digits.replace(/0+$/, '');
  const body = trimmed.replace(/^0+/, '');
  return body === '' ? { digits: '', point: 0 } : { digits: body, point: point - (trimmed.length - body.length) };
}
