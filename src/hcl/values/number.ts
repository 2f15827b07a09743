/** Bits of the mantissa, as the language's reference implementation has them. */
const PRECISION = 512;

/** Powers of two beyond which a number overflows to an infinity or underflows to zero: about 120,000 decimal places. */
const MAX_EXPONENT = 400_000;

/** Digits of a text that count; what follows can only tip an exact tie. */
const MAX_DIGITS = 20_000;

const LOG2_OF_10 = Math.log2(10);

/** The result of an operation is not a number: infinity minus infinity, zero by zero. */
export class NotANumberError extends RangeError {
  constructor() {
    super('the result is not a number');
    this.name = 'NotANumberError';
  }
}

/**
 * A binary float with a mantissa of 512 bits, rounded to nearest, ties to even. Infinities and a negative zero exist,
 * not-a-number does not. Immutable.
 */
export class BigFloat {
  private text: string | undefined;

  /** A finite value is mantissa * 2^exponent with an odd mantissa, or 0. */
  private constructor(
    readonly isInfinite: boolean,
    readonly isNegative: boolean,
    private readonly mantissa: bigint,
    private readonly exponent: number,
  ) {}

  static readonly ZERO = new BigFloat(false, false, 0n, 0);
  static readonly NEGATIVE_ZERO = new BigFloat(false, true, 0n, 0);
  static readonly POSITIVE_INFINITY = new BigFloat(true, false, 0n, 0);
  static readonly NEGATIVE_INFINITY = new BigFloat(true, true, 0n, 0);

  private static zero(negative: boolean): BigFloat {
    return negative ? BigFloat.NEGATIVE_ZERO : BigFloat.ZERO;
  }
  private static infinity(negative: boolean): BigFloat {
    return negative ? BigFloat.NEGATIVE_INFINITY : BigFloat.POSITIVE_INFINITY;
  }

  private static make(negative: boolean, magnitude: bigint, exponent: number): BigFloat {
    if (magnitude === 0n) return BigFloat.zero(negative);
    let [m, e] = [magnitude, exponent];
    const length = bitLength(m);
    if (length + e > MAX_EXPONENT) return BigFloat.infinity(negative);
    if (length + e < -MAX_EXPONENT) return BigFloat.zero(negative);
    const excess = length - PRECISION;
    if (excess > 0) {
      m = shiftRounded(m, excess);
      e += excess;
    }
    const zeros = trailingZeros(m);
    return new BigFloat(false, negative, zeros === 0 ? m : m >> BigInt(zeros), e + zeros);
  }

  /** A quotient of two magnitudes times 2^exponent, rounded once. */
  private static ratio(negative: boolean, numerator: bigint, denominator: bigint, exponent: number): BigFloat {
    if (numerator === 0n) return BigFloat.zero(negative);
    const shift = Math.max(0, PRECISION + 2 - (bitLength(numerator) - bitLength(denominator)));
    const scaled = numerator << BigInt(shift);
    const quotient = scaled / denominator;
    // A sticky bit below the last one keeps the single rounding exact.
    const sticky = quotient * denominator === scaled ? 0n : 1n;
    return BigFloat.make(negative, (quotient << 1n) | sticky, exponent - shift - 1);
  }

  private static readonly small: BigFloat[] = [];

  static fromInteger(value: bigint): BigFloat {
    if (value > 0n && value < 1024n) {
      return (BigFloat.small[Number(value)] ??= BigFloat.make(false, value, 0));
    }
    return BigFloat.make(value < 0n, value < 0n ? -value : value, 0);
  }

  /** Precondition: not NaN. */
  static fromNumber(value: number): BigFloat {
    if (!Number.isFinite(value)) return value > 0 ? BigFloat.POSITIVE_INFINITY : BigFloat.NEGATIVE_INFINITY;
    if (value === 0) return Object.is(value, -0) ? BigFloat.NEGATIVE_ZERO : BigFloat.ZERO;
    if (Number.isInteger(value)) return BigFloat.fromInteger(BigInt(value));
    const bits = new DataView(new ArrayBuffer(8));
    bits.setFloat64(0, value);
    const high = bits.getUint32(0);
    const power = (high >>> 20) & 0x7ff;
    const fraction = (BigInt(high & 0xfffff) << 32n) | BigInt(bits.getUint32(4));
    return BigFloat.make(value < 0, power === 0 ? fraction : fraction | (1n << 52n), Math.max(power, 1) - 1075);
  }

  /** Reads a text that converts to a number (`12`, `.5`, `+5`, `1e3`, `1p4`, `inf`); undefined where it is none. */
  static parse(text: string): BigFloat | undefined {
    if (/^[1-9]\d{0,14}$/.test(text)) return BigFloat.fromInteger(BigInt(text));
    const sign = /^[+-]?/.exec(text)?.[0] ?? '';
    const negative = sign === '-';
    const rest = text.slice(sign.length);
    if (/^[iI]nf$/.test(rest)) return BigFloat.infinity(negative);
    const match = /^(\d*)(?:\.(\d*))?(?:([eEpP])([+-]?\d+))?$/.exec(rest);
    if (!match || (match[1] === '' && !match[2])) return undefined;
    const [, whole = '', fraction = '', letter = '', power = '0'] = match;
    const { digits, dropped } = cutDigits((whole + fraction).replace(/^0+/, ''));
    if (digits === 0n) return BigFloat.zero(negative);
    const exponent = Number(power);
    const isBinary = letter === 'p' || letter === 'P';
    const decimal = (isBinary ? 0 : exponent) - fraction.length + dropped;
    const binary = isBinary ? exponent : 0;
    const size = bitLength(digits) + decimal * LOG2_OF_10 + binary;
    if (size > MAX_EXPONENT + 8) return BigFloat.infinity(negative);
    if (size < -MAX_EXPONENT - 8) return BigFloat.zero(negative);
    return decimal >= 0
      ? BigFloat.make(negative, digits * 10n ** BigInt(decimal), binary)
      : BigFloat.ratio(negative, digits, 10n ** BigInt(-decimal), binary);
  }

  /** About how many characters `toString` gives. */
  get textLength(): number {
    if (this.isInfinite) return 4;
    const length = bitLength(this.mantissa);
    const whole = Math.max(0, length + this.exponent) / LOG2_OF_10;
    // As many decimal places as binary ones, yet no more digits than 512 bits need.
    const zeros = Math.max(0, -this.exponent - length) / LOG2_OF_10;
    return Math.ceil(3 + whole + zeros + Math.min(Math.max(0, -this.exponent), PRECISION / LOG2_OF_10));
  }

  get isZero(): boolean {
    return !this.isInfinite && this.mantissa === 0n;
  }
  get isInteger(): boolean {
    return !this.isInfinite && this.exponent >= 0;
  }

  negate(): BigFloat {
    if (this.isInfinite) return this.isNegative ? BigFloat.POSITIVE_INFINITY : BigFloat.NEGATIVE_INFINITY;
    if (this.isZero) return this.isNegative ? BigFloat.ZERO : BigFloat.NEGATIVE_ZERO;
    return new BigFloat(false, !this.isNegative, this.mantissa, this.exponent);
  }
  abs(): BigFloat {
    return this.isNegative ? this.negate() : this;
  }

  /** @throws NotANumberError for infinities of opposite signs */
  add(other: BigFloat): BigFloat {
    if (this.isInfinite || other.isInfinite) {
      if (this.isInfinite && other.isInfinite && this.isNegative !== other.isNegative) throw new NotANumberError();
      return this.isInfinite ? this : other;
    }
    if (this.isZero && other.isZero) return this.isNegative && other.isNegative ? this : BigFloat.ZERO;
    if (this.isZero) return other;
    if (other.isZero) return this;
    const sum = this.signedAt(other) + other.signedAt(this);
    return BigFloat.make(sum < 0n, sum < 0n ? -sum : sum, Math.min(this.exponent, other.exponent));
  }
  subtract(other: BigFloat): BigFloat {
    return this.add(other.negate());
  }
  /** @throws NotANumberError for zero times infinity */
  multiply(other: BigFloat): BigFloat {
    const negative = this.isNegative !== other.isNegative;
    if (this.isInfinite || other.isInfinite) {
      if (this.isZero || other.isZero) throw new NotANumberError();
      return BigFloat.infinity(negative);
    }
    return BigFloat.make(negative, this.mantissa * other.mantissa, this.exponent + other.exponent);
  }
  /**
   * Division by zero is an infinity.
   * @throws NotANumberError for 0/0 and infinity/infinity
   */
  divide(other: BigFloat): BigFloat {
    const negative = this.isNegative !== other.isNegative;
    if ((this.isInfinite && other.isInfinite) || (this.isZero && other.isZero)) throw new NotANumberError();
    if (this.isInfinite || other.isZero) return BigFloat.infinity(negative);
    if (other.isInfinite) return BigFloat.zero(negative);
    return BigFloat.ratio(negative, this.mantissa, other.mantissa, this.exponent - other.exponent);
  }
  /**
   * What is left of this after taking `other` away as often as the quotient, rounded to 512 bits, says: that rounding shows
   * where the quotient is large or `other` has no end in binary. A divisor of 0 leaves the dividend.
   * @throws NotANumberError for an infinity on either side
   */
  remainder(other: BigFloat): BigFloat {
    if (this.isInfinite || other.isInfinite) throw new NotANumberError();
    if (other.isZero) return this;
    const times = BigFloat.fromInteger(this.divide(other).toBigInt());
    return this.subtract(other.multiply(times));
  }

  /** -1, 0 or 1; both zeros are equal. */
  compare(other: BigFloat): -1 | 0 | 1 {
    const signOf = (value: BigFloat) => (value.isZero ? 0 : value.isNegative ? -1 : 1);
    const [a, b] = [signOf(this), signOf(other)];
    if (a !== b) return a < b ? -1 : 1;
    if (a === 0) return 0;
    if (this.isInfinite || other.isInfinite) {
      if (this.isInfinite && other.isInfinite) return 0;
      return (this.isInfinite ? a > 0 : a < 0) ? 1 : -1;
    }
    const [x, y] = [bitLength(this.mantissa) + this.exponent, bitLength(other.mantissa) + other.exponent];
    if (x !== y) return (x > y ? a > 0 : a < 0) ? 1 : -1;
    const [m, n] = [this.signedAt(other), other.signedAt(this)];
    return m === n ? 0 : m < n ? -1 : 1;
  }
  equals(other: BigFloat): boolean {
    return this.compare(other) === 0;
  }

  /** The largest integer not above it. */
  floor(): BigFloat {
    return this.toInteger(this.isNegative);
  }
  /** The smallest integer not below it. */
  ceil(): BigFloat {
    return this.toInteger(!this.isNegative);
  }
  private toInteger(awayFromZero: boolean): BigFloat {
    if (this.isInfinite || this.exponent >= 0) return this;
    const whole = this.mantissa >> BigInt(-this.exponent);
    return BigFloat.make(this.isNegative, awayFromZero ? whole + 1n : whole, 0);
  }

  /** The integer part, cut towards zero. Precondition: finite. */
  toBigInt(): bigint {
    const magnitude =
      this.exponent >= 0 ? this.mantissa << BigInt(this.exponent) : this.mantissa >> BigInt(-this.exponent);
    return this.isNegative ? -magnitude : magnitude;
  }

  /** The nearest double. */
  toNumber(): number {
    if (this.isInfinite) return this.isNegative ? -Infinity : Infinity;
    if (this.isZero) return this.isNegative ? -0 : 0;
    const length = bitLength(this.mantissa);
    if (length + this.exponent > 1024) return this.isNegative ? -Infinity : Infinity;
    // Below the normal range a double has fewer bits.
    const bits = Math.min(53, length + this.exponent + 1074);
    if (bits < 0) return this.isNegative ? -0 : 0;
    const excess = length - bits;
    const magnitude = excess > 0 ? shiftRounded(this.mantissa, excess) : this.mantissa;
    const exponent = this.exponent + Math.max(0, excess);
    const half = Math.trunc(exponent / 2);
    const result = Number(magnitude) * 2 ** half * 2 ** (exponent - half);
    return this.isNegative ? -result : result;
  }

  /** numerator / denominator of the magnitude, exactly. Precondition: finite. */
  toRatio(): { readonly numerator: bigint; readonly denominator: bigint } {
    return this.exponent >= 0
      ? { numerator: this.mantissa << BigInt(this.exponent), denominator: 1n }
      : { numerator: this.mantissa, denominator: 1n << BigInt(-this.exponent) };
  }

  /** Digits d1 d2 … and the power p with magnitude = 0.d1d2… * 10^p: the fewest that read back as this number. */
  shortestDigits(): { readonly digits: string; readonly power: number } {
    const { numerator, denominator } = this.toRatio();
    // Half the distance to the neighbours: half a unit in the last of 512 places.
    const gap = BigInt(PRECISION - bitLength(this.mantissa) + 1);
    const scale = 1n << gap;
    return shortest(
      numerator * scale,
      denominator * scale,
      this.exponent >= 0 ? 1n << BigInt(this.exponent) : 1n,
      this.mantissa << gap,
    );
  }

  /** The shortest decimal that reads back as this number; never with an exponent. `-0` keeps its sign. */
  toString(): string {
    return (this.text ??= this.write());
  }
  private write(): string {
    const sign = this.isNegative ? '-' : '';
    if (this.isInfinite) return `${this.isNegative ? '-' : '+'}Inf`;
    if (this.isZero) return `${sign}0`;
    if (this.exponent >= 0 && bitLength(this.mantissa) + this.exponent <= PRECISION) return this.toBigInt().toString();
    const { digits, power } = this.shortestDigits();
    if (power <= 0) return `${sign}0.${'0'.repeat(-power)}${digits}`;
    if (digits.length <= power) return `${sign}${digits.padEnd(power, '0')}`;
    return `${sign}${digits.slice(0, power)}.${digits.slice(power)}`;
  }

  private signedAt(other: BigFloat): bigint {
    const shifted = this.mantissa << BigInt(Math.max(0, this.exponent - other.exponent));
    return this.isNegative ? -shifted : shifted;
  }
}

/**
 * Steele and White's free-format digits: value = numerator / denominator, `ulp` / denominator' its half gap on both sides.
 * All bounds are inclusive where the mantissa is even, as reading rounds ties to even.
 */
function shortest(
  numerator: bigint,
  denominator: bigint,
  ulp: bigint,
  fullMantissa: bigint,
): { digits: string; power: number } {
  let [r, s, m] = [numerator, denominator, ulp];
  // At a power of two the gap below is half as wide.
  const atPower = bitLength(fullMantissa) === trailingZeros(fullMantissa) + 1;
  if (atPower) [r, s] = [r * 2n, s * 2n];
  const below = m;
  const above = atPower ? m * 2n : m;
  const inclusive = ((fullMantissa >> 1n) & 1n) === 0n;
  let power = Math.ceil((bitLength(r) - bitLength(s)) * 0.30102999566398) - 1;
  if (power > 0) s *= 10n ** BigInt(power);
  let [low, high] = [below, above];
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
function cutDigits(text: string): { readonly digits: bigint; readonly dropped: number } {
  if (text.length <= MAX_DIGITS) return { digits: BigInt(text), dropped: 0 };
  const sticky = /[1-9]/.test(text.slice(MAX_DIGITS)) ? '1' : '0';
  return { digits: BigInt(text.slice(0, MAX_DIGITS) + sticky), dropped: text.length - MAX_DIGITS - 1 };
}

const DOUBLE_EXACT = 1n << 53n;

function bitLength(value: bigint): number {
  if (value < DOUBLE_EXACT) {
    const double = Number(value);
    const high = Math.floor(double / 2 ** 32);
    return high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(double);
  }
  const hex = value.toString(16);
  return hex.length * 4 - Math.clz32(parseInt(hex[0] as string, 16)) + 28;
}

/** Precondition: not 0. */
function trailingZeros(value: bigint): number {
  let zeros = 0;
  let rest = value;
  for (; (rest & 0xffff_ffffn) === 0n; rest >>= 32n) zeros += 32;
  const low = Number(rest & 0xffff_ffffn);
  return zeros + 31 - Math.clz32(low & -low);
}

/** value / 2^bits, rounded to the nearest integer, ties to even. */
function shiftRounded(value: bigint, bits: number): bigint {
  const places = BigInt(bits);
  const quotient = value >> places;
  const rest = value - (quotient << places);
  const half = 1n << (places - 1n);
  return rest > half || (rest === half && (quotient & 1n) === 1n) ? quotient + 1n : quotient;
}
