import { describe, expect, it } from 'vitest';
import { describeType, NUMBER, STRING, listOf, setOf } from '../../../src/hcl/values/type.js';
import { Value } from '../../../src/hcl/values/value.js';
import { evaluateText, jsonOf } from '../../support/expressions.js';

const variables = new Map<string, Value>([
  ['open', Value.unknown()],
  ['text', Value.unknown(STRING)],
  ['list', Value.unknown(listOf(STRING))],
  ['set', Value.unknown(setOf(NUMBER))],
  ['secret', Value.string('hidden').withMarks(['sensitive'])],
]);

describe('what is known of values that are not', () => {
  it.each([
    ['length([text, text])', '2'],
    ['length({ a = text })', '1'],
    ['keys({ b = text, a = text })', '["a","b"]'],
    ['element(["a", text], 0)', '"a"'],
    ['merge({ a = 1, b = text }, { c = 2 }).c', '2'],
    ['concat([1], [text])[0]', '1'],
    ['contains(["a", text], "a")', 'true'],
    ['anytrue([true, open])', 'true'],
    ['alltrue([false, open])', 'false'],
    ['length(concat([1], [text, text]))', '3'],
    ['coalesce("x", text)', '"x"'],
    ['reverse([1, text])[1]', '1'],
    ['slice([1, text], 0, 1)', '[1]'],
    ['zipmap(["a", "b"], [1, text]).a', '1'],
    ['values({ a = 1, b = text })[0]', '1'],
  ])('%s is %s', (expression, json) => expect(jsonOf(expression, variables)).toBe(json));

  it.each([
    ['upper(text)', 'string'],
    ['length(list)', 'number'],
    ['length(set)', 'number'],
    ['lookup({ a = 1, b = text }, "a", 0)', 'number'],
    ['split(",", text)', 'list(string)'],
    ['sort(convert(open, list(string)))', 'list(string)'],
    ['reverse(list)', 'list(string)'],
    ['element(list, 0)', 'string'],
    ['distinct(list)', 'list(string)'],
    ['setunion(set, set)', 'set(number)'],
    ['regex("a(b)", text)', 'tuple([string])'],
    ['regexall("(?P<n>a)", text)', 'list(object({n = string}))'],
    ['contains(["a", text], "b")', 'bool'],
    ['jsonencode({ a = text })', 'string'],
    ['format("%s", text)', 'string'],
    ['join(",", ["a", text])', 'string'],
    ['coalesce(text, "x")', 'string'],
    ['jsondecode(text)', 'any'],
    ['merge(open, { a = 1 })', 'any'],
    ['templatefile("x", open)', 'any'],
  ])('%s is an unknown %s', (expression, type) => {
    const value = evaluateText(expression, variables);
    expect([value.isKnown, describeType(value.type)]).toEqual([false, type]);
  });
});

describe('sensitive arguments', () => {
  it.each([
    'upper(secret)',
    'length([secret])',
    'merge({ a = secret }, { b = 1 })',
    'base64encode("${secret}")',
    'format("%s", secret)',
    'keys({ a = secret })',
  ])('mark the result of %s', (expression) => {
    expect(evaluateText(expression, variables).deepMarks().has('sensitive')).toBe(true);
  });
  it('are not quoted in faults', () => {
    expect(() => evaluateText('parseint(secret, 10)', variables)).toThrow(/^(?!.*hidden)/s);
  });
});

describe('types of results', () => {
  it.each([
    ['concat(split(",", "a"), split(",", "b"))', 'list(string)'],
    ['concat(split(",", "a"), ["b"])', 'tuple([string, string])'],
    ['merge(convert({ a = 1 }, map(number)), convert({ b = 2 }, map(number)))', 'map(number)'],
    ['merge(convert({ a = 1 }, map(number)), null)', 'object({a = number})'],
    ['setproduct(["a"], convert([1], set(number)))', 'set(tuple([string, number]))'],
    ['chunklist(["a", "b"], 1)', 'list(list(string))'],
    ['csvdecode("a\\n1\\n")', 'list(object({a = string}))'],
    ['coalesce(null, { a = 1 }, { b = 2 })', 'object({a = number})'],
    ['zipmap(["a"], split(",", "x"))', 'map(string)'],
  ])('%s: %s', (expression, type) => expect(describeType(evaluateText(expression).type)).toBe(type));
});

describe('numbers', () => {
  it.each([
    ['pow(2, 200) == 1606938044258990275541962092341162602522202993782792835301376', 'true'],
    ['pow(2, 64)', '18446744073709550000'],
    ['pow(2, 64) + 0', '18446744073709551616'],
    ['pow(10, 23)', '100000000000000000000000'],
    ['pow(4294967296, 1.5)', '281474976710655.9'],
    ['pow(2, 0.5)', '1.4142135623730951'],
    ['pow(2, -1074) > 0', 'true'],
    ['pow(7, 4000) == 1 / 0', 'true'],
    ['length([1]) / length([1, 2, 3])', '0.33333333333333333334'],
    ['log(8, 3) * log(8, 3)', '3.5826511854756602920913697408794'],
    ['log(2, 3) % 1', '0.6309297535714575'],
    ['sum([9007199254740993, 1])', '9007199254740994'],
    ['floor(-0)', '0'],
    ['range(3, 0)', '[3,2,1]'],
  ])('%s is %s', (expression, json) => expect(jsonOf(expression)).toBe(json));

  it.each([
    ['range(0, 1025)', 'more than 1024'],
    ['sum([1/0, -1/0])', 'not a number'],
    ['pow(-2, 0.5)', 'not a number'],
    ['element([1], 1e30)', 'must fit 64 bits'],
  ])('refuses %s', (expression, words) => expect(() => evaluateText(expression)).toThrow(words));
});
