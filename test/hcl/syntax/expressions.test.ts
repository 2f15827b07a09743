import { describe, expect, it } from 'vitest';
import { slim, tree } from '../../support/syntax.js';
import { parseExpression } from '../../../src/hcl/syntax/parser.js';

const name = (text: string) => ({ kind: 'variable', name: text, range: text });
const number = (text: string) => ({ kind: 'number', text, range: text });

/** The tree as brackets: what an operator holds together. */
function grouped(text: string): string {
  const { expression } = parseExpression({ name: 't', text });
  const draw = (node: Record<string, unknown>): string => {
    const part = (key: string) => draw(node[key] as Record<string, unknown>);
    switch (node.kind) {
      case 'binary':
        return `(${part('left')} ${String(node.operator)} ${part('right')})`;
      case 'unary':
        return `(${String(node.operator)}${part('operand')})`;
      case 'conditional':
        return `(${part('condition')} ? ${part('then')} : ${part('else')})`;
      default:
        return String(node.range);
    }
  };
  return draw(slim(expression, text) as Record<string, unknown>);
}

describe('operators', () => {
  it.each([
    ['a + b * c', '(a + (b * c))'],
    ['a - b - c', '((a - b) - c)'],
    ['a || b && c == d < e + f * -g', '(a || (b && (c == (d < (e + (f * (-g)))))))'],
    ['a == b != c', '((a == b) != c)'],
    ['!a && b', '((!a) && b)'],
    ['-a.b[0]', '(-a.b[0])'],
    ['- -a', '(-(-a))'],
    ['a ? b : c ? d : e', '(a ? b : (c ? d : e))'],
    ['a || b ? c && d : e + f', '((a || b) ? (c && d) : (e + f))'],
    ['a-b - c', '(a-b - c)'],
    ['a % b / c', '((a % b) / c)'],
  ])('%s groups as %s', (text, expected) => {
    expect(grouped(text)).toBe(expected);
  });

  it('end at a newline unless a bracket is open', () => {
    expect(() => tree('1 +\n2')).toThrow('hcl/missing-expression 1:4-2:1');
    expect(() => tree('1\n+ 2')).toThrow('hcl/extra-characters 2:1-2:2');
    expect(grouped('(1\n+ 2)')).toBe('(1\n+ 2)');
  });

  it('written as words are explained', () => {
    expect(() => tree('a and b')).toThrow('hcl/word-operator 1:3-1:6');
  });
});

describe('trees and their ranges', () => {
  it('has the spans of names, indices and legacy indices', () => {
    expect(tree('a.b[1].0')).toEqual({
      kind: 'attribute-access',
      object: {
        kind: 'index-access',
        object: {
          kind: 'attribute-access',
          object: name('a'),
          name: 'b',
          nameRange: 'b',
          legacyIndex: false,
          range: 'a.b',
        },
        index: number('1'),
        range: 'a.b[1]',
      },
      name: '0',
      nameRange: '0',
      legacyIndex: true,
      range: 'a.b[1].0',
    });
  });

  it('gives names behind `.*` to the elements and indices in brackets to the result', () => {
    expect(tree('a.*.b.0[1]')).toEqual({
      kind: 'index-access',
      object: {
        kind: 'splat',
        source: name('a'),
        style: 'attribute',
        each: [
          { kind: 'attribute', name: 'b', legacyIndex: false, range: 'b' },
          { kind: 'attribute', name: '0', legacyIndex: true, range: '0' },
        ],
        markerRange: '.*',
        range: 'a.*.b.0',
      },
      index: number('1'),
      range: 'a.*.b.0[1]',
    });
  });

  it('gives everything behind `[*]` to the elements, another star included', () => {
    expect(tree('a[*].b[0][*].c')).toEqual({
      kind: 'splat',
      source: name('a'),
      style: 'full',
      each: [
        { kind: 'attribute', name: 'b', legacyIndex: false, range: 'b' },
        { kind: 'index', index: number('0'), range: '[0]' },
        {
          kind: 'splat',
          style: 'full',
          each: [{ kind: 'attribute', name: 'c', legacyIndex: false, range: 'c' }],
          markerRange: '[*]',
          range: '[*].c',
        },
      ],
      markerRange: '[*]',
      range: 'a[*].b[0][*].c',
    });
  });

  it('keeps calls with namespaces, spread arguments and closing brackets', () => {
    expect(tree('a::b (1, c ...)')).toEqual({
      kind: 'call',
      name: 'a::b',
      nameRange: 'a::b',
      args: [number('1'), name('c')],
      expandFinal: true,
      closeRange: ')',
      range: 'a::b (1, c ...)',
    });
  });

  it('knows bare keys, also those that are words elsewhere, from computed ones', () => {
    expect(tree('{ a = 1, null : 2, "b" = 3, (c) = 4 \n d = 5, for = 6 }')).toEqual({
      kind: 'object',
      items: [
        { key: name('a'), bareKey: 'a', value: number('1') },
        { key: name('null'), bareKey: 'null', value: number('2') },
        {
          key: {
            kind: 'template',
            form: 'quoted',
            parts: [{ kind: 'literal', value: 'b', range: 'b' }],
            isWrap: false,
            range: '"b"',
          },
          value: number('3'),
        },
        { key: { kind: 'parentheses', inner: name('c'), range: '(c)' }, value: number('4') },
        { key: name('d'), bareKey: 'd', value: number('5') },
        { key: name('for'), bareKey: 'for', value: number('6') },
      ],
      range: '{ a = 1, null : 2, "b" = 3, (c) = 4 \n d = 5, for = 6 }',
    });
  });

  it('reads loops over several lines', () => {
    const text = '{for k, v in m :\n k => v...\n if c}';
    expect(tree(text)).toEqual({
      kind: 'for',
      result: 'object',
      keyName: 'k',
      valueName: 'v',
      collection: name('m'),
      key: name('k'),
      value: name('v'),
      condition: name('c'),
      grouping: true,
      range: text,
    });
  });
});

describe('what is refused', () => {
  it.each([
    ['.5', 'hcl/missing-expression 1:1-1:2'],
    ['5.', 'hcl/missing-attribute-name 1:3-1:3'],
    ['1.2.3', 'hcl/invalid-number 1:1-1:6'],
    ['1e99999999999', 'hcl/exponent-too-large 1:1-1:14'],
    ['a.0.1', 'hcl/chained-legacy-index 1:3-1:6'],
    ['a.*.0.1', 'hcl/chained-legacy-index 1:5-1:8'],
    ['a.*.b.*.c', 'hcl/nested-attribute-splat 1:7-1:8'],
    ['{ for = 1 }', 'hcl/invalid-for 1:7-1:8'],
    ['[for x in y]', 'hcl/invalid-for 1:12-1:13'],
    ['[for x in y : x => x]', 'hcl/invalid-for 1:17-1:19'],
    ['{for x in y : x}', 'hcl/invalid-for 1:16-1:17'],
    ['{ a.b = 1 }', 'hcl/ambiguous-object-key 1:3-1:6'],
    ['{ a[0] = 1 }', 'hcl/ambiguous-object-key 1:3-1:7'],
    ['{ a, b }', 'hcl/missing-object-value 1:4-1:5'],
    ['{ a = 1,, }', 'hcl/missing-expression 1:9-1:10'],
    ['[1 2]', 'hcl/missing-comma 1:4-1:5'],
    ['f(a..., b)', 'hcl/expansion-not-last 1:7-1:8'],
    ['a[]', 'hcl/missing-index 1:3-1:4'],
    ['(1', 'hcl/unclosed-parentheses 1:3-1:3'],
    ["'a'", 'hcl/invalid-character 1:1-1:4'],
    ['a === b', 'hcl/invalid-character 1:3-1:6'],
    ['a ? b', 'hcl/missing-else 1:6-1:6'],
    ['"\\ud83d\\udc4d"', 'hcl/invalid-escape 1:2-1:8; hcl/invalid-escape 1:8-1:14'],
    ['"\\q"', 'hcl/invalid-escape 1:2-1:4'],
    ['"${}"', 'hcl/empty-interpolation 1:4-1:5'],
  ])('%s', (text, expected) => {
    expect(() => tree(text)).toThrow(expected);
  });
});
