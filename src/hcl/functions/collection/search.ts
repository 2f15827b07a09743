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
    if (!list.isWhollyKnown || !value.isWhollyKnown) return Value.unknown(NUMBER);
    const position = list.items.findIndex((item) => valuesEqual(item, value));
    if (position < 0) throw failure('the list does not hold the value');
    return numberValue(position);
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

  looksInside: true,
  call: ([list, value]) => {
    if (!['list', 'set', 'tuple'].includes(list.type.kind)) throw badArgument(0, 'must be a list, set or tuple');
    const known = list.items.filter((item) => item.isWhollyKnown);
    if (value.isWhollyKnown && known.some((item) => valuesEqual(item, value))) return Value.bool(true);
    const open = !value.isWhollyKnown || known.length < list.items.length;
    return open && list.items.length > 0 ? Value.unknown(BOOL) : Value.bool(false);
  },
});
