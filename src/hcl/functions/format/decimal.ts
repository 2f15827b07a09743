import type { BigFloat } from '../../values/number.js';

/** A finite number that is not negative: 0.DIGITS × 10^point. `digits` has no zeros at either end; zero has none. */
export interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/** The shortest decimal that reads back as the same number. */
export function shortestDecimal(number: BigFloat): Decimal {
  if (number.isZero) return { digits: '', point: 0 };
  const { digits, power } = number.shortestDigits();
  return normalise(digits, power);
}

/** All decimal digits of the binary value. */
export function exactDecimal(number: BigFloat): Decimal {
  const { numerator, denominator } = number.toRatio();
  // The denominator is a power of two, so as many decimal places hold the quotient exactly.
  const places = denominator.toString(2).length - 1;
  const digits = (numerator * 5n ** BigInt(places)).toString();
  return normalise(digits, digits.length - places);
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
