import { ANY, STRING } from '../../values/type.js';
import { Value } from '../../values/value.js';
import { badArgument, define, reasonOf } from '../define.js';
import { readYaml } from './yaml-read.js';
import { writeYaml } from './yaml-write.js';

export const yamlencode = define({
  name: 'yamlencode',
  summary: 'a value as YAML text',
  parameters: [{ name: 'value', type: ANY, allowNull: true, allowUntyped: true }],
  returns: STRING,
  call: ([value]) => (value.isWhollyKnown ? Value.string(writeYaml(value)) : Value.unknown(STRING)),
});

/** A document that is null has no type, so its value is not known. */
export const yamldecode = define({
  name: 'yamldecode',
  summary: 'the value that a YAML text of one document writes',
  parameters: [{ name: 'text', type: STRING }],
  returns: ANY,
  call: ([text]) => {
    try {
      const value = readYaml(text.text);
      return value.isNull ? Value.unknown() : value;
    } catch (error) {
      throw badArgument(0, reasonOf(error));
    }
  },
});
