import { NUMBER } from '../../values/type.js';
import { Value } from '../../values/value.js';
import { BigFloat } from '../../values/number.js';
import { define, numberValue, wholeDouble } from '../define.js';

const one = [{ name: 'number', type: NUMBER }] as const;

function rounding(name: string, summary: string, round: (number: BigFloat) => BigFloat) {
  return define({
    name,
    summary,
    parameters: one,
    returns: NUMBER,
    call: ([number]) => Value.number(round(number.numeric)),
  });
}

/** A rounded number is an integer and carries no negative zero. */
function plainZero(number: BigFloat): BigFloat {
  return number.isZero ? BigFloat.ZERO : number;
}

export const abs = rounding('abs', 'the absolute value', (number) => plainZero(number.abs()));
export const ceil = rounding('ceil', 'the next integer that is not smaller', (number) => plainZero(number.ceil()));
export const floor = rounding('floor', 'the next integer that is not larger', (number) => plainZero(number.floor()));

export const signum = define({
  name: 'signum',
  summary: '-1, 0 or 1, the sign of a whole number',
  parameters: one,
  returns: NUMBER,
  call: ([number]) => {
    wholeDouble(number, 0);
    const sign = number.numeric.isZero ? 0 : number.numeric.isNegative ? -1 : 1;
    return numberValue(sign);
  },
});
