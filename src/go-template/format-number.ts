/** `%e`: at least two digits of exponent, as Go and C write it. */
export function exponential(value: number, precision: number | undefined): string {
  const text = precision === undefined ? value.toExponential() : value.toExponential(Math.min(precision, 100));
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

/** `%g` and, with `limit` 21, how `%v` writes a float: the shortest form, with an exponent where it is large or tiny. */
export function general(value: number, precision: number | undefined, limit = precision === 0 ? 1 : precision): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const mantissa = precision === undefined ? value.toExponential() : value.toExponential(Math.max(precision, 1) - 1);
  const exponent = Number(mantissa.slice(mantissa.indexOf('e') + 1));
  const digits = mantissa
    .slice(0, mantissa.indexOf('e'))
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
  if (exponent < -4 || exponent >= (limit ?? 21)) return exponential(Number(`${digits}e${exponent}`), undefined);
  const plain = digits.replace(/[-.]/g, '');
  const sign = value < 0 ? '-' : '';
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${plain}`;
  const whole = plain.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = plain.slice(exponent + 1);
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** `%f`: never an exponent. */
export function fixed(value: number, precision: number): string {
  if (Math.abs(value) < 1e21) return value.toFixed(Math.min(precision, 100));
  return `${BigInt(value)}${precision > 0 ? `.${'0'.repeat(precision)}` : ''}`;
}
