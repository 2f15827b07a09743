import { describe, expect, it } from 'vitest';
import { Diagnostics } from '../../../src/hcl/diagnostic.js';
import { evaluate } from '../../../src/hcl/eval/evaluate.js';
import { MAX_DEPTH } from '../../../src/hcl/eval/limits.js';
import type { Expression } from '../../../src/hcl/syntax/ast.js';
import { fromJson, toJsonText } from '../../../src/hcl/values/json.js';
import { Value } from '../../../src/hcl/values/value.js';
import { contextFor, evaluateText, scopeOf } from '../../support/language.js';

const { scope } = scopeOf('', contextFor('/nonexistent'));
const codes = (text: string) => evaluateText(text, scope).diagnostics.map(({ code }) => code);

/** An expression for a text of twenty thousand repetitions. */
const rep = (piece: string) => `replace(format("%020000d", 0), "0", "${piece}")`;

const START = { offset: 0, line: 1, column: 1 };
const range = { file: 'made', start: START, end: START };
const one: Expression = { kind: 'number', text: '1', range };

const WRAPPERS: Readonly<Record<string, (inner: Expression) => Expression>> = {
  parentheses: (inner) => ({ kind: 'parentheses', inner, range }),
  minus: (operand) => ({ kind: 'unary', operator: '-', operand, operatorRange: range, range }),
  sum: (left) => ({ kind: 'binary', operator: '+', left, right: one, operatorRange: range, range }),
  condition: (inner) => ({
    kind: 'conditional',
    condition: { kind: 'keyword', value: true, range },
    then: inner,
    else: one,
    range,
  }),
  call: (inner) => ({
    kind: 'call',
    name: 'abs',
    nameRange: range,
    args: [inner],
    expandFinal: false,
    closeRange: range,
    range,
  }),
  try: (inner) => ({
    kind: 'call',
    name: 'try',
    nameRange: range,
    args: [inner],
    expandFinal: false,
    closeRange: range,
    range,
  }),
  list: (inner) => ({ kind: 'tuple', items: [inner], range }),
  object: (value) => ({ kind: 'object', items: [{ key: one, bareKey: 'a', value }], range }),
  template: (inner) => ({
    kind: 'template',
    form: 'quoted',
    isWrap: false,
    parts: [
      { kind: 'interpolation', expression: inner, range },
      { kind: 'literal', value: '', range },
    ],
    range,
  }),
  loop: (inner) => ({
    kind: 'for',
    result: 'tuple',
    valueName: 'x',
    collection: { kind: 'tuple', items: [one], range },
    value: inner,
    grouping: false,
    range,
  }),
};

describe('expressions within each other', () => {
  it.each(Object.entries(WRAPPERS))('%s: are evaluated down to the limit, and refused below it', (_name, wrap) => {
    const nested = (depth: number) => {
      let expression: Expression = one;
      for (let i = 1; i < depth; i++) expression = wrap(expression);
      const diagnostics = new Diagnostics();
      const value = evaluate(expression, scope, diagnostics);
      return { value, codes: diagnostics.list.map(({ code }) => code) };
    };
    expect(nested(MAX_DEPTH - 1).codes).toEqual([]);
    expect(nested(MAX_DEPTH - 1).value.isWhollyKnown).toBe(true);
    expect(nested(MAX_DEPTH + 50).codes.at(-1)).toMatch(/^hcl\/(too-deep|try-failed)$/);
  });
});

describe('what grows without measure is refused before it fills the memory', () => {
  it('a text that doubles from local to local', () => {
    const lines = Array.from({ length: 60 }, (_, i) => `  a${i + 1} = "\${local.a${i}}\${local.a${i}}"`);
    const { diagnostics } = scopeOf(`locals {\n  a0 = "lol"\n${lines.join('\n')}\n}\n`, contextFor('/nonexistent'));
    expect(diagnostics[0]?.code).toBe('hcl/too-large');
  });

  it('a list that multiplies from local to local', () => {
    const lines = Array.from({ length: 40 }, (_, i) => `  a${i + 1} = [${Array(10).fill(`local.a${i}`).join(', ')}]`);
    const { diagnostics } = scopeOf(`locals {\n  a0 = ["lol"]\n${lines.join('\n')}\n}\n`, contextFor('/nonexistent'));
    expect(diagnostics[0]?.code).toBe('hcl/too-large');
  });

  it.each([
    ['[local.aN]'],
    ['{ x = local.aN }'],
    ['true ? [local.aN] : []'],
    ['reverse([local.aN])'],
    ['concat([local.aN], [])'],
  ])('a nest that grows from local to local: %s', (form) => {
    const lines = Array.from({ length: 520 }, (_, i) => `  a${i + 1} = ${form.replace('aN', `a${i}`)}`);
    const text = `locals {\n  a0 = 1\n${lines.join('\n')}\n}\n`;
    expect(scopeOf(text, contextFor('/nonexistent')).diagnostics[0]?.code).toBe('hcl/too-deep');
  });

  it.each([
    ['JSON', 'jsondecode(format("%s%s", B, E))'.replace('B', rep('[')).replace('E', rep(']'))],
    ['objects in JSON', `jsondecode(${rep('{\\"a\\":')})`],
    ['YAML', `yamldecode(${rep('[')})`],
    ['sequences in YAML', `yamldecode(format("%sa", ${rep('- ')}))`],
    ['mappings in YAML', `yamldecode(format("%sa", ${rep('? ')}))`],
    ['groups of a pattern', `regex(${rep('(')}, "a")`],
  ])('a nest in a text: %s', (_, text) => {
    expect(codes(text)).toEqual(['hcl/invalid-argument']);
  });

  it.each([
    [
      'loops within loops',
      '[for a in range(1024) : [for b in range(1024) : "%{ for c in range(1024) }%{ endfor }"]]',
      'hcl/too-many-rounds',
    ],
    ['a loop over a large text', '[for a in range(1024) : format("%0100000d", a)]', 'hcl/too-large'],
    [
      'a template that repeats a large text',
      '"%{ for a in range(1024) }${format("%0100000d", a)}%{ endfor }"',
      'hcl/too-large',
    ],
    ['combinations', 'setproduct(range(1000), range(1000), range(1000))', 'hcl/function-failed'],
    [
      'replacement upon replacement',
      'replace(replace(format("%0100000d", 0), "0", format("%0100000d", 0)), "0", format("%0100000d", 0))',
      'hcl/too-large',
    ],
    ['numbers of many digits', '[for a in range(1024) : 1e100000 + a]', 'hcl/too-large'],
  ])('%s', (_title, text, code) => {
    expect(codes(text)).toEqual([code]);
  });

  it('yet a large value is no fault by being referred to', () => {
    const large = Value.string('x'.repeat(20_000_000));
    const roomy = scope.child([
      [
        'both',
        Value.object([
          ['a', large],
          ['b', large],
        ]),
      ],
    ]);
    expect(evaluateText('both.a == both.b', roomy)).toMatchObject({ failed: false, value: fromJson(true) });
    expect(evaluateText('[both.a, both.b]', roomy).diagnostics.map(({ code }) => code)).toEqual(['hcl/too-large']);
  });

  it('tens of thousands of elements are gone through without comparing each with each', () => {
    const many = scope.child([['many', fromJson(Array.from({ length: 50_000 }, (_, i) => i % 40_000))]]);
    expect(toJsonText(evaluateText('length(distinct(many))', many).value)).toBe('40000');
    expect(toJsonText(evaluateText('length(setunion(many, many))', many).value)).toBe('40000');
    expect(toJsonText(evaluateText('length(setintersection(many, [1, 2]))', many).value)).toBe('2');
  });
});
