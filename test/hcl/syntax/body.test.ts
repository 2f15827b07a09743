import { describe, expect, it } from 'vitest';
import { parseFile } from '../../../src/hcl/syntax/parser.js';
import { faults, slim, span } from '../../support/syntax.js';

const parse = (text: string) => parseFile({ name: 't', text });

describe('arguments and blocks', () => {
  it('stand in the order written, with the spans of all their parts', () => {
    const text = 'build {\n  a = 1 # c\n  provisioner "shell" x {\n  }\n  b = 2\n}\n';
    const { body, diagnostics } = parse(text);
    expect(diagnostics).toEqual([]);
    const attribute = (name: string, value: string) => ({
      kind: 'attribute',
      name,
      nameRange: name,
      expression: { kind: 'number', text: value, range: value },
      range: `${name} = ${value}`,
    });
    expect(slim(body.items, text)).toEqual([
      {
        kind: 'block',
        type: 'build',
        typeRange: 'build',
        labels: [],
        headerRange: 'build',
        range: text.trimEnd(),
        body: {
          items: [
            attribute('a', '1'),
            {
              kind: 'block',
              type: 'provisioner',
              typeRange: 'provisioner',
              labels: [
                { value: 'shell', quoted: true, range: '"shell"' },
                { value: 'x', quoted: false, range: 'x' },
              ],
              headerRange: 'provisioner "shell" x',
              range: 'provisioner "shell" x {\n  }',
              body: { items: [], range: '{\n  }', endRange: '', syntax: 'native' },
            },
            attribute('b', '2'),
          ],
          range: text.slice(6).trimEnd(),
          endRange: '',
          syntax: 'native',
        },
      },
    ]);
    const [build] = body.items;
    expect(build?.kind === 'block' ? span(build.body.endRange) : '').toBe('5:8-5:8');
  });

  it('may have a byte order mark, CRLF, odd names and no last newline', () => {
    const { body, diagnostics } = parse('\ufeffé-1 = 1\r\n_b {}\r\nfor = true');
    expect(diagnostics).toEqual([]);
    expect(body.items.map((item) => (item.kind === 'block' ? item.type : item.name))).toEqual(['é-1', '_b', 'for']);
    expect(span(body.range)).toBe('1:1-3:11');
  });

  it('counts columns in code points', () => {
    expect(faults('a = ["👍", "日本" ?]\n')).toEqual(['hcl/missing-expression 1:17-1:18']);
  });
});

describe('faults', () => {
  it.each([
    ['variable "x" {\n', ['hcl/unclosed-block 1:1-1:13']],
    ['a {\n  b {\n    c = 1\n', ['hcl/unclosed-block 2:3-2:4']],
    ['}\n', ['hcl/unexpected-closing-brace 1:1-1:2']],
    ['a {\n}}\n', ['hcl/missing-newline 2:2-2:3', 'hcl/unexpected-closing-brace 2:2-2:3']],
    ['"a" = 1\n', ['hcl/quoted-name 1:1-1:2']],
    ['a : 1\n', ['hcl/expected-item 1:1-1:2']],
    ['a\n', ['hcl/expected-item 1:1-1:2']],
    ['a b = 1\n', ['hcl/expected-block-body 1:5-1:6']],
    ['a "b"\n{\n}\n', ['hcl/expected-block-body 1:6-2:1', 'hcl/expected-item 2:1-2:2']],
    ['a =\nb = 1\n', ['hcl/missing-value 1:4-2:1']],
    ['a = 1 b = 2\n', ['hcl/missing-newline 1:7-1:8']],
    ['a = 1,\n', ['hcl/missing-newline 1:6-1:7']],
    ['a = 1;\n', ['hcl/invalid-character 1:6-1:7']],
    ['a = 1\na = 2\n', ['hcl/argument-set-twice 2:1-2:2']],
    ['a { b = 1, c = 2 }\n', ['hcl/single-line-block 1:10-1:11']],
    ['a { b {} }\n', ['hcl/single-line-block 1:5-1:6']],
    ['a { b = 1\n}\n', ['hcl/single-line-block 1:10-2:1']],
    ['variable "${a}" {\n  b = ?\n}\n', ['hcl/template-not-allowed 1:11-1:13', 'hcl/missing-expression 2:7-2:8']],
    ['/* a\n', ['hcl/unclosed-comment 1:1-1:3']],
    ["a = 'x' + `y`\n", ['hcl/invalid-character 1:5-1:8', 'hcl/invalid-character 1:11-1:14']],
    ['a = “x”\n', ['hcl/invalid-character 1:5-1:6', 'hcl/invalid-character 1:7-1:8']],
    ['a = 1\u00a0\nb = ?\n', ['hcl/invalid-character 1:6-1:7', 'hcl/missing-expression 2:5-2:6']],
  ])('%j', (text, expected) => {
    expect(faults(text)).toEqual(expected);
  });

  it('in several places are all found, each once', () => {
    const text = [
      'a = (1 + 2',
      'b = [1 2]',
      'source "null" "x" {',
      '  c = "open',
      '  d = 1 +',
      '  e = {',
      '    f = 1 g = 2',
      '  }',
      '  h = 1',
      '}',
      'i = f(1,',
      '  2))',
      'j = 1',
      '',
    ].join('\n');
    const { body, diagnostics } = parse(text);
    expect(diagnostics.map(({ code, subject }) => `${code} ${subject?.start.line}:${subject?.start.column}`)).toEqual([
      'hcl/unclosed-parentheses 2:1',
      'hcl/missing-comma 2:8',
      'hcl/unclosed-string 4:7',
      'hcl/missing-expression 5:10',
      'hcl/missing-comma 7:11',
      'hcl/missing-newline 12:5',
    ]);
    const names = body.items.map((item) => (item.kind === 'block' ? item.type : item.name));
    expect(names).toEqual(['source', 'i', 'j']);
    const block = body.items[0];
    expect(block?.kind === 'block' && block.body.items.map((item) => 'name' in item && item.name)).toEqual(['h']);
  });

  it('of a string over several lines end with its closing quote', () => {
    expect(faults('a = "one\ntwo\nthree"\nb = ?\n')).toEqual([
      'hcl/unclosed-string 1:5-3:7',
      'hcl/missing-expression 4:5-4:6',
    ]);
  });

  it('inside an interpolation do not reach the next lines', () => {
    expect(faults('a {\n  b = "${c"\n  d = 1\n}\n')).toEqual(['hcl/unclosed-string 2:11-2:12']);
  });

  it('say what to do next', () => {
    const hints = (text: string) => parse(text).diagnostics.map(({ suggestion }) => suggestion);
    expect(hints("a = 'x'\n")).toEqual(['write `"x"`']);
    expect(hints('a = b ** 2\n')[0]).toBe('call `pow(base, exponent)`');
    expect(hints('a = 1 +\n')).toEqual(['an expression over several lines needs parentheses around it']);
    expect(hints('a : 1\n')).toEqual(['write `=` in place of `:`']);
  });
});
