import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { standardFunctions } from '../../src/hcl/functions/index.js';
import { toJsonText } from '../../src/hcl/values/json.js';
import { printValue } from '../../src/hcl/values/print.js';
import { describeType } from '../../src/hcl/values/type.js';
import { Value } from '../../src/hcl/values/value.js';
import { EvaluationError, evaluateText, functionContext } from '../support/expressions.js';
import { factCases } from '../support/facts-cases.js';

interface Fact {
  readonly id: string;
  readonly area: string;
  readonly expr?: string;
  readonly json?: string;
  readonly type?: string;
  readonly console?: string;
  readonly error?: string;
  readonly json_error?: string;
  readonly unknown?: boolean;
  readonly setup?: Readonly<Record<string, string | { readonly base64: string }>>;
}

/** Where we mean to answer differently, what we answer, and why. */
const DIFFERENT: Readonly<Record<string, { readonly answer: string; readonly reason: string }>> = {
  '215c6cfe55b1': {
    answer: '"::ffff:a00:3"',
    reason: 'the number of a host is added at the end of an IPv4-mapped address, not in its middle',
  },
  mfd07d0a962f: { answer: '"::ffff:a00:1"', reason: 'as 215c6cfe55b1' },
  ma4f951cd581: { answer: '"::ffff:a00:5"', reason: 'as 215c6cfe55b1' },
  m86ec78e49e2: { answer: 'refused', reason: 'a prefix of less than no bits is an error, not a text `<nil>`' },
  m256357499c0: { answer: 'refused', reason: 'a width that cannot be meant is an error, not an inner text of Go' },
};

const FACTS = join(import.meta.dirname, '../facts');
const HOME = '/home/tester';
const AREAS = [...standardFunctions.keys(), 'path functions with files', 'unknown function', 'function calls', 'calls'];
const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'imgpack-facts-')));
const folders = new Map<string, string>();

afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** The folder with the files of a case; cases of the same files share one. */
function folderOf(setup: Fact['setup'] = {}): string {
  const key = JSON.stringify(setup);
  const known = folders.get(key);
  if (known !== undefined) return known;
  const folder = join(temporary, String(folders.size));
  mkdirSync(folder);
  for (const [name, content] of Object.entries(setup)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), typeof content === 'string' ? content : Buffer.from(content.base64, 'base64'));
  }
  folders.set(key, folder);
  return folder;
}

/** What `setup.pkr.hcl` of the first set defines. */
function setupVariables(): [string, Value][] {
  const locals = {
    s: '"str"',
    b: 'true',
    l: 'convert(["x", "y", "z"], list(string))',
    set: 'convert(["b", "a", "b"], set(string))',
    m: 'convert({ a = 1, b = 2 }, map(number))',
    objs: '[{ a = 1, n = { x = "i" }, l = [1] }, { a = 2, n = { x = "j" }, l = [] }]',
  };
  const values = Object.entries(locals).map(([name, text]): [string, Value] => [name, evaluateText(text)]);
  return [
    ['local', Value.object(values)],
    ['var', Value.object([['v', evaluateText('convert(["p", "q"], list(string))')]])],
  ];
}

/** The answer in the words of a fact: JSON, `unknown` or `refused`. */
function answer(fact: Fact, isFirstSet: boolean): { text: string; type?: string } {
  const folder = isFirstSet ? FACTS : folderOf(fact.setup);
  const root = isFirstSet ? FACTS : '.';
  const context = functionContext({ folder, templateDirectory: root, homeDirectory: HOME });
  const path = Value.object([
    ['root', Value.string(root)],
    ['cwd', Value.string(folder)],
  ]);
  const variables = new Map<string, Value>([
    ['path', path],
    ['packer', Value.object([['version', Value.string('1.16.0')]])],
    ['source', Value.unknown()],
    ...(isFirstSet ? setupVariables() : []),
  ]);
  try {
    const value = evaluateText(fact.expr ?? '', variables, context);
    if (!value.isWhollyKnown) return { text: 'unknown' };
    const isNamed = fact.type?.includes('(');
    const type = value.isNull ? 'null' : isNamed ? describeType(value.type) : value.type.kind;
    if (fact.json_error !== undefined) return { text: printValue(value), type };
    return { text: toJsonText(value).replaceAll(folder, 'CWD').replaceAll(HOME, 'HOME'), type };
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return { text: 'refused' };
  }
}

/** What was seen; undefined where only that there is a value counts. */
function seen(fact: Fact): string | undefined {
  if (fact.error !== undefined) return 'refused';
  if (fact.unknown || fact.console === '<unknown>') return 'unknown';
  return fact.json_error === undefined ? fact.json : fact.console;
}

function mismatch(fact: Fact, isFirstSet: boolean): string[] {
  const { text, type = '' } = answer(fact, isFirstSet);
  const wanted = DIFFERENT[fact.id]?.answer ?? seen(fact);
  const isRight = wanted === undefined ? text !== 'refused' : text === wanted;
  const hasType = !isRight || text === 'refused' || fact.type === undefined || fact.type === type;
  if (isRight && hasType) return [];
  return [`${fact.id}: ${fact.expr} is ${text} (${type}), not ${wanted ?? 'a value'} (${fact.type ?? ''})`];
}

describe.each([
  ['expressions.jsonl', true],
  ['expressions-more.jsonl', false],
] as const)('what Packer was seen to answer: %s', (name, isFirstSet) => {
  const cases = factCases<Fact>(name).filter((fact) => fact.expr !== undefined && AREAS.includes(fact.area));
  const areas = [...new Set(cases.map(({ area }) => area))].sort();

  it.each(areas)('%s', (area) => {
    expect(cases.filter((fact) => fact.area === area).flatMap((fact) => mismatch(fact, isFirstSet))).toEqual([]);
  });
});

describe('differences', () => {
  it('are about cases that exist and would answer otherwise', () => {
    const all = [...factCases<Fact>('expressions.jsonl'), ...factCases<Fact>('expressions-more.jsonl')];
    for (const [id, { answer: ours }] of Object.entries(DIFFERENT)) {
      const fact = all.find((one) => one.id === id);
      expect(fact && seen(fact), id).not.toBe(ours);
      expect(fact, id).toBeDefined();
    }
  });
});
