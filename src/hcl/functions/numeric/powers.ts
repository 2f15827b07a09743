import { BigFloat } from '../../values/number.js';
import { NUMBER } from '../../values/type.js';
import { Value } from '../../values/value.js';
import { define, failure, numberValue } from '../define.js';

/** A result in double precision; a fraction is its shortest decimal, without the digits of the binary form. */
function double(result: number): Value {
  if (Number.isNaN(result)) throw failure('the result is not a number');
  const decimal = Number.isFinite(result) && !Number.isInteger(result) ? BigFloat.parse(String(result)) : undefined;
  return decimal ? Value.number(decimal) : numberValue(result);
}

export const pow = define({
  name: 'pow',
  summary: 'a number raised to a power',
  parameters: [
    { name: 'number', type: NUMBER },
    { name: 'power', type: NUMBER },
  ],
  returns: NUMBER,
  call: ([number, power]) => double(number.numeric.toNumber() ** power.numeric.toNumber()),
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
