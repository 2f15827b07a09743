import { describe, expect, it } from 'vitest';
import { references } from '../../../src/hcl/eval/references.js';
import { parseExpression, parseTemplate } from '../../../src/hcl/syntax/parser.js';

/** Root and steps of each reference, and the text at its place. */
function found(text: string): string[] {
  const { expression, diagnostics } = parseExpression({ name: 'test', text });
  expect(diagnostics).toEqual([]);
  return (expression ? references(expression) : []).map(
    ({ root, path, range }) => `${[root, ...path].join(' ')} at ${text.slice(range.start.offset, range.end.offset)}`,
  );
}

describe('references', () => {
  it.each<[string, string[]]>([
    ['var.a', ['var a at var.a']],
    ['data.http.x.body["k"][0].z', ['data http x body k 0 z at data.http.x.body["k"][0].z']],
    ['local.list.0', ['local list 0 at local.list.0']],
    ['local.m[var.key].b', ['local m at local.m[var.key].b', 'var key at var.key']],
    ['(var.a).b', ['var a at var.a']],
    ['a[*].b[c]', ['a at a', 'c at c']],
    ['a.*.b', ['a at a']],
    ['[for x in a : x + y if z]', ['a at a', 'y at y', 'z at z']],
    ['{ for k, v in k : k => v... }', ['k at k']],
    ['[for x in [for y in y : y] : y]', ['y at y', 'y at y']],
    ['{ a = b, (c) = d, "${e}" = f }', ['b at b', 'c at c', 'd at d', 'e at e', 'f at f']],
    [
      '"${a}%{ if b }${c}%{ else }${d}%{ endif }%{ for e in e }${e}${f}%{ endfor }"',
      ['a at a', 'b at b', 'c at c', 'd at d', 'e at e', 'f at f'],
    ],
    ['a ? b : -c', ['a at a', 'b at b', 'c at c']],
    ['f(a, b...)', ['a at a', 'b at b']],
    ['convert(a, list(string))', ['a at a']],
    ['true', []],
  ])('%s', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it('are found in template files', () => {
    const { template } = parseTemplate({ name: 'x.tpl', text: 'Hi ${name}%{ for x in xs }${x}%{ endfor }' });
    expect(template && references(template).map(({ root }) => root)).toEqual(['name', 'xs']);
  });
});
