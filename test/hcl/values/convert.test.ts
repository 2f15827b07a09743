import { describe, expect, it } from 'vitest';
import { ConversionError, convert } from '../../../src/hcl/values/convert.js';
import { fromJson, toJsonText } from '../../../src/hcl/values/json.js';
import { makeSet } from '../../../src/hcl/values/set.js';
import {
  ANY,
  BOOL,
  NUMBER,
  STRING,
  describeType,
  listOf,
  mapOf,
  objectOf,
  setOf,
  tupleOf,
  type Type,
} from '../../../src/hcl/values/type.js';
import { Value } from '../../../src/hcl/values/value.js';

const server = objectOf(
  [
    ['name', STRING],
    ['port', NUMBER],
    ['tags', listOf(STRING)],
  ],
  ['port', 'tags'],
);

/** The JSON and type of plain data converted to a type. */
function converted(data: unknown, type: Type): string {
  const value = convert(fromJson(data), type);
  return `${toJsonText(value)} ${describeType(value.type)}`;
}

function refusal(value: Value, type: Type): string {
  try {
    return `accepted as ${toJsonText(convert(value, type))}`;
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error;
    return `${error.path}: ${error.message}`;
  }
}

describe('conversion to a type constraint', () => {
  it.each<[unknown, Type, string]>([
    [5, STRING, '"5" string'],
    [true, STRING, '"true" string'],
    ['1e3', NUMBER, '1000 number'],
    ['0', BOOL, 'false bool'],
    [null, NUMBER, 'null number'],
    [[2, 1, 2], listOf(STRING), '["2","1","2"] list(string)'],
    [['b', 'a', 'b'], setOf(STRING), '["a","b"] set(string)'],
    [[1, 'a', null], listOf(ANY), '["1","a",null] list(string)'],
    [[], listOf(ANY), '[] list(any)'],
    [[[1], ['a', 'b']], listOf(ANY), '[["1"],["a","b"]] list(list(string))'],
    [[[1], []], listOf(listOf(ANY)), '[[1],[]] list(list(number))'],
    [{ a: 1, b: 'x' }, mapOf(ANY), '{"a":"1","b":"x"} map(string)'],
    [{ a: [1], b: null }, mapOf(ANY), '{"a":[1],"b":null} map(tuple([number]))'],
    [{}, mapOf(NUMBER), '{} map(number)'],
    [[1, 'x'], tupleOf([STRING, STRING]), '["1","x"] tuple([string, string])'],
    [
      { name: 'a', more: 1 },
      server,
      '{"name":"a","port":null,"tags":null} object({name = string, port = number, tags = list(string)})',
    ],
    [
      [{ name: 'a', port: '80' }],
      listOf(server),
      '[{"name":"a","port":80,"tags":null}] list(object({name = string, port = number, tags = list(string)}))',
    ],
    [null, listOf(server), 'null list(object({name = string, port = number, tags = list(string)}))'],
    [{ a: { b: 1 } }, objectOf([['a', ANY]]), '{"a":{"b":1}} object({a = object({b = number})})'],
  ])('%j', (data, type, expected) => {
    expect(converted(data, type)).toBe(expected);
  });

  it.each<[unknown, Type, string]>([
    [5, BOOL, ': a bool is required, this is a number'],
    ['x', NUMBER, ': a number is required'],
    ['yes', BOOL, ': a bool is required: `true` or `false`'],
    [[], mapOf(STRING), ': a map(string) is required, this is a tuple([])'],
    [{}, listOf(STRING), ': a list(string) is required, this is an object({})'],
    ['a', listOf(STRING), ': a list(string) is required, this is a string'],
    [[1, true], listOf(ANY), ': all elements must have the same type; they are a number and a bool'],
    [[1], tupleOf([NUMBER, NUMBER]), ': a tuple of 2 elements is required; it has 1'],
    [{ port: 1 }, server, ': the attribute `name` must be given'],
    [{ a: [{ name: 'x' }, { name: 'y', port: 'z' }] }, mapOf(listOf(server)), '.a[1].port: a number is required'],
    [{ name: 'x', tags: [['y']] }, server, '.tags[0]: a string is required, this is a tuple([string])'],
  ])('%j is refused', (data, type, expected) => {
    expect(refusal(fromJson(data), type)).toBe(expected);
  });

  it('refuses nulls and empty collections whose type can never fit', () => {
    expect(refusal(Value.null(mapOf(NUMBER)), STRING)).toBe(': a string is required, this is a map(number)');
    expect(refusal(Value.list(NUMBER, []), listOf(BOOL))).toBe(': a list(bool) is required, this is a list(number)');
    expect(refusal(Value.list(NUMBER, []), tupleOf([]))).toBe(': a tuple([]) is required, this is a list(number)');
  });

  it('names a long type in short', () => {
    const many = fromJson(Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`attribute_${i}`, i])));
    expect(refusal(many, STRING)).toBe(': a string is required, this is an object of 30 attributes');
    expect(refusal(Value.list(many.type, []), STRING)).toBe(': a string is required, this is a list of objects');
  });
});

describe('a set', () => {
  const setOfJson = (element: Type, data: unknown[]) =>
    toJsonText(
      makeSet(
        element,
        data.map((item) => convert(fromJson(item), element)),
      ),
    );

  it.each<[Type, unknown[], string]>([
    [STRING, ['b', null, 'a', 'É', 'e', 'b'], '["a","b","e","É",null]'],
    [NUMBER, [10, 9, null, -1, 9], '[-1,9,10,null]'],
    [BOOL, [true, null, false], '[false,true,null]'],
    [listOf(NUMBER), [[2, 1], [1], [10], []], '[[10],[1],[2,1],[]]'],
    [mapOf(STRING), [{ a: 'b' }, { a: null }, { a: 'a' }], '[{"a":"a"},{"a":"b"},{"a":null}]'],
    [objectOf([['a', NUMBER]]), [{ a: 2 }, { a: 1 }, { a: 2 }], '[{"a":1},{"a":2}]'],
  ])('of %j has one order', (element, data, expected) => {
    expect(setOfJson(element, data)).toBe(expected);
  });

  it('keeps apart long numbers that look alike in the order', () => {
    const numbers = ['12345678901234567890', '12345678901234567891', '12345678901234567890'];
    const lists = numbers.map((digits) => convert(Value.tuple([Value.string(digits)]), listOf(NUMBER)));
    expect(makeSet(listOf(NUMBER), lists).items).toHaveLength(2);
  });

  it('takes the marks of its items, and has no certain length while one of them is not known', () => {
    const set = makeSet(STRING, [Value.string('a').withMarks(['sensitive']), Value.string('b')]);
    expect([set.isSensitive, set.items.map((item) => item.marks.size)]).toEqual([true, [0, 0]]);
    const open = makeSet(STRING, [Value.string('a'), Value.unknown(STRING).withMarks(['data:x'])]);
    expect([open.isKnown, open.length, [...open.marks]]).toEqual([true, undefined, ['data:x']]);
  });
});
