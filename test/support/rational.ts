/** An exact fraction with a positive denominator. */
export interface Rational {
  readonly n: bigint;
  readonly d: bigint;
}

export const rational = (n: bigint, d = 1n): Rational => (d < 0n ? { n: -n, d: -d } : { n, d });
export const plus = (a: Rational, b: Rational): Rational => rational(a.n * b.d + b.n * a.d, a.d * b.d);
export const times = (a: Rational, b: Rational): Rational => rational(a.n * b.n, a.d * b.d);
export const over = (a: Rational, b: Rational): Rational => rational(a.n * b.d, a.d * b.n);
export const negated = (a: Rational): Rational => rational(-a.n, a.d);
export const compared = (a: Rational, b: Rational): number =>
  Number(a.n * b.d > b.n * a.d) - Number(a.n * b.d < b.n * a.d);

/** The nearest fraction with a mantissa of 512 bits, ties to even: what a 512-bit float holds. */
export function rounded({ n, d }: Rational): Rational {
  if (n === 0n) return rational(0n);
  const magnitude = n < 0n ? -n : n;
  let up = 0n;
  let down = 1n;
  // Doubles and halves until the quotient has exactly 512 bits.
  while ((magnitude << up) / d < 1n << 511n) up++;
  while (magnitude / (d * down) >= 1n << 512n) down *= 2n;
  const [top, bottom] = [magnitude << up, d * down];
  const quotient = top / bottom;
  const twice = (top % bottom) * 2n;
  const isUp = twice > bottom || (twice === bottom && quotient % 2n === 1n);
  const mantissa = (quotient + (isUp ? 1n : 0n)) * (n < 0n ? -1n : 1n);
  return rational(mantissa * down, 1n << up);
}

/** The fraction that a decimal such as `-12.5e-3` writes. */
export function fromDecimal(text: string): Rational {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const power = Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction) * (mantissa.startsWith('-') ? -1n : 1n);
  return power >= 0 ? rational(digits * 10n ** BigInt(power)) : rational(digits, 10n ** BigInt(-power));
}

/** All digits of a fraction whose denominator is a power of two. */
export function toDecimal({ n, d }: Rational): string {
  const places = d.toString(2).length - 1;
  const digits = ((n < 0n ? -n : n) * 5n ** BigInt(places)).toString().padStart(places + 1, '0');
  const sign = n < 0n ? '-' : '';
  return places === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}
