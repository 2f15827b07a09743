import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { printValue } from '../../src/hcl/values/print.js';
import { describeType, type Type } from '../../src/hcl/values/type.js';
import type { Value } from '../../src/hcl/values/value.js';
import { Redactor } from '../../src/messages/redactor.js';
import { factCases } from '../support/facts-cases.js';
import { contextFor, evaluateText, scopeOf, withFiles, type Evaluated } from '../support/language.js';
import { standardFunctions } from '../../src/hcl/functions/index.js';

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

/** The last one holds observations of our own, where the others are thin. */
const SETS = ['expressions.jsonl', 'expressions-more.jsonl', 'own-expressions.jsonl'];

const FOLDER = join(import.meta.dirname, '../facts');
const SETUP = readFileSync(join(FOLDER, 'setup.pkr.hcl'), 'utf8');

const MASKED = 'whatever a secret flows into is masked as a whole, numbers and collections included';
const MAPPED = 'the number of a host is added at the end of an IPv4-mapped address, not in its middle';

/** Cases in which imgpack means to differ: our answer in the words of `answer`, and why. */
const DIFFERENCES: Readonly<Record<string, { readonly answer: string; readonly reason: string }>> = {
  m0ce3fc01175: { answer: 'prints <sensitive>', reason: MASKED },
  m0d9b8765ddd: { answer: 'prints <sensitive>', reason: MASKED },
  m667f1a8f0a0: { answer: 'prints <sensitive>', reason: MASKED },
  mcca70db4fe5: { answer: 'prints <sensitive>', reason: MASKED },
  m618283869a4: { answer: 'prints <sensitive>', reason: MASKED },
  '215c6cfe55b1': { answer: 'is "::ffff:a00:3"', reason: MAPPED },
  mfd07d0a962f: { answer: 'is "::ffff:a00:1"', reason: MAPPED },
  ma4f951cd581: { answer: 'is "::ffff:a00:5"', reason: MAPPED },
  m86ec78e49e2: { answer: 'is refused', reason: 'a prefix of less than no bits is an error, not a text `<nil>`' },
  m256357499c0: { answer: 'is refused', reason: 'a width that cannot be meant is an error, not an inner text of Go' },
  od1bea67f8d6: {
    answer: 'is [[1],[2],null]',
    reason: 'a null without a type fits into any set; Packer panics inside the function',
  },
  mcd9e87b64ef: {
    answer: 'is "val"',
    reason: 'an expression may write `local["v"]`, which stops Packer; loading a template refuses it in a local',
  },
};

/** The lines in which our answer to a case is not what was seen. */
function check(fact: Fact): string[] {
  if (fact.setup) {
    const source = fact.setup['main.pkr.hcl'];
    return withFiles(fact.setup, (folder) => checkIn(folder, '.', String(source ?? ''), fact));
  }
  if (fact.local !== undefined) {
    const source = `${SETUP}\nlocals {\n  it = ${fact.local}\n}\n`;
    return checkIn(FOLDER, FOLDER, source, { ...fact, expr: 'local.it' });
  }
  return fact.id.startsWith('m') ? checkIn(FOLDER, '.', '', fact) : checkIn(FOLDER, FOLDER, SETUP, fact);
}

const prepared = new Map<string, ReturnType<typeof scopeOf>>();

function checkIn(folder: string, root: string, source: string, fact: Fact): string[] {
  const key = JSON.stringify([folder, root, source]);
  const file = prepared.get(key) ?? scopeOf(source, contextFor(folder, root));
  if (!fact.setup) prepared.set(key, file);
  const evaluated = evaluateText(fact.expr ?? '', file.scope);
  const faults = [...file.diagnostics, ...evaluated.diagnostics].filter(({ severity }) => severity === 'error');
  const ours = faults.length > 0 ? ['is refused'] : answer(fact, evaluated, folder, file);
  const wanted = seen(fact);
  const difference = DIFFERENCES[fact.id];
  if (difference) return ours.includes(difference.answer) ? [] : [`does not differ as it should: ${ours.join(', ')}`];
  const missing = wanted.filter((line) => !ours.includes(line));
  if (missing.length === 0) return [];
  const why = faults.map(({ summary, detail }) => ` (${summary}: ${detail})`).join('');
  return [`${missing.join(', ')}; ours ${ours.join(', ')}${why}`];
}

/** What was seen, a line for each thing that is to hold. */
function seen(fact: Fact): string[] {
  if (fact.error !== undefined) return ['is refused'];
  if (fact.unknown || fact.json === '<unknown>') return ['is unknown'];
  return [
    ...(fact.json !== undefined && !fact.property ? [`is ${fact.json}`] : []),
    ...(fact.json_error === undefined ? [] : ['has no JSON']),
    ...(fact.type === undefined ? [] : [`has type ${fact.type}`]),
    ...(fact.console !== undefined && !fact.property ? [`prints ${printed(fact.console, fact)}`] : []),
  ];
}

/** Everything that could have been seen of our value. */
function answer(fact: Fact, { value }: Evaluated, folder: string, file: ReturnType<typeof scopeOf>): string[] {
  if (!value.isWhollyKnown) return ['is unknown'];
  const general = (text: string) => text.replaceAll(folder, 'CWD').replaceAll(file.scope.context.homeDirectory, 'HOME');
  const json = evaluateText(`jsonencode(${fact.expr}\n)`, file.scope);
  const redactor = new Redactor();
  for (const secret of file.secrets) redactor.add(secret);
  return [
    json.failed ? 'has no JSON' : `is ${general(json.value.text)}`,
    `has type ${value.isNull ? 'null' : describeType(value.type)}`,
    `has type ${shortType(value)}`,
    `prints ${printed(general(redactor.redact(printValue(value, { maskSensitive: true }))), fact)}`,
  ];
}

/** The first set was written down without carriage returns, white space at the ends and the folder before file names. */
function printed(text: string, fact: Fact): string {
  if (fact.id.startsWith('m')) return text;
  return text.replaceAll('CWD/', '').replaceAll('CWD', '.').replaceAll('\r', '').trim();
}

/** A collection of anything but primitives was mostly named by its kind alone. */
function shortType({ type, isNull }: Value): string {
  if (isNull) return 'null';
  if (type.kind === 'tuple' || type.kind === 'object') return type.kind;
  const isPlain = (element: Type) => ['string', 'number', 'bool'].includes(element.kind);
  return 'element' in type && !isPlain(type.element) ? type.kind : describeType(type);
}

describe.each(SETS)('%s: what Packer was seen to answer', (name) => {
  const areas = new Map<string, Fact[]>();
  for (const fact of factCases<Fact>(name)) areas.set(fact.area, [...(areas.get(fact.area) ?? []), fact]);

  it.each([...areas])('%s', (_area, facts) => {
    expect(
      facts.flatMap((fact) => check(fact).map((fault) => `${fact.id} ${fact.expr ?? fact.local}: ${fault}`)),
    ).toEqual([]);
  });
});

it('differs only in cases that exist, and has seen an area of facts for every function', () => {
  const facts = SETS.flatMap((name) => factCases<Fact>(name));
  const ids = new Set(facts.map(({ id }) => id));
  const areas = new Set(facts.map(({ area }) => area));
  expect(Object.keys(DIFFERENCES).filter((id) => !ids.has(id))).toEqual([]);
  const withoutArea = [...standardFunctions.keys()].filter((name) => !areas.has(name));
  expect(withoutArea).toEqual([]);
});
