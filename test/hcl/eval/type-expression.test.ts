import { describe, expect, it } from 'vitest';
import { Diagnostics } from '../../../src/hcl/diagnostic.js';
import { evaluate } from '../../../src/hcl/eval/evaluate.js';
import { applyDefaults } from '../../../src/hcl/eval/type-defaults.js';
import { evaluateTypeExpression } from '../../../src/hcl/eval/type-expression.js';
import { parseExpression } from '../../../src/hcl/syntax/parser.js';
import type { Expression } from '../../../src/hcl/syntax/ast.js';
import { convert } from '../../../src/hcl/values/convert.js';
import { toJsonText } from '../../../src/hcl/values/json.js';
import { describeType } from '../../../src/hcl/values/type.js';
import { contextFor, evaluateText, scopeOf } from '../../support/language.js';

const { scope } = scopeOf('', contextFor('/nonexistent'));

function read(text: string, withDefaults = true) {
  const diagnostics = new Diagnostics();
  const { expression } = parseExpression({ name: 'test', text });
  const constraint = evaluateTypeExpression(expression as Expression, diagnostics, {
    allowOptional: withDefaults,
    ...(withDefaults && {
      evaluateDefault: (value, type, faults) => convert(evaluate(value, scope, faults), type),
    }),
  });
  const faults = diagnostics.list.map(
    ({ subject, detail }) => `${text.slice(subject?.start.offset, subject?.end.offset)}: ${detail}`,
  );
  return { constraint, faults };
}

describe('a type expression', () => {
  it.each([
    ['string', 'string'],
    ['any', 'any'],
    ['list(set(map(bool)))', 'list(set(map(bool)))'],
    ['tuple([string, list(any)])', 'tuple([string, list(any)])'],
    ['tuple([])', 'tuple([])'],
    ['object({})', 'object({})'],
    ['object({ b = string, a : number })', 'object({a = number, b = string})'],
    [
      'object({ a = optional(list(string), ["x"]), b = optional(bool) })',
      'object({a = optional(list(string)), b = optional(bool)})',
    ],
    ['map(object({ a = optional(any) }))', 'map(object({a = optional(any)}))'],
  ])('%s', (text, expected) => {
    const { constraint, faults } = read(text);
    expect(faults).toEqual([]);
    expect(constraint && describeType(constraint.type)).toBe(expected);
  });

  it.each([
    ['strin', 'strin: `strin` is not a type.'],
    ['list', 'list: `list` needs to know of what.'],
    ['"string"', '"string": A type is not written in quotes.'],
    ['string()', 'string(): `string` takes no argument.'],
    ['list(string, number)', 'list(string, number): `list` takes exactly one argument.'],
    ['list()', 'list(): `list` takes exactly one argument.'],
    ['map(list)', 'list: `list` needs to know of what.'],
    ['tuple(string)', 'string: `tuple` takes a list of types.'],
    ['object(string)', 'string: `object` takes attributes in braces.'],
    ['object({ "a" = string })', '"a": The name of an attribute is a plain word, without quotes.'],
    ['optional(string)', 'optional(string): `optional` stands only for an attribute of an object.'],
    ['list(optional(string))', 'optional(string): `optional` stands only for an attribute of an object.'],
    ['object({ a = optional() })', 'optional(): `optional` takes a type and maybe a default.'],
    [
      'object({ a = optional(string, "x", 1) })',
      'optional(string, "x", 1): `optional` takes a type and maybe a default.',
    ],
    ['vector(string)', 'vector(string): `vector` is not a type.'],
    ['1', '1: A type is a keyword such as `string`, or one such as `list(string)`.'],
    ['var.type', 'var.type: A type is a keyword such as `string`, or one such as `list(string)`.'],
  ])('%s is none', (text, expected) => {
    const { constraint, faults } = read(text);
    expect([constraint, faults]).toEqual([undefined, [expected]]);
  });

  it('tells all faults of an object', () => {
    expect(read('object({ a = strin, b = lst(string) })').faults).toHaveLength(2);
  });

  it('has no defaults where they are not allowed', () => {
    expect(read('object({ a = optional(string, "x") })', false).faults).toHaveLength(1);
  });
});

describe('defaults of optional attributes', () => {
  const filled = (type: string, value: string) => {
    const { constraint } = read(type);
    if (!constraint?.defaults) throw new Error('no defaults');
    return toJsonText(convert(applyDefaults(evaluateText(value, scope).value, constraint.defaults), constraint.type));
  };

  it.each([
    ['object({ a = optional(number, 1) })', '{}', '{"a":1}'],
    ['object({ a = optional(number, 1) })', '{ a = null }', '{"a":1}'],
    ['object({ a = optional(number, "1") })', '{ a = "5" }', '{"a":5}'],
    ['object({ a = optional(number, 1) })', 'null', 'null'],
    ['object({ a = optional(string), b = optional(string, "y") })', '{}', '{"a":null,"b":"y"}'],
    ['list(object({ a = optional(number, 1) }))', '[{}, { a = 2 }, null]', '[{"a":1},{"a":2},null]'],
    ['map(object({ a = optional(number, 1) }))', '{ x = {}, y = { a = 2 } }', '{"x":{"a":1},"y":{"a":2}}'],
    ['set(object({ a = optional(number, 1), b = string }))', '[{ b = "x" }, { a = 1, b = "x" }]', '[{"a":1,"b":"x"}]'],
    ['tuple([string, object({ a = optional(number, 1) })])', '["s", {}]', '["s",{"a":1}]'],
    ['object({ o = optional(object({ a = optional(number, 1) }), {}) })', '{}', '{"o":{"a":1}}'],
    [
      'object({ o = optional(object({ a = optional(number, 1), b = optional(number, 2) }), { a = 5 }) })',
      '{}',
      '{"o":{"a":5,"b":2}}',
    ],
    ['object({ o = optional(object({ a = optional(number, 1) })) })', '{}', '{"o":null}'],
    ['object({ l = optional(list(object({ a = optional(number, 1) })), [{}]) })', '{}', '{"l":[{"a":1}]}'],
  ])('%s of %s', (type, value, expected) => {
    expect(filled(type, value)).toBe(expected);
  });
});
