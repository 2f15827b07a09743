import { toJsonText } from '../../values/json.js';
import { ANY, STRING } from '../../values/type.js';
import { Value } from '../../values/value.js';
import { badArgument, define, reasonOf } from '../define.js';
import { parseJson } from './json-parse.js';

export const jsonencode = define({
  name: 'jsonencode',
  summary: 'a value as JSON text',
  parameters: [{ name: 'value', type: ANY, allowNull: true, allowUnknown: true, allowUntyped: true }],
  returns: STRING,
  call: ([value]) => {
    if (!value.isWhollyKnown) return Value.unknown(STRING);
    try {
      return Value.string(toJsonText(value));
    } catch (error) {
      throw badArgument(0, `cannot be written as JSON: ${reasonOf(error)}`);
    }
  },
});

export const jsondecode = define({
  name: 'jsondecode',
  summary: 'the value that a JSON text writes',
  parameters: [{ name: 'text', type: STRING }],
  returns: ANY,
  call: ([text]) => {
    try {
      return parseJson(text.text);
    } catch (error) {
      throw badArgument(0, reasonOf(error));
    }
  },
});
