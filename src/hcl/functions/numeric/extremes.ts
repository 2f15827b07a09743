import { NUMBER, ANY } from '../../values/type.js';
import { Value } from '../../values/value.js';
import type { BigFloat } from '../../values/number.js';
import { arithmetic, badArgument, convertArgument, define, failure } from '../define.js';

function extreme(name: 'max' | 'min', summary: string, wins: (order: number) => boolean) {
  return define({
    name,
    summary,
    parameters: [],
    variadic: { name: 'numbers', type: NUMBER, allowUntyped: true },
    returns: NUMBER,
    call: (numbers) => {
      const [first, ...rest] = numbers;
      if (!first) throw failure('needs at least one number');
      return rest.reduce((best, next) => (wins(next.numeric.compare(best.numeric)) ? next : best), first);
    },
  });
}

export const max = extreme('max', 'the largest of the numbers', (order) => order > 0);
export const min = extreme('min', 'the smallest of the numbers', (order) => order < 0);

export const sum = define({
  name: 'sum',
  summary: 'the sum of a list, set or tuple of numbers',
  parameters: [{ name: 'numbers', type: ANY }],
  returns: NUMBER,
  call: ([collection]) => {
    const { kind } = collection.type;
    if (kind !== 'list' && kind !== 'set' && kind !== 'tuple') {
      throw badArgument(0, 'must be a list, set or tuple of numbers');
    }
    if (!collection.isWhollyKnown) return Value.unknown(NUMBER);
    const [first, ...rest] = collection.items.map(toNumber);
    if (!first) throw badArgument(0, 'cannot sum an empty list');
    return Value.number(arithmetic(() => rest.reduce((total, next) => total.add(next), first)));
  },
});

function toNumber(item: Value): BigFloat {
  if (item.isNull) throw badArgument(0, 'must not hold null');
  return convertArgument(item, NUMBER, 0).numeric;
}
