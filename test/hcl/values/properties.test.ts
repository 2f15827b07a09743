import { describe, expect, it } from 'vitest';
import { ConversionError, convert } from '../../../src/hcl/values/convert.js';
import { identityOf, valuesEqual } from '../../../src/hcl/values/equal.js';
import { fromJson, toJs, toJsonText } from '../../../src/hcl/values/json.js';
import { printValue } from '../../../src/hcl/values/print.js';
import { makeSet } from '../../../src/hcl/values/set.js';
import { STRING, describeType, listOf, typesEqual, type Type } from '../../../src/hcl/values/type.js';
import { canConvert, unify } from '../../../src/hcl/values/unify.js';
import { Value } from '../../../src/hcl/values/value.js';
import { types, values, valuesOf } from '../../support/arbitrary-values.js';
import { fc } from '../../support/properties.js';

const RUNS = { numRuns: 500 };

/** The converted value; undefined where it is refused. */
function tryConvert(value: Value, type: Type): Value | undefined {
  try {
    return convert(value, type);
  } catch (error) {
    if (error instanceof ConversionError) return undefined;
    throw error;
  }
}

describe('conversion', () => {
  it('leaves a value of the type as it is', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(convert(value, value.type)).toBe(value);
      }),
      RUNS,
    );
  });

  it('gives a value of the type, or refuses; it never refuses what the types rule in but for texts, lengths and keys', () => {
    fc.assert(
      fc.property(values, types, (value, type) => {
        const converted = tryConvert(value, type);
        if (!canConvert(value.type, type)) expect(converted).toBeUndefined();
        if (converted) expect(describeType(converted.type)).toBe(describeType(type));
        // A text is refused for what it says, a map for the keys that it lacks.
        const mayRefuse = /number|bool|object/.test(describeType(type));
        if (canConvert(value.type, type) && !mayRefuse) expect(converted).toBeDefined();
      }),
      RUNS,
    );
  });

  it('done twice is the same as done once', () => {
    fc.assert(
      fc.property(values, types, (value, type) => {
        const once = tryConvert(value, type);
        if (once) expect(convert(once, type)).toBe(once);
      }),
      RUNS,
    );
  });

  it('brings primitives back from a string', () => {
    const primitives = values.filter(({ type, isNull }) => !isNull && ['number', 'bool'].includes(type.kind));
    fc.assert(
      fc.property(primitives, (value) => {
        expect(valuesEqual(convert(convert(value, STRING), value.type), value)).toBe(true);
      }),
      RUNS,
    );
  });

  it('keeps marks where they are', () => {
    fc.assert(
      fc.property(values, types, (value, type) => {
        const whole = tryConvert(value.withMarks(['sensitive']), type);
        if (whole) expect(whole.isSensitive).toBe(true);
        const inside = tryConvert(Value.tuple([value.withMarks(['var:x'])]), listOf(type));
        if (inside) expect([...inside.deepMarks()]).toEqual(['var:x']);
      }),
      RUNS,
    );
  });

  it('of an unknown has the type that conversion of a known value has', () => {
    fc.assert(
      fc.property(values, types, (value, type) => {
        const converted = tryConvert(value, type);
        const unknown = tryConvert(Value.unknown(value.type), type);
        if (converted) expect(unknown && describeType(unknown.type)).toBe(describeType(converted.type));
        if (unknown) expect(unknown.isKnown).toBe(false);
      }),
      RUNS,
    );
  });
});

describe('unification', () => {
  it('gives a type to which all convert, whatever their order', () => {
    fc.assert(
      fc.property(fc.array(types, { minLength: 1, maxLength: 4 }), (all) => {
        const common = unify(all);
        const reversed = unify([...all].reverse());
        expect(reversed && describeType(reversed)).toBe(common && describeType(common));
        if (!common) return;
        expect(all.every((type) => canConvert(type, common))).toBe(true);
        expect(unify([...all, common])).toEqual(common);
      }),
      RUNS,
    );
  });

  it('of one type is that type', () => {
    fc.assert(
      fc.property(types, (type) => {
        expect(typesEqual(unify([type, type, type]) as Type, type)).toBe(true);
      }),
      RUNS,
    );
  });
});

describe('equality', () => {
  const pairs = types.chain((type) => fc.tuple(fc.oneof(valuesOf(type), values), valuesOf(type)));

  it('is symmetric, and the same as having the same identity', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        expect(valuesEqual(a, b)).toBe(valuesEqual(b, a));
        expect(identityOf(a) === identityOf(b)).toBe(valuesEqual(a, b));
        expect(valuesEqual(a, a)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a set', () => {
  const lists = types.chain((type) => fc.array(valuesOf(type), { maxLength: 6 }).map((items) => ({ type, items })));

  it('holds every element once, in an order that does not depend on that of the items', () => {
    fc.assert(
      fc.property(lists, ({ type, items }) => {
        const set = makeSet(type, items);
        const identities = set.items.map(identityOf);
        expect(new Set(identities).size).toBe(identities.length);
        expect(new Set(identities)).toEqual(new Set(items.map(identityOf)));
        expect(makeSet(type, [...items].reverse()).items.map(identityOf)).toEqual(identities);
      }),
      RUNS,
    );
  });
});

describe('JSON', () => {
  it('is what JSON.parse reads back', () => {
    fc.assert(
      fc.property(values, (value) => {
        const text = toJsonText(value);
        const plain = toJs(value);
        expect(JSON.parse(text)).toEqual(plain);
        expect(toJsonText(fromJson(plain))).toBe(text);
      }),
      RUNS,
    );
  });
});

describe('every value', () => {
  it('is at least a sixth as heavy as its text is long, prints, and can lose its marks', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(value.weight).toBeGreaterThanOrEqual(toJsonText(value).length / 6);
        expect(printValue(value)).not.toContain('<unknown>');
        expect(value.withMarks(['sensitive']).withoutDeepMarks().deepMarks().size).toBe(0);
      }),
      RUNS,
    );
  });
});
