import { BigFloat } from '../../src/hcl/values/number.js';
import { convert } from '../../src/hcl/values/convert.js';
import { BOOL, NUMBER, STRING, listOf, mapOf, objectOf, setOf, tupleOf, type Type } from '../../src/hcl/values/type.js';
import { Value } from '../../src/hcl/values/value.js';
import { fc } from './properties.js';

const TEXTS = [
  '',
  'a',
  'b',
  'a b',
  '1',
  '1.5',
  'true',
  'é',
  'e\u0301',
  '<&>',
  '\u2028',
  '👍',
  '\uffff',
  '"',
  '\\',
  '\n',
];
const NUMBERS = [0, -0, 1, 2, -1, 10, 1.5, 0.1, 1e21, 1e-7, 123456.5];
const KEYS = ['a', 'b', 'c', 'a b', 'é'];

const text = fc.constantFrom(...TEXTS).map(Value.string);
const number = fc.constantFrom(...NUMBERS).map((double) => Value.number(BigFloat.fromNumber(double)));
const bool = fc.boolean().map(Value.bool);

/** Types without `any`. */
export const types: fc.Arbitrary<Type> = fc.letrec<{ type: Type }>((tie) => ({
  type: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(STRING, NUMBER, BOOL),
    tie('type').map(listOf),
    tie('type').map(setOf),
    tie('type').map(mapOf),
    fc.array(tie('type'), { maxLength: 3 }).map(tupleOf),
    fc.dictionary(fc.constantFrom(...KEYS), tie('type'), { maxKeys: 3 }).map((all) => objectOf(Object.entries(all))),
  ),
})).type;

/** Known values of a type, nulls among them. */
export function valuesOf(type: Type): fc.Arbitrary<Value> {
  return fc.oneof({ weight: 9, arbitrary: present(type) }, { weight: 1, arbitrary: fc.constant(Value.null(type)) });
}

function present(type: Type): fc.Arbitrary<Value> {
  switch (type.kind) {
    case 'string':
      return text;
    case 'number':
      return number;
    case 'bool':
      return bool;
    case 'any':
      return fc.constant(Value.null());
    case 'list':
      return fc.array(valuesOf(type.element), { maxLength: 3 }).map((items) => Value.list(type.element, items));
    case 'set':
      return fc
        .array(valuesOf(type.element), { maxLength: 4 })
        .map((items) => convert(Value.list(type.element, items), type));
    case 'map':
      return fc
        .dictionary(fc.constantFrom(...KEYS), valuesOf(type.element), { maxKeys: 3 })
        .map((all) => Value.map(type.element, Object.entries(all)));
    case 'tuple':
      return fc.tuple(...type.elements.map(valuesOf)).map((items) => Value.tuple(items));
    case 'object':
      return fc
        .tuple(...[...type.attributes.values()].map(valuesOf))
        .map((items) => Value.object([...type.attributes.keys()].map((name, i) => [name, items[i] as Value])));
  }
}

/** Known values of any type. */
export const values: fc.Arbitrary<Value> = types.chain(valuesOf);
