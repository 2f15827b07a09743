import { describe, expect, it } from 'vitest';
import { createScope } from '../../../src/hcl/eval/scope.js';
import { references } from '../../../src/hcl/eval/references.js';
import { standardFunctions } from '../../../src/hcl/functions/index.js';
import { parseExpression } from '../../../src/hcl/syntax/parser.js';
import { NUMBER, STRING } from '../../../src/hcl/values/type.js';
import { describeType } from '../../../src/hcl/values/type.js';
import { toJsonText } from '../../../src/hcl/values/json.js';
import { Value } from '../../../src/hcl/values/value.js';
import { values } from '../../support/arbitrary-values.js';
import { randomExpression } from '../../support/expression-generator.js';
import { HclGenerator } from '../../support/hcl-generator.js';
import { contextFor, evaluateText } from '../../support/language.js';
import { fc } from '../../support/properties.js';

const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const RUNS = { numRuns: 1500 };
/** The names that both generators use. */
const NAMES = ['a', 'b', 'name', 'x1', 'source', 'é'];
/** Functions that look at the machine or at the clock. */
const OUTSIDE = [
  'vault',
  'consul_key',
  'aws_secretsmanager',
  'aws_secretsmanager_raw',
  'bcrypt',
  'timestamp',
  'uuidv4',
];
const functions = new Map([...standardFunctions].filter(([name]) => !OUTSIDE.includes(name)));

function scopeWith(given: readonly Value[]) {
  const variables = new Map(NAMES.map((name, i) => [name, given[i % Math.max(1, given.length)] ?? Value.unknown()]));
  return createScope({ variables, functions, context: contextFor('/nonexistent') });
}

describe('any expression', () => {
  const texts = fc.oneof(
    seeds.map((seed) => new HclGenerator(seed, { depth: 4 }).expression()),
    seeds.map((seed) => randomExpression(seed, NAMES)),
  );

  it('has a value or a fault with a place, never a crash, and evaluates to the same again', () => {
    fc.assert(
      fc.property(texts, fc.array(values, { minLength: 1, maxLength: 4 }), (text, given) => {
        const scope = scopeWith(given);
        const first = evaluateText(text, scope);
        for (const { subject, detail } of first.diagnostics) {
          expect(subject?.file).toBe('test');
          expect(detail).toMatch(/^\S.*\S$/s);
          expect(subject && text.slice(subject.start.offset, subject.end.offset).length).toBeLessThanOrEqual(
            text.length,
          );
        }
        const second = evaluateText(text, scope);
        expect(second.diagnostics).toEqual(first.diagnostics);
        expect(describeType(second.value.type)).toBe(describeType(first.value.type));
        expect(second.value.isWhollyKnown).toBe(first.value.isWhollyKnown);
      }),
      RUNS,
    );
  });

  it('with unknown names never gets a value that known ones would contradict', () => {
    fc.assert(
      fc.property(seeds, values, values, (seed, a, b) => {
        const text = randomExpression(seed, ['a', 'b']);
        // A fault that becomes a value may depend on what is not known, and so does the type in which two branches meet.
        fc.pre(!/\b(try|can)\(| \? /.test(text));
        const open = evaluateText(text, scopeWith([Value.unknown(a.type), Value.unknown(b.type)]));
        const known = evaluateText(text, scopeWith([a, b]));
        if (open.failed || known.failed || !open.value.isWhollyKnown || !known.value.isWhollyKnown) return;
        expect(written(known.value), text).toBe(written(open.value));
      }),
      RUNS,
    );
  });

  it('of secrets alone gives secrets alone, and no fault tells them', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const text = randomExpression(seed, ['a', 'b']);
        const secret = Value.string('hunter2x').withMarks(['sensitive']);
        const number = Value.object([['k', Value.string('hunter2y')]]).withMarks(['sensitive']);
        const { value, diagnostics } = evaluateText(text, scopeWith([secret, number]));
        expect(JSON.stringify(diagnostics)).not.toMatch(/hunter2/);
        if (value.isWhollyKnown && /hunter2/.test(written(value))) {
          expect([...value.deepMarks()], text).toContain('sensitive');
          expect(written(masked(value)), text).not.toMatch(/hunter2/);
        }
      }),
      RUNS,
    );
  });

  it('refers to nothing but the names that it needs', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const text = randomExpression(seed, NAMES);
        const { expression } = parseExpression({ name: 'test', text });
        const roots = new Set(expression ? references(expression).map(({ root }) => root) : []);
        const unknown = createScope({ variables: new Map(), functions, context: contextFor('/nonexistent') });
        const missing = evaluateText(text, unknown).diagnostics.filter(({ code }) => code === 'hcl/unknown-variable');
        for (const { subject } of missing)
          expect(roots).toContain(text.slice(subject?.start.offset, subject?.end.offset));
      }),
      RUNS,
    );
  });
});

/** JSON, with infinities. */
function written(value: Value): string {
  try {
    return toJsonText(value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return 'infinite';
  }
}

/** The value with every marked part taken out. */
function masked(value: Value): Value {
  if (value.isSensitive) return Value.string('-');
  if (value.isNull || !value.isKnown) return value;
  switch (value.type.kind) {
    case 'list':
    case 'set':
    case 'tuple':
      return Value.tuple(value.items.map(masked));
    case 'map':
    case 'object':
      return Value.object([...value.entries].map(([key, item]) => [key, masked(item)]));
    default:
      return value;
  }
}

it('the generator of expressions makes valid ones, most of which have a value', () => {
  const scope = scopeWith([Value.unknown(STRING), Value.unknown(NUMBER)]);
  const results = Array.from({ length: 500 }, (_, seed) => {
    const text = randomExpression(seed, NAMES);
    expect(parseExpression({ name: 'test', text }).diagnostics, text).toEqual([]);
    return evaluateText(text, scope).failed;
  });
  expect(results.filter((failed) => !failed).length).toBeGreaterThan(200);
});
