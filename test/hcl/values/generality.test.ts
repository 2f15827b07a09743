import { describe, expect, it } from 'vitest';
import { byGenerality, compareGenerality, distinctTypes } from '../../../src/hcl/values/generality.js';
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
import { unify } from '../../../src/hcl/values/unify.js';
import { types } from '../../support/arbitrary-values.js';
import { fc } from '../../support/properties.js';

const object = (a: Type, b: Type) =>
  objectOf([
    ['a', a],
    ['b', b],
  ]);

describe('the more general of two types', () => {
  it.each<[Type, Type]>([
    [STRING, NUMBER],
    [STRING, BOOL],
    [STRING, ANY],
    [listOf(STRING), listOf(NUMBER)],
    [listOf(NUMBER), tupleOf([STRING])],
    [listOf(STRING), setOf(NUMBER)],
    [tupleOf([]), setOf(STRING)],
    [mapOf(NUMBER), objectOf([['a', STRING]])],
    [tupleOf([STRING, NUMBER]), tupleOf([BOOL, NUMBER])],
    [object(STRING, STRING), object(NUMBER, STRING)],
  ])('is %j, not %j', (more, less) => {
    expect([compareGenerality(more, less), compareGenerality(less, more)]).toEqual([-1, 1]);
    expect(byGenerality([less, more])).toEqual([more, less]);
  });

  it.each<[Type, Type]>([
    [NUMBER, BOOL],
    [STRING, listOf(STRING)],
    [listOf(STRING), mapOf(STRING)],
    [tupleOf([STRING]), tupleOf([STRING, STRING])],
    [tupleOf([STRING, NUMBER]), tupleOf([NUMBER, STRING])],
    [object(STRING, NUMBER), object(NUMBER, STRING)],
    [objectOf([['a', STRING]]), objectOf([['b', STRING]])],
  ])('is neither %j nor %j', (a, b) => {
    expect([compareGenerality(a, b), compareGenerality(b, a)]).toEqual([0, 0]);
    expect(byGenerality([a, b])).toEqual([a, b]);
  });

  it('puts any number of types in an order that no pair contradicts', () => {
    fc.assert(
      fc.property(fc.array(types, { maxLength: 6 }), (all) => {
        const ordered = byGenerality(distinctTypes(all));
        for (const [i, upper] of ordered.entries()) {
          for (const lower of ordered.slice(i + 1)) expect(compareGenerality(upper, lower)).toBeLessThanOrEqual(0);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('the type that types have in common', () => {
  const name = (type: Type | undefined) => type && describeType(type);

  it.each<[string, readonly Type[], string | undefined]>([
    ['a list and any', [listOf(STRING), ANY], 'any'],
    ['a primitive and any', [NUMBER, ANY], 'number'],
    ['number and bool', [NUMBER, BOOL], undefined],
    ['number, bool and string', [NUMBER, BOOL, STRING], 'string'],
    ['a list and a set', [listOf(NUMBER), setOf(STRING)], 'list(number)'],
    ['tuples of one length', [tupleOf([NUMBER, BOOL]), tupleOf([STRING, BOOL])], 'tuple([string, bool])'],
    ['tuples of two lengths', [tupleOf([NUMBER]), tupleOf([STRING, STRING])], 'list(string)'],
    ['a tuple and a list', [tupleOf([NUMBER, STRING]), listOf(NUMBER)], 'list(string)'],
    ['an object and a map', [object(NUMBER, NUMBER), mapOf(STRING)], 'map(string)'],
    ['an object and a tuple', [object(NUMBER, NUMBER), tupleOf([])], undefined],
    ['objects of other attributes', [object(NUMBER, NUMBER), objectOf([['c', NUMBER]])], 'map(number)'],
  ])('%s', (_, all, expected) => {
    expect(name(unify(all))).toBe(expected);
  });

  it('is not looked for without end where each level doubles the work', () => {
    let [left, right]: [Type, Type] = [listOf(ANY), tupleOf([NUMBER])];
    for (let i = 0; i < 60; i++) [left, right] = [tupleOf([left, right, left]), tupleOf([right, left])];
    expect(() => unify([left, right])).toThrow('too intricate');
  });
});
