import { BigFloat } from '../../values/number.js';
import { NUMBER } from '../../values/type.js';
import { Value } from '../../values/value.js';
import { define, failure } from '../define.js';

function double(result: number): Value {
  if (Number.isNaN(result)) throw failure('the result is not a number');
  return Value.number(BigFloat.double(result));
}

export const pow = define({
  name: 'pow',
  summary: 'a number raised to a power',
  parameters: [
    { name: 'number', type: NUMBER },
    { name: 'power', type: NUMBER },
  ],
  returns: NUMBER,
  call: ([number, exponent]) => double(power(number.numeric.toNumber(), exponent.numeric.toNumber())),
});

export const log = define({
  name: 'log',
  summary: 'the logarithm of a number to a base',
  parameters: [
    { name: 'number', type: NUMBER },
    { name: 'base', type: NUMBER },
  ],
  returns: NUMBER,
  call: ([number, base]) => double(Math.log(number.numeric.toNumber()) / Math.log(base.numeric.toNumber())),
});

/**
 * A power as it is reckoned by repeated squaring of the whole part of the exponent, with the fraction through a logarithm:
 * its last digit is not always that of `**`.
 */
function power(base: number, exponent: number): number {
  const size = Math.abs(exponent);
  if (!Number.isFinite(base) || !Number.isFinite(exponent) || base === 0 || base === 1 || size > 2 ** 62) {
    // What JavaScript gives for 1 and -1 to an infinite power is not a number.
    return Math.abs(base) === 1 && !Number.isFinite(exponent) ? 1 : base ** exponent;
  }
  if (exponent === 0.5) return Math.sqrt(base);
  if (exponent === -0.5) return 1 / Math.sqrt(base);
  let whole = Math.trunc(size);
  let fraction = size - whole;
  if (fraction !== 0 && base < 0) return NaN;
  let product = { mantissa: 1, exponent: 0 };
  if (fraction !== 0) {
    if (fraction > 0.5) [fraction, whole] = [fraction - 1, whole + 1];
    product = { mantissa: Math.exp(fraction * Math.log(base)), exponent: 0 };
  }
  let square = split(base);
  for (let bits = whole; bits !== 0; bits = Math.floor(bits / 2)) {
    if (Math.abs(square.exponent) > 2 ** 12) {
      product = { ...product, exponent: product.exponent + square.exponent };
      break;
    }
    if (bits % 2 === 1) product = times(product, square);
    square = times(square, square);
    if (square.mantissa < 0.5) square = { mantissa: square.mantissa * 2, exponent: square.exponent - 1 };
  }
  if (exponent < 0) product = { mantissa: 1 / product.mantissa, exponent: -product.exponent };
  return scale(product);
}

/** mantissa * 2^exponent; splitting a power keeps it within the range of a double. */
interface Parts {
  readonly mantissa: number;
  readonly exponent: number;
}

function times(a: Parts, b: Parts): Parts {
  return { mantissa: a.mantissa * b.mantissa, exponent: a.exponent + b.exponent };
}

/** The mantissa is from 0.5 up to 1, exclusive. */
function split(value: number): Parts {
  let exponent = Math.max(-1023, Math.floor(Math.log2(Math.abs(value))) + 1);
  let mantissa = value * 2 ** -exponent;
  while (Math.abs(mantissa) < 0.5) [mantissa, exponent] = [mantissa * 2, exponent - 1];
  while (Math.abs(mantissa) >= 1) [mantissa, exponent] = [mantissa / 2, exponent + 1];
  return { mantissa, exponent };
}

function scale({ mantissa, exponent }: Parts): number {
  const limited = Math.max(-2200, Math.min(2200, exponent));
  const half = Math.trunc(limited / 2);
  return mantissa * 2 ** half * 2 ** (limited - half);
}
