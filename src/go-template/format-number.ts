/** From this power of ten on, the shortest form of a float has an exponent. */
const SHORTEST_LIMIT = 6;

/** `%e`: at least two digits of exponent, as Go and C write it. */
export function exponential(value: number, precision: number | undefined): string {
  const text = precision === undefined ? value.toExponential() : value.toExponential(Math.min(precision, 100));
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

/** `%g` and `%v`: the shortest form, with an exponent where the number is large or tiny. */
export function general(value: number, precision: number | undefined): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const mantissa = precision === undefined ? value.toExponential() : value.toExponential(Math.max(precision, 1) - 1);
  const exponent = Number(mantissa.slice(mantissa.indexOf('e') + 1));
  const digits = mantissa
    .slice(0, mantissa.indexOf('e'))
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
  if (exponent < -4 || exponent >= (precision === undefined ? SHORTEST_LIMIT : Math.max(precision, 1)))
    return exponential(Number(`${digits}e${exponent}`), undefined);
  const plain = digits.replace(/[-.]/g, '');
  const sign = value < 0 ? '-' : '';
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${plain}`;
  const whole = plain.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = plain.slice(exponent + 1);
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** `%#g`: as `%g`, with its zeros. */
export function generalWithZeros(value: number, precision = 6): string {
  const digits = Math.max(precision, 1);
  const exponent = value === 0 ? 0 : Number(value.toExponential(digits - 1).split('e')[1]);
  if (exponent < -4 || exponent >= digits) return exponential(value, digits - 1);
  const text = value.toFixed(digits - 1 - exponent);
  return text.includes('.') ? text : `${text}.`;
}

/** `%f`: never an exponent. */
export function fixed(value: number, precision: number): string {
  if (Math.abs(value) < 1e21) return value.toFixed(Math.min(precision, 100));
  return `${BigInt(value)}${precision > 0 ? `.${'0'.repeat(precision)}` : ''}`;
}

/** `%x` of a float: `0x1.8p+01`. */
export function hexadecimal(value: number): string {
  const { mantissa, exponent } = parts(value);
  if (mantissa === 0n) return '0x0p+00';
  let [bits, power] = [mantissa, exponent + 52];
  for (; bits < 1n << 52n; power--) bits <<= 1n;
  const digits = (bits - (1n << 52n)).toString(16).padStart(13, '0').replace(/0+$/, '');
  return `0x1${digits === '' ? '' : `.${digits}`}p${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** `%b` of a float: a whole number times a power of two. */
export function binaryExponent(value: number): string {
  const { mantissa, exponent } = parts(value);
  return `${mantissa}p${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`;
}

function parts(value: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & ((1n << 52n) - 1n);
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}
