import { STRING } from '../values/type.js';
import { Value } from '../values/value.js';
import { define } from './define.js';

/** Empty where the variable is not set. Known in the defaults of variables only. */
export const env = define({
  name: 'env',
  summary: 'the value of an environment variable',
  parameters: [{ name: 'name', type: STRING }],
  returns: STRING,
  call: ([name], context) => {
    const value = Object.hasOwn(context.env, name.text) ? context.env[name.text] : undefined;
    return Value.string(value ?? '');
  },
});
