import { describe, expect, it } from 'vitest';
import { fromJson, jsonString, toJsonText } from '../../../src/hcl/values/json.js';
import { BigFloat } from '../../../src/hcl/values/number.js';
import { doubleText, printValue, quote } from '../../../src/hcl/values/print.js';
import { STRING, describeType, listOf, objectOf, tupleOf } from '../../../src/hcl/values/type.js';
import { Value } from '../../../src/hcl/values/value.js';

describe('the console', () => {
  it('shows collections over several lines, strings in quotes, and no attribute that is null', () => {
    const value = fromJson({ list: ['a"b', 1, null, []], none: null, map: { 'a b': true }, empty: {} });
    expect(printValue(value)).toBe(
      [
        '{',
        '  "empty" = {}',
        '  "list" = [',
        '    "a\\"b",',
        '    1,',
        '    null,',
        '    [],',
        '  ]',
        '  "map" = {',
        '    "a b" = true',
        '  }',
        '}',
      ].join('\n'),
    );
  });

  it('shows a string as it is', () => {
    expect(printValue(Value.string('a\n"b"'))).toBe('a\n"b"');
  });

  it('shows nothing of what is known in part', () => {
    expect(printValue(Value.tuple([Value.string('a'), Value.unknown()]))).toBe('<unknown>');
  });

  it('masks what is marked, where asked to', () => {
    const value = Value.tuple([Value.string('a'), Value.string('secret').withMarks(['sensitive'])]);
    expect(printValue(value, { maskSensitive: true })).toBe('[\n  "a",\n  <sensitive>,\n]');
    expect(printValue(value)).toBe('[\n  "a",\n  "secret",\n]');
  });

  it.each([
    ['9223372036854775807', '9223372036854775807'],
    ['9223372036854775808', '9.223372036854776e+18'],
    ['-9223372036854775808', '-9223372036854775808'],
    ['100000.5', '100000.5'],
    ['1000000.5', '1.0000005e+06'],
    ['0.00012', '0.00012'],
    ['0.00001', '1e-05'],
    ['1e100', '1e+100'],
    ['1e400', '+Inf'],
    ['-0', '0'],
    ['-1.5e-9', '-1.5e-09'],
  ])('shows the number %s as %s', (text, expected) => {
    expect(printValue(Value.number(BigFloat.parse(text) as BigFloat))).toBe(expected);
  });
});

it('a double keeps the sign of zero', () => {
  expect([0, -0, -Infinity, 1.5].map(doubleText)).toEqual(['0', '-0', '-Inf', '1.5']);
});

it('quotes control characters, invisible ones and odd spaces', () => {
  expect(quote('\u0007\b\f\v\n\r\t"\\é👍 \u00a0\u200b\u007f\u{e0001}')).toBe(
    '"\\a\\b\\f\\v\\n\\r\\t\\"\\\\é👍 \\u00a0\\u200b\\x7f\\U000e0001"',
  );
});

describe('JSON', () => {
  it('escapes what HTML and JavaScript would misread, and nothing else beyond ASCII', () => {
    expect(jsonString('<a>&"\\/\u2028\u2029\b\f\n\r\t\u0001é👍')).toBe(
      '"\\u003ca\\u003e\\u0026\\"\\\\/\\u2028\\u2029\\b\\f\\n\\r\\t\\u0001é👍"',
    );
  });

  it('orders keys by their bytes', () => {
    const value = Value.object(['👍', '\uffff', 'b', 'B', 'é', 'a'].map((key) => [key, Value.bool(true)]));
    expect([...value.entries.keys()]).toEqual(['B', 'a', 'b', 'é', '\uffff', '👍']);
    expect(toJsonText(value)).toBe('{"B":true,"a":true,"b":true,"é":true,"\uffff":true,"👍":true}');
  });

  it('makes one key of two that are the same text', () => {
    expect(toJsonText(fromJson({ 'e\u0301': 1, '\u00e9': 2 }))).toBe('{"é":2}');
  });

  it('refuses an infinity', () => {
    expect(() => toJsonText(Value.tuple([Value.number(BigFloat.POSITIVE_INFINITY)]))).toThrow(RangeError);
  });
});

it('a type is described as it is written', () => {
  const type = objectOf(
    [
      ['b', listOf(STRING)],
      ['a b', tupleOf([STRING])],
    ],
    ['b'],
  );
  expect(describeType(type)).toBe('object({"a b" = tuple([string]), b = optional(list(string))})');
});
