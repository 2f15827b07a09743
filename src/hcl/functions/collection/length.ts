import { ANY, NUMBER } from '../../values/type.js';
import { Value } from '../../values/value.js';
import { badArgument, define, numberValue } from '../define.js';
import { graphemeCount } from '../string/graphemes.js';

/** The length of a tuple or object lies in its type, so it is known even when its value is not. */
export const length = define({
  name: 'length',
  summary: 'how many elements a collection, or characters a text, has',
  parameters: [{ name: 'value', type: ANY, allowUnknown: true, allowUntyped: true }],
  returns: NUMBER,
  call: ([value]) => {
    const { type } = value;
    if (type.kind === 'tuple') return numberValue(type.elements.length);
    if (type.kind === 'object') return numberValue(type.attributes.size);
    if (type.kind === 'any' || (!value.isKnown && isCountable(type.kind))) return Value.unknown(NUMBER);
    if (type.kind === 'string') return numberValue(graphemeCount(value.text));
    if (!isCountable(type.kind)) throw badArgument(0, 'must be a collection or a string');
    const length = type.kind === 'map' ? value.entries.size : value.length;
    return length === undefined ? Value.unknown(NUMBER) : numberValue(length);
  },
});

function isCountable(kind: string): boolean {
  return kind === 'string' || kind === 'list' || kind === 'set' || kind === 'map';
}
