import { bitLength, cutDigits, shiftRounded, shortest, trailingZeros } from './digits.js';

/** Bits of the mantissa, as the language's reference implementation has them. */
const PRECISION = 512;

/** Powers of two beyond which a number overflows to an infinity or underflows to zero: about 120,000 decimal places. */
const MAX_EXPONENT = 400_000;

const LOG2_OF_10 = Math.log2(10);

/** The result of an operation is not a number: infinity minus infinity, zero by zero. */
export class NotANumberError extends RangeError {
  constructor() {
    super('the result is not a number');
    this.name = 'NotANumberError';
  }
}

/**
 * A binary float with a mantissa of 512 bits at most, rounded to nearest, ties to even. Infinities and a negative zero exist,
 * not-a-number does not. Immutable.
 * Counts (64 bits) and results of double arithmetic (53) carry fewer bits: it shows in the digits they are written with, and
 * in arithmetic among themselves, which is as precise as the more precise operand.
 */
export class BigFloat {
  private text: string | undefined;

  /** A finite value is mantissa * 2^exponent with an odd mantissa, or 0. */
  private constructor(
    readonly isInfinite: boolean,
    readonly isNegative: boolean,
    private readonly mantissa: bigint,
    private readonly exponent: number,
    private readonly precision: number = PRECISION,
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

  private static make(negative: boolean, magnitude: bigint, exponent: number, precision = PRECISION): BigFloat {
    if (magnitude === 0n) return BigFloat.zero(negative);
    let [m, e] = [magnitude, exponent];
    const length = bitLength(m);
    if (length + e > MAX_EXPONENT) return BigFloat.infinity(negative);
    if (length + e < -MAX_EXPONENT) return BigFloat.zero(negative);
    const excess = length - precision;
    if (excess > 0) {
      m = shiftRounded(m, excess);
      e += excess;
    }
    const zeros = trailingZeros(m);
    return new BigFloat(false, negative, zeros === 0 ? m : m >> BigInt(zeros), e + zeros, precision);
  }

  /** A quotient of two magnitudes times 2^exponent, rounded once. */
  private static ratio(
    negative: boolean,
    numerator: bigint,
    denominator: bigint,
    exponent: number,
    precision = PRECISION,
  ): BigFloat {
    if (numerator === 0n) return BigFloat.zero(negative);
    const shift = Math.max(0, PRECISION + 2 - (bitLength(numerator) - bitLength(denominator)));
    const scaled = numerator << BigInt(shift);
    const quotient = scaled / denominator;
    // A sticky bit below the last one keeps the single rounding exact.
    const sticky = quotient * denominator === scaled ? 0n : 1n;
    return BigFloat.make(negative, (quotient << 1n) | sticky, exponent - shift - 1, precision);
  }

  private static readonly small: BigFloat[] = [];

  static fromInteger(value: bigint): BigFloat {
    if (value > 0n && value < 1024n) {
      return (BigFloat.small[Number(value)] ??= BigFloat.make(false, value, 0));
    }
    return BigFloat.make(value < 0n, value < 0n ? -value : value, 0);
  }

  /** A whole number that was counted: a length, an index, an integer read from digits. It has 64 bits, or what it needs. */
  static counted(value: bigint | number): BigFloat {
    const whole = BigInt(value);
    const magnitude = whole < 0n ? -whole : whole;
    return BigFloat.make(whole < 0n, magnitude, 0, Math.max(64, Math.min(PRECISION, bitLength(magnitude))));
  }

  /** The result of double arithmetic, with the precision of a double. Precondition: not NaN. */
  static double(value: number): BigFloat {
    const exact = BigFloat.fromNumber(value);
    return exact.isInfinite || exact.isZero
      ? exact
      : new BigFloat(false, exact.isNegative, exact.mantissa, exact.exponent, 53);
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
    return new BigFloat(false, !this.isNegative, this.mantissa, this.exponent, this.precision);
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
    const sum = this.signedAt(other) + other.signedAt(this);
    return BigFloat.make(sum < 0n, sum < 0n ? -sum : sum, Math.min(this.exponent, other.exponent), this.best(other));
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
    // The product has all the bits that it needs.
    const product = this.mantissa * other.mantissa;
    const bits = product === 0n ? 0 : bitLength(product);
    const precision = Math.max(this.best(other), Math.min(PRECISION, bits));
    return BigFloat.make(negative, product, this.exponent + other.exponent, precision);
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
    const precision = this.best(other);
    return BigFloat.ratio(negative, this.mantissa, other.mantissa, this.exponent - other.exponent, precision);
  }
  /**
   * What is left of this after taking `other` away as often as the quotient, rounded to 512 bits, says: that rounding shows
   * where the quotient is large or `other` has no end in binary. A divisor of 0 leaves the dividend.
   * @throws NotANumberError for an infinity on either side
   */
  remainder(other: BigFloat): BigFloat {
    if (other.isZero) return this;
    if (this.isInfinite || other.isInfinite) throw new NotANumberError();
    const times = this.divide(other).toBigInt();
    const rounded = BigFloat.make(times < 0n, times < 0n ? -times : times, 0, this.precision);
    const taken = other.multiply(rounded).withPrecision(this.precision);
    return this.add(taken.negate()).withPrecision(this.precision);
  }

  /** The precision of a result of this and `other`. */
  private best(other: BigFloat): number {
    return Math.max(this.precision, other.precision);
  }
  private withPrecision(precision: number): BigFloat {
    return this.isInfinite || this.precision === precision
      ? this
      : BigFloat.make(this.isNegative, this.mantissa, this.exponent, precision);
  }
  /** A text that equal numbers have in common, however precise they are. */
  get identity(): string {
    if (this.isZero) return '0';
    return this.isInfinite
      ? this.toString()
      : `${this.isNegative ? '-' : ''}${this.mantissa.toString(36)}p${this.exponent}`;
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
    return BigFloat.make(this.isNegative, awayFromZero ? whole + 1n : whole, 0, this.precision);
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
    // Half the distance to the neighbours: half a unit in the last place.
    const gap = BigInt(this.precision - bitLength(this.mantissa) + 1);
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
    if (this.exponent >= 0 && bitLength(this.mantissa) + this.exponent <= this.precision)
      return this.toBigInt().toString();
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
