import { BigFloat } from '../../values/number.js';
import { NUMBER, listOf } from '../../values/type.js';
import { Value } from '../../values/value.js';
import { arithmetic, badArgument, define, failure } from '../define.js';

const LIMIT = 1024;

export const range = define({
  name: 'range',
  summary: 'numbers from a start up or down to an end, which is left out',
  parameters: [],
  variadic: { name: 'bounds', type: NUMBER },
  returns: listOf(NUMBER),
  call: (bounds) => {
    const [start, end, step] = readBounds(bounds.map((bound) => bound.numeric));
    const direction = end.compare(start);
    if (direction > 0 && step.isNegative) throw badArgument(2, 'must be positive to count up');
    if (direction < 0 && !step.isNegative && !step.isZero) throw badArgument(2, 'must be negative to count down');
    const numbers: Value[] = [];
    for (
      let next = start;
      direction > 0 ? next.compare(end) < 0 : next.compare(end) > 0;
      next = arithmetic(() => next.add(step))
    ) {
      if (numbers.length === LIMIT) throw failure(`gives more than ${LIMIT} numbers`);
      numbers.push(Value.number(next));
    }
    return Value.list(NUMBER, numbers);
  },
});

function readBounds(bounds: readonly BigFloat[]): [start: BigFloat, end: BigFloat, step: BigFloat] {
  const [first, second, third] = bounds;
  if (!first || bounds.length > 3) throw failure('takes one, two or three numbers');
  const start = second ? first : BigFloat.ZERO;
  const end = second ?? first;
  return [start, end, third ?? BigFloat.counted(end.compare(start) < 0 ? -1 : 1)];
}
