import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { printValue } from '../../src/hcl/values/print.js';
import { describeType } from '../../src/hcl/values/type.js';
import type { Scope } from '../../src/hcl/eval/scope.js';
import { factCases } from '../support/facts-cases.js';
import { contextFor, evaluateText, scopeOf, withFiles } from '../support/language.js';

interface Fact {
  readonly id: string;
  readonly area: string;
  readonly expr?: string;
  /** Text behind `it = ` in a `locals` block. */
  readonly local?: string;
  readonly setup?: Record<string, string | { base64: string }>;
  readonly json?: string;
  readonly type?: string;
  readonly console?: string;
  readonly error?: string;
  readonly json_error?: string;
  readonly unknown?: boolean;
  readonly property?: boolean;
}

const folder = join(import.meta.dirname, '../facts');

/** Cases in which imgpack means to differ, with the reason. */
const differences = new Map<string, string>([]);

/** What is wrong with our answer to a case; undefined where it is as Packer's. */
function check(fact: Fact): string | undefined {
  if (fact.setup) return withFiles(fact.setup, (place) => checkIn(place, String(fact.setup?.['main.pkr.hcl'] ?? ''), fact));
  if (fact.local !== undefined) {
    const setup = readFileSync(join(folder, 'setup.pkr.hcl'), 'utf8');
    return checkIn(folder, `${setup}\nlocals {\n  it = ${fact.local}\n}\n`, { ...fact, expr: 'local.it' });
  }
  return checkIn(folder, fact.id.startsWith('m') ? '' : readFileSync(join(folder, 'setup.pkr.hcl'), 'utf8'), fact);
}

const scopes = new Map<string, ReturnType<typeof scopeOf>>();

function checkIn(place: string, source: string, fact: Fact): string | undefined {
  const key = `${place}\0${source}`;
  const made = scopes.get(key) ?? scopeOf(source, contextFor(place));
  scopes.set(key, made);
  const setupFailed = made.diagnostics.some(({ severity }) => severity === 'error');
  if (fact.error !== undefined) {
    if (setupFailed) return undefined;
    return evaluateText(fact.expr ?? '', made.scope).failed ? undefined : `was not refused (${fact.error})`;
  }
  if (setupFailed) return `the file is refused: ${made.diagnostics.map(({ detail, summary }) => detail ?? summary).join('; ')}`;
  return compare(fact, made.scope, place);
}

function compare(fact: Fact, scope: Scope, place: string): string | undefined {
  const { value, failed, diagnostics } = evaluateText(fact.expr ?? '', scope);
  if (failed) return `is refused: ${diagnostics.map(({ detail, summary }) => detail ?? summary).join('; ')}`;
  if (fact.property) return undefined;
  if (fact.unknown) return value.isWhollyKnown ? `should be unknown, is ${printValue(value)}` : undefined;
  const general = (text: string) => text.replaceAll(place, 'CWD').replaceAll(process.env['HOME'] ?? '\0', 'HOME');
  if (fact.json !== undefined) {
    const json = evaluateText(`jsonencode(${fact.expr}\n)`, scope);
    const text = json.value.isKnown && !json.failed ? general(json.value.text) : '(refused)';
    if (text !== fact.json) return `jsonencode gives ${text}, not ${fact.json}`;
  }
  if (fact.json_error !== undefined && !evaluateText(`jsonencode(${fact.expr})`, scope).failed) return 'jsonencode does not refuse it';
  if (fact.type !== undefined && typeName(value.type) !== fact.type) return `is a ${typeName(value.type)}, not a ${fact.type}`;
  if (fact.console !== undefined) {
    const shown = general(printValue(value, { maskSensitive: true }));
    if (shown !== fact.console) return `prints as ${shown}, not ${fact.console}`;
  }
  return undefined;
}

/** Types as the facts name them: a collection of primitives with its element, others by their kind. */
function typeName(type: Parameters<typeof describeType>[0]): string {
  if (type.kind === 'list' || type.kind === 'set' || type.kind === 'map') {
    const element = type.element.kind;
    return element === 'string' || element === 'number' || element === 'bool' ? `${type.kind}(${element})` : type.kind;
  }
  return type.kind === 'any' ? 'null' : type.kind;
}

for (const file of ['expressions.jsonl', 'expressions-more.jsonl']) {
  const areas = group(factCases<Fact>(file));
  describe(`${file}: expressions have the values that Packer was seen to give them`, () => {
    it.each([...areas].map(([area, facts]) => [`${area} (${facts.length})`, facts] as const))('%s', (_title, facts) => {
      const wrong = facts
        .filter(({ id }) => !differences.has(id))
        .flatMap((fact) => {
          const fault = check(fact);
          return fault === undefined ? [] : [`${fact.id} ${fact.expr ?? fact.local}: ${fault}`];
        });
      expect(wrong).toEqual([]);
    });
  });
}

function group(facts: readonly Fact[]): Map<string, Fact[]> {
  const areas = new Map<string, Fact[]>();
  for (const fact of facts) areas.set(fact.area, [...(areas.get(fact.area) ?? []), fact]);
  return areas;
}
