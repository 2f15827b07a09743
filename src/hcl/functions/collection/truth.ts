import { BOOL, listOf } from '../../values/type.js';
import { Value } from '../../values/value.js';
import { define } from '../define.js';

function truths(
  name: string,
  summary: string,
  decide: (items: readonly (boolean | undefined)[]) => boolean | undefined,
) {
  return define({
    name,
    summary,
    parameters: [{ name: 'list', type: listOf(BOOL) }],
    returns: BOOL,
    call: ([list]) => {
      const items = list.items.map((item) => (item.isKnown ? !item.isNull && item.truth : undefined));
      const decision = decide(items);
      return decision === undefined ? Value.unknown(BOOL) : Value.bool(decision);
    },
  });
}

export const alltrue = truths('alltrue', 'whether all elements are true; null is not', (items) =>
  items.includes(undefined) || items.includes(false) ? items.find((item) => item !== true) : true,
);
export const anytrue = truths('anytrue', 'whether an element is true', (items) =>
  items.includes(true) ? true : items.includes(undefined) ? undefined : false,
);
