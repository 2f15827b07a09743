import { describe, expect, it } from 'vitest';
import { BigFloat, NotANumberError } from '../../../src/hcl/values/number.js';
import { fc } from '../../support/properties.js';
import {
  compared,
  fromDecimal,
  negated,
  over,
  plus,
  rational,
  rounded,
  times,
  toDecimal,
  type Rational,
} from '../../support/rational.js';

const digits = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }).map(String);
const decimals = fc
  .tuple(digits, fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.integer({ min: -60, max: 60 }))
  .map(([whole, fraction, power]) => `${whole}.${fraction}e${power}`);
/** Numbers that fill all 512 bits, and others. */
const numbers = fc
  .oneof(
    decimals,
    digits,
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .map((double) => toDecimal(ratioOf(BigFloat.fromNumber(double)))),
    fc.bigInt({ min: -(1n << 600n), max: 1n << 600n }).map(String),
    fc.bigInt({ min: 1n, max: 1n << 520n }).map((value) => `${value}e-150`),
  )
  .map((text) => ({ text, number: read(text) }));

function read(text: string): BigFloat {
  const number = BigFloat.parse(text);
  if (!number) throw new Error(`${text} is no number`);
  return number;
}

function ratioOf(number: BigFloat): Rational {
  const { numerator, denominator } = number.toRatio();
  return rational(number.isNegative ? -numerator : numerator, denominator);
}

function expectRatio(number: BigFloat, exact: Rational): void {
  expect(compared(ratioOf(number), rounded(exact)), toDecimal(ratioOf(number))).toBe(0);
}

describe('a number is the exact result, rounded once to 512 bits, ties to even', () => {
  it('as read from a decimal', () => {
    fc.assert(fc.property(numbers, ({ text, number }) => expectRatio(number, fromDecimal(text))));
  });

  it('as a sum, difference, product and quotient', () => {
    fc.assert(
      fc.property(numbers, numbers, ({ number: a }, { number: b }) => {
        const [x, y] = [ratioOf(a), ratioOf(b)];
        expectRatio(a.add(b), plus(x, y));
        expectRatio(a.subtract(b), plus(x, negated(y)));
        expectRatio(a.multiply(b), times(x, y));
        if (!b.isZero) expectRatio(a.divide(b), over(x, y));
      }),
    );
  });

  it('as a tie', () => {
    const [even, odd] = [1n << 520n, (1n << 520n) + (1n << 9n)];
    const half = 1n << 8n;
    expect(BigFloat.fromInteger(even + half).toBigInt()).toBe(even);
    expect(BigFloat.fromInteger(odd + half).toBigInt()).toBe(odd + (1n << 9n));
    expect(BigFloat.fromInteger(even + half + 1n).toBigInt()).toBe(odd);
  });
});

describe('comparison and whole parts', () => {
  it('are those of the fractions', () => {
    fc.assert(
      fc.property(numbers, numbers, ({ number: a }, { number: b }) => {
        const [x, y] = [ratioOf(a), ratioOf(b)];
        expect(a.compare(b)).toBe(compared(x, y));
        expect(a.equals(b)).toBe(compared(x, y) === 0);
        expect(a.isInteger).toBe(x.n % x.d === 0n);
        const cut = x.n / x.d;
        const below = x.n % x.d < 0n ? cut - 1n : cut;
        expect(a.toBigInt()).toBe(cut);
        expectRatio(a.floor(), rational(below));
        expectRatio(a.ceil(), rational(below * x.d === x.n ? below : below + 1n));
        expectRatio(a.abs(), x.n < 0n ? negated(x) : x);
      }),
    );
  });

  it('take both zeros for the same number', () => {
    expect(BigFloat.ZERO.compare(BigFloat.NEGATIVE_ZERO)).toBe(0);
    expect(BigFloat.NEGATIVE_INFINITY.compare(read('-1e1000'))).toBe(-1);
    expect(BigFloat.POSITIVE_INFINITY.compare(BigFloat.POSITIVE_INFINITY)).toBe(0);
  });
});

describe('the text of a number', () => {
  it('reads back as the same number, has no exponent, and no shorter one does', () => {
    fc.assert(
      fc.property(numbers, ({ number }) => {
        const text = number.toString();
        expect(text).toMatch(/^-?\d+(\.\d*[1-9])?$/);
        expect(read(text).equals(number)).toBe(true);
        const significant = text
          .replace(/^-?0*\.?0*/, '')
          .replace('.', '')
          .replace(/0+$/, '').length;
        for (const shorter of neighbours(ratioOf(number), significant - 1)) {
          expect(read(shorter).equals(number), shorter).toBe(false);
        }
      }),
    );
  });

  /** The decimals of `count` digits on both sides of a fraction. */
  function neighbours(exact: Rational, count: number): string[] {
    if (count < 1 || exact.n === 0n) return [];
    const magnitude = exact.n < 0n ? -exact.n : exact.n;
    let power = 0;
    const scaled = (): bigint =>
      power >= 0 ? magnitude / (exact.d * 10n ** BigInt(power)) : (magnitude * 10n ** BigInt(-power)) / exact.d;
    while (scaled().toString().length > count) power++;
    while (scaled() === 0n || scaled().toString().length < count) power--;
    const sign = exact.n < 0n ? '-' : '';
    return [`${sign}${scaled()}e${power}`, `${sign}${scaled() + 1n}e${power}`];
  }

  it.each([
    ['1e100', `1${'0'.repeat(100)}`],
    ['1e-7', '0.0000001'],
    ['1.10', '1.1'],
    ['-0', '-0'],
    ['-0.0', '-0'],
    ['9007199254740993', '9007199254740993'],
    ['inf', '+Inf'],
    ['-Inf', '-Inf'],
    ['007', '7'],
  ])('%s is %s', (from, to) => {
    expect(read(from).toString()).toBe(to);
  });

  it('shows a third with its 155 digits', () => {
    expect(read('1').divide(read('3')).toString()).toBe(`0.${'3'.repeat(154)}5`);
  });

  it('is at most as long as `textLength` says', () => {
    fc.assert(
      fc.property(numbers, ({ number }) => {
        expect(number.toString().length).toBeLessThanOrEqual(number.textLength);
      }),
    );
  });
});

describe('texts that convert to a number', () => {
  it.each([
    ['.5', '0.5'],
    ['5.', '5'],
    ['+5', '5'],
    ['1p4', '16'],
    ['1p-1', '0.5'],
    ['1E3', '1000'],
    ['+inf', '+Inf'],
  ])('%s', (text, expected) => {
    expect(BigFloat.parse(text)?.toString()).toBe(expected);
  });

  it.each(['', '.', '-', '+', ' 1', '1 ', '0x1f', '1_000', 'e5', '1e', '1e+', 'infinity', 'NaN', '--1', '1.2.3', '１'])(
    'not %j',
    (text) => {
      expect(BigFloat.parse(text)).toBeUndefined();
    },
  );
});

describe('doubles', () => {
  it('come and go unchanged', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (double) => {
        expect(BigFloat.fromNumber(double).toNumber()).toBe(double);
      }),
    );
  });

  it('are the nearest to a number', () => {
    fc.assert(
      fc.property(numbers, ({ number }) => {
        expect(number.toNumber()).toBe(number.isZero ? number.toNumber() : Number(toDecimal(ratioOf(number))));
      }),
    );
    expect([read('1e400').toNumber(), read('-1e-400').toNumber()]).toEqual([Infinity, -0]);
    expect(read('4.9406564584124654e-324').toNumber()).toBe(5e-324);
  });
});

describe('where there is no ordinary result', () => {
  const { POSITIVE_INFINITY: infinity, ZERO: zero } = BigFloat;
  const one = read('1');

  it('a division by zero is infinite, with the sign of both', () => {
    expect(one.divide(zero)).toBe(infinity);
    expect(one.negate().divide(zero)).toBe(BigFloat.NEGATIVE_INFINITY);
    expect(one.divide(BigFloat.NEGATIVE_ZERO)).toBe(BigFloat.NEGATIVE_INFINITY);
    expect(one.divide(infinity)).toBe(zero);
  });

  it.each([
    ['0 / 0', () => zero.divide(zero)],
    ['inf / inf', () => infinity.divide(infinity)],
    ['inf - inf', () => infinity.subtract(infinity)],
    ['0 * inf', () => zero.multiply(infinity)],
    ['1 % inf', () => one.remainder(infinity)],
    ['inf % 1', () => infinity.remainder(one)],
  ])('%s is refused', (_title, compute) => {
    expect(compute).toThrow(NotANumberError);
  });

  it('negative zero follows the rules of signs', () => {
    const negative = BigFloat.NEGATIVE_ZERO;
    expect(zero.multiply(one.negate()).toString()).toBe('-0');
    expect(negative.add(negative).toString()).toBe('-0');
    expect(negative.add(zero).toString()).toBe('0');
    expect(one.subtract(one).toString()).toBe('0');
    expect(negative.negate().toString()).toBe('0');
  });

  it('a remainder by zero is the dividend', () => {
    expect(read('5.5').remainder(zero).toString()).toBe('5.5');
  });

  it('what is beyond 120,000 places overflows instead of filling the memory', () => {
    let [large, small] = [read('1e1000'), read('1e-1000')];
    for (let i = 0; i < 64; i++) [large, small] = [large.multiply(large), small.multiply(small)];
    expect([large.toString(), small.toString()]).toEqual(['+Inf', '0']);
    expect(read('1e99999999999999999999').toString()).toBe('+Inf');
    expect(read('-1e-99999999999999999999').toString()).toBe('-0');
    expect(read('0e99999999999999999999').toString()).toBe('0');
    expect(read(`${'9'.repeat(100_000)}e-100000`).toString()).toBe('1');
  });
});

describe('the remainder', () => {
  it('has the sign of the dividend, and is smaller than the divisor, for whole numbers of doubles', () => {
    const whole = fc.integer({ min: -(2 ** 50), max: 2 ** 50 });
    fc.assert(
      fc.property(whole, whole, (a, b) => {
        fc.pre(b !== 0);
        const ours = BigFloat.fromNumber(a).remainder(BigFloat.fromNumber(b)).toNumber();
        expect(ours === 0 ? 0 : ours).toBe(a % b === 0 ? 0 : a % b);
      }),
    );
  });
});
