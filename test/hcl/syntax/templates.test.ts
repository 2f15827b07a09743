import { describe, expect, it } from 'vitest';
import { parseExpression, parseTemplate } from '../../../src/hcl/syntax/parser.js';
import type { TemplatePart } from '../../../src/hcl/syntax/ast.js';
import { places } from '../../support/syntax.js';

/** Parts as text: literals in quotes, values as their source. */
function parts(text: string): string {
  const { expression, diagnostics } = parseExpression({ name: 't', text });
  if (expression?.kind !== 'template' || diagnostics.length > 0) throw new Error(places(diagnostics).join('; '));
  return draw(expression.parts, text) + (expression.isWrap ? ' wrap' : '');
}

function draw(list: readonly TemplatePart[], text: string): string {
  const source = ({ range }: { range: { start: { offset: number }; end: { offset: number } } }) =>
    text.slice(range.start.offset, range.end.offset);
  return list
    .map((part) => {
      switch (part.kind) {
        case 'literal':
          return JSON.stringify(part.value);
        case 'interpolation':
          return source(part.expression);
        case 'if':
          return `if ${source(part.condition)} [${draw(part.then, text)}] [${draw(part.else, text)}]`;
        case 'for':
          return `for ${part.keyName === undefined ? '' : `${part.keyName}, `}${part.valueName} in ${source(part.collection)} [${draw(part.body, text)}]`;
      }
    })
    .join(' ');
}

describe('quoted strings', () => {
  it.each([
    ['""', ''],
    ['"a ${b} c"', '"a " b " c"'],
    ['"${b}"', 'b wrap'],
    ['"${~ b ~}"', 'b wrap'],
    ['" ${~ b}"', '"" b'],
    ['"a\\u00a0${~ 1 ~}\\u00a0\\n b"', '"a" 1 "b"'],
    ['"\\n\\t\\"\\\\\\u00e9\\U0001F44D"', JSON.stringify('\n\t"\\é👍')],
    ['"$${a} %%{b} $ % $$ $x"', '"${a} %{b} $ % $$ $x"'],
    ['"$$${1}"', '"$${1}"'],
    ['"$$$${1}"', '"$$${1}"'],
    ['"%${1}"', '"%" 1'],
    ['"${1}}"', '1 "}"'],
    ['"${"x${"y"}"}"', '"x${"y"}" wrap'],
    ['"${ {a = "}"} }"', '{a = "}"} wrap'],
    ['"%{ if a }x%{ else }y%{ endif }"', 'if a ["x"] ["y"]'],
    ['"%{ if a }%{ for k, v in m }${k}%{ endfor }%{ endif }z"', 'if a [for k, v in m [k]] [] "z"'],
    ['"a  %{~ if a ~}  b  %{~ endif ~}  c"', '"a" if a ["b"] [] "c"'],
    ['"${\n a # comment\n + 1}"', 'a # comment\n + 1 wrap'],
  ])('%s', (text, expected) => {
    expect(parts(text)).toBe(expected);
  });

  it.each([
    ['"%{ if a }"', 'hcl/unclosed-directive 1:2-1:4'],
    ['"%{ endif }"', 'hcl/unexpected-directive 1:2-1:4'],
    ['"%{ if a }%{ endfor }"', 'hcl/unexpected-directive 1:11-1:13'],
    ['"%{ if a }%{ else }%{ else }%{ endif }"', 'hcl/unexpected-directive 1:20-1:22'],
    ['"%{ elseif a }"', 'hcl/unknown-directive 1:5-1:11'],
    ['"%%%{if true}x%{endif}"', 'hcl/unexpected-directive 1:15-1:17'],
    ['"${a b}"', 'hcl/extra-characters-in-template 1:6-1:7'],
    ['"a\rb"', 'hcl/invalid-character 1:3-1:4'],
  ])('%s is refused', (text, expected) => {
    expect(() => parts(text)).toThrow(expected);
  });
});

describe('heredocs', () => {
  it.each([
    ['<<E\nE\n', ''],
    ['<<E\n a\n  E \t\n', '" a\\n"'],
    ['<<E\nE,\n${x}\nE\n', '"E,\\n" x "\\n"'],
    ['<<E\r\na\r\nE\r\n', '"a\\r\\n"'],
    ['<<E\n\\n $${x}\nE\n', '"\\\\n ${x}\\n"'],
    ['<<E\n  ${~ 1 ~}  \n  b\nE\n', '"" 1 "  b\\n"'],
    ['<<E\na\n${~ 1 ~}\nb\nE\n', '"a" 1 "b\\n"'],
    ['<<E\r\na$\r\n${~ 1}$$\r\n${~ 2}\r\nE\r\n', '"a$\\r" 1 "$$" 2 "\\r\\n"'],
    ['<<-E\n    x\n  ${1} y\n   \n    z\nE\n', '"  x\\n" 1 " y\\n   \\n  z\\n"'],
    ['<<-E\n    x\n  ${~ 1} y\n    z\nE\n', '"    x\\n" 1 " y\\n    z\\n"'],
    ['<<-E\n    x ${1 ~}\n  y\n      z\nE\n', '"x " 1 "  y\\n  z\\n"'],
    ['<<-E\n${1}\n      z\nE\n', '1 "\\n      z\\n"'],
    ['<<-E\n   \nE\n', '"   \\n"'],
    ['<<-E\n  \n      z\n \nE\n', '"  \\nz\\n \\n"'],
    ['<<-E\n    %{ if true }\n    x\n    %{ endif }\n    y\nE\n', '"" if true ["\\nx\\n"] [] "\\ny\\n"'],
    ['<<-E\n\u00a0 x\n   y\nE\n', '"x\\n y\\n"'],
    ['<<-E\r\n   x\r\n  \r\n    y\r\n  E\r\n', '"x\\r\\n  \\r\\n y\\r\\n"'],
    ['<<-E\n   ${1 ~}   \n   z\nE\n', '"" 1 "   z\\n"'],
  ])('%j', (text, expected) => {
    expect(parts(text)).toBe(expected);
  });

  it.each([
    ['<<E\na\n', 'hcl/unclosed-heredoc 3:1-3:1'],
    ['<<E\na\n\rE\n', 'hcl/invalid-character 3:1-3:2'],
    ['<<E\na\nE', 'hcl/heredoc-end-at-end-of-file 3:2-3:2'],
    ['<<E a\nE\n', 'hcl/invalid-heredoc-start 1:4-1:6'],
    ['<<E \nE\n', 'hcl/invalid-heredoc-start 1:4-1:5'],
  ])('%j is refused', (text, expected) => {
    expect(() => parts(text)).toThrow(expected);
  });
});

describe('template files', () => {
  it('are literal but for their sequences, and lose a byte order mark', () => {
    const text = '\ufeff"a" \\n ${x ~}\n  b %{ if y }c%{ endif }\n';
    const { template, diagnostics } = parseTemplate({ name: 't', text });
    expect(diagnostics).toEqual([]);
    expect(draw(template?.parts ?? [], text)).toBe('"\\"a\\" \\\\n " x "  b " if y ["c"] [] "\\n"');
  });

  it('of one interpolation are that value', () => {
    expect(parseTemplate({ name: 't', text: '${[1]}' }).template?.isWrap).toBe(true);
    expect(parseTemplate({ name: 't', text: '${[1]}\n' }).template?.isWrap).toBe(false);
  });
});
