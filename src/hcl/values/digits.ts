/** Digits of a text that count; what follows can only tip an exact tie. */
const MAX_DIGITS = 20_000;

/**
 * Steele and White's free-format digits: value = numerator / denominator, `ulp` / denominator its half gap on both sides. At a
 * power of two the gap below is narrower, which is not regarded here, as it is not in Go.
 * All bounds are inclusive where the mantissa is even, as reading rounds ties to even.
 */
export function shortest(
  numerator: bigint,
  denominator: bigint,
  ulp: bigint,
  fullMantissa: bigint,
): { digits: string; power: number } {
  let [r, s, m] = [numerator, denominator, ulp];
  const inclusive = ((fullMantissa >> 1n) & 1n) === 0n;
  let power = Math.ceil((bitLength(r) - bitLength(s)) * 0.30102999566398) - 1;
  if (power > 0) s *= 10n ** BigInt(power);
  let [low, high] = [m, m];
  if (power < 0) {
    const factor = 10n ** BigInt(-power);
    r *= factor;
    low *= factor;
    high *= factor;
  }
  const reaches = () => (inclusive ? r + high >= s : r + high > s);
  while (reaches()) {
    s *= 10n;
    power++;
  }
  let digits = '';
  for (;;) {
    r *= 10n;
    low *= 10n;
    high *= 10n;
    const digit = r / s;
    r -= digit * s;
    const isLow = inclusive ? r <= low : r < low;
    const isHigh = inclusive ? r + high >= s : r + high > s;
    if (!isLow && !isHigh) {
      digits += digit.toString();
      continue;
    }
    const up = isLow && isHigh ? r * 2n >= s : isHigh;
    m = digit + (up ? 1n : 0n);
    return { digits: `${digits}${m}`.replace(/0+$/, ''), power };
  }
}

/** A text of decimal digits, cut to what counts; a last digit 1 stands for any others that were dropped. */
export function cutDigits(text: string): { readonly digits: bigint; readonly dropped: number } {
  if (text.length <= MAX_DIGITS) return { digits: BigInt(text), dropped: 0 };
  const sticky = /[1-9]/.test(text.slice(MAX_DIGITS)) ? '1' : '0';
  return { digits: BigInt(text.slice(0, MAX_DIGITS) + sticky), dropped: text.length - MAX_DIGITS - 1 };
}

const DOUBLE_EXACT = 1n << 53n;

export function bitLength(value: bigint): number {
  if (value < DOUBLE_EXACT) {
    const double = Number(value);
    const high = Math.floor(double / 2 ** 32);
    return high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(double);
  }
  const hex = value.toString(16);
  return hex.length * 4 - Math.clz32(parseInt(hex[0] as string, 16)) + 28;
}

/** Precondition: not 0. */
export function trailingZeros(value: bigint): number {
  let zeros = 0;
  let rest = value;
  for (; (rest & 0xffff_ffffn) === 0n; rest >>= 32n) zeros += 32;
  const low = Number(rest & 0xffff_ffffn);
  return zeros + 31 - Math.clz32(low & -low);
}

/** value / 2^bits, rounded to the nearest integer, ties to even. */
export function shiftRounded(value: bigint, bits: number): bigint {
  const places = BigInt(bits);
  const quotient = value >> places;
  const rest = value - (quotient << places);
  const half = 1n << (places - 1n);
  return rest > half || (rest === half && (quotient & 1n) === 1n) ? quotient + 1n : quotient;
}
