import { describe, expect, it } from 'vitest';
import { standardFunctions } from '../../../src/hcl/functions/index.js';
import { createScope } from '../../../src/hcl/eval/scope.js';
import {
  NUMBER,
  STRING,
  BOOL,
  describeType,
  listOf,
  mapOf,
  objectOf,
  setOf,
  tupleOf,
} from '../../../src/hcl/values/type.js';
import { Value } from '../../../src/hcl/values/value.js';
import { factCases } from '../../support/facts-cases.js';
import { contextFor, evaluateText, scopeOf } from '../../support/language.js';

/** What Packer's evaluator was seen to answer where parts are not known yet; `?` stands for such a part. */
interface Fact {
  readonly id: string;
  readonly expr: string;
  readonly value?: string;
  readonly type?: string;
  readonly error?: string;
}

const context = contextFor('/nonexistent');
const known = scopeOf(
  `
variable "v" {
  type    = list(string)
  default = ["p", "q"]
}
locals {
  s    = "str"
  b    = true
  l    = convert(["x", "y", "z"], list(string))
  set  = convert(["b", "a", "b"], set(string))
  m    = convert({ a = 1, b = 2 }, map(number))
  objs = [{ a = 1, n = { x = "i" }, l = [1] }, { a = 2, n = { x = "j" }, l = [] }]
}
`,
  context,
).scope;

const scope = createScope({
  context,
  functions: standardFunctions,
  variables: new Map<string, Value>([
    ['local', known.variable('local') as Value],
    ['var', known.variable('var') as Value],
    ['u', Value.unknown()],
    ['us', Value.unknown(STRING)],
    ['un', Value.unknown(NUMBER)],
    ['ub', Value.unknown(BOOL)],
    ['ul', Value.unknown(listOf(STRING))],
    ['um', Value.unknown(mapOf(NUMBER))],
    ['uset', Value.unknown(setOf(STRING))],
    ['ut', Value.unknown(tupleOf([STRING, NUMBER]))],
    [
      'uo',
      Value.unknown(
        objectOf([
          ['a', STRING],
          ['b', NUMBER],
        ]),
      ),
    ],
    ['nl', Value.null(listOf(STRING))],
  ]),
});

function shown(value: Value): string {
  if (!value.isKnown) return '?';
  if (value.isNull) return 'null';
  switch (value.type.kind) {
    case 'string':
      return JSON.stringify(value.text);
    case 'number':
      return value.numeric.toString();
    case 'bool':
      return String(value.truth);
    case 'map':
    case 'object':
      return `{${[...value.entries].map(([key, item]) => `${JSON.stringify(key)}:${shown(item)}`).join()}}`;
    default:
      return `[${value.items.map(shown).join()}]`;
  }
}

function answer(text: string): string {
  const { value, failed } = evaluateText(text, scope);
  return failed ? 'is refused' : `is ${shown(value)}, of type ${describeType(value.type)}`;
}

const wanted = ({ error, value, type }: Fact) => (error === undefined ? `is ${value}, of type ${type}` : 'is refused');

/** What is no list is refused by `flatten` at once, not only when all of its parts are known. */
const DIFFERENT: Readonly<Record<string, string>> = {
  ue766b17320e: 'is refused',
  u57b851f3562: 'is refused',
  ua55075bc46c: 'is refused',
};

describe('what is known of values that are not known yet', () => {
  const facts = factCases<Fact>('own-unknowns.jsonl');

  it(`is what Packer was seen to know, in ${facts.length} expressions`, () => {
    const faults = facts.flatMap((fact) => {
      const ours = answer(fact.expr);
      return ours === (DIFFERENT[fact.id] ?? wanted(fact))
        ? []
        : [`${fact.id} ${fact.expr} ${ours}; seen: it ${wanted(fact)}`];
    });
    expect(faults).toEqual([]);
  });
});
