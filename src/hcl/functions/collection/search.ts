import { ANY, BOOL, NUMBER } from '../../values/type.js';
import { valuesEqual } from '../../values/equal.js';
import { Value } from '../../values/value.js';
import { badArgument, define, failure, numberValue } from '../define.js';

export const index = define({
  name: 'index',
  summary: 'the position of the first element that equals a value',
  parameters: [
    { name: 'list', type: ANY },
    { name: 'value', type: ANY },
  ],
  returns: NUMBER,
  call: ([list, value]) => {
    if (list.type.kind !== 'list' && list.type.kind !== 'tuple') throw badArgument(0, 'must be a list or tuple');
    for (const [i, item] of list.items.entries()) {
      const isEqual = valuesEqual(item, value);
      if (isEqual === undefined) return Value.unknown(NUMBER);
      if (isEqual) return numberValue(i);
    }
    throw failure('the list does not hold the value');
  },
});

/** Without conversion: `1` is not in `["1"]`. */
export const contains = define({
  name: 'contains',
  summary: 'whether a list, set or tuple holds a value',
  parameters: [
    { name: 'list', type: ANY },
    { name: 'value', type: ANY },
  ],
  returns: BOOL,
  call: ([list, value]) => {
    if (!['list', 'set', 'tuple'].includes(list.type.kind)) throw badArgument(0, 'must be a list, set or tuple');
    const results = list.items.map((item) => valuesEqual(value, item));
    if (results.includes(true)) return Value.bool(true);
    return results.includes(undefined) ? Value.unknown(BOOL) : Value.bool(false);
  },
});
