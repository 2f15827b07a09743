import { describe, expect, it } from 'vitest';
import { Diagnostics } from '../../../src/hcl/diagnostic.js';
import {
  expressionInString,
  isJsonBody,
  jsonItems,
  parseJsonFile,
  type JsonBody,
} from '../../../src/hcl/json-syntax/parser.js';
import type { Attribute, Block, BodyItem } from '../../../src/hcl/syntax/ast.js';
import { fc } from '../../support/properties.js';
import { nodesOf, places, slim } from '../../support/syntax.js';

/** Items of a file by a schema, with the faults; ranges as the text that they span. */
function items(text: string, blocks: Record<string, number> = {}, literalStrings = false) {
  const { body, diagnostics } = parseJsonFile({ name: 't.json', text }, { literalStrings });
  const found = new Diagnostics();
  found.add(diagnostics);
  const list = jsonItems(body, { blocks: new Map(Object.entries(blocks)) }, found);
  return { list, faults: places(found.list) };
}

const expressionOf = (text: string, literalStrings = false) => {
  const { list, faults } = items(`{"a": ${text}}`, {}, literalStrings);
  if (faults.length > 0) throw new Error(faults.join('; '));
  return slim((list[0] as Attribute).expression, `{"a": ${text}}`);
};

const literal = (value: string, range = value) => ({
  kind: 'template',
  form: 'quoted',
  range: `"${range}"`,
  parts: value === '' ? [] : [{ kind: 'literal', value, range }],
  isWrap: false,
});

describe('a body', () => {
  it('has arguments and blocks as the schema says, in the order written', () => {
    const text = '{"b": {"x": {"n": 1}, "y": [{}, {"n": 2}]}, "//": "c", "a": 5, "b": {"x": {}}}';
    const { list, faults } = items(text, { b: 1 });
    expect(faults).toEqual([]);
    const draw = (item: BodyItem) =>
      item.kind === 'attribute' ? item.name : `${item.type} ${item.labels.map(({ value }) => value).join(' ')}`;
    expect(list.map(draw)).toEqual(['b x', 'b y', 'b y', 'a', 'b x']);
    expect(slim(list[3], text)).toEqual({
      kind: 'attribute',
      name: 'a',
      nameRange: '"a"',
      expression: { kind: 'number', text: '5', range: '5' },
      range: '"a": 5',
    });
    const { body, ...block } = list[0] as Block;
    expect(slim(block, text)).toEqual({
      kind: 'block',
      type: 'b',
      typeRange: '"b"',
      labels: [{ value: 'x', quoted: true, range: '"x"' }],
      headerRange: '"x"',
      range: '{"n": 1}',
    });
    expect(isJsonBody(body)).toBe(true);
  });

  it('can be read again by another schema', () => {
    const { list } = items('{"source": {"null": {"a": {"meta": 1, "ssh": {"port": 22}}}}}', { source: 2 });
    const body = (list[0] as Block).body as JsonBody;
    const kinds = (blocks: Record<string, number>) =>
      jsonItems(body, { blocks: new Map(Object.entries(blocks)) }, new Diagnostics()).map(({ kind }) => kind);
    expect(kinds({})).toEqual(['attribute', 'attribute']);
    expect(kinds({ ssh: 0 })).toEqual(['attribute', 'block']);
  });

  it('may be a list of objects, which count as one', () => {
    expect(items('[{"a": 1}, {"b": 2}, {"a": 3}]')).toMatchObject({
      list: [{ name: 'a' }, { name: 'b' }],
      faults: ['hcl/argument-set-twice 1:23-1:26'],
    });
  });

  it('takes null for no block', () => {
    expect(items('{"b": {"x": null}}', { b: 1 })).toEqual({ list: [], faults: [] });
  });

  it('refuses other values where objects must stand', () => {
    expect(items('{"b": 1}', { b: 0 }).faults).toEqual(['hcl/json-object-expected 1:7-1:8']);
    expect(items('{"b": {"x": [1]}}', { b: 1 }).faults).toEqual(['hcl/json-object-expected 1:14-1:15']);
    expect(items('"x"').faults).toEqual(['hcl/json-object-expected 1:1-1:4']);
  });
});

describe('a value', () => {
  it('of each kind is the expression that it stands for', () => {
    expect(expressionOf('[true, null, -1.5e3, "x"]')).toEqual({
      kind: 'tuple',
      items: [
        { kind: 'keyword', value: true, range: 'true' },
        { kind: 'keyword', value: null, range: 'null' },
        {
          kind: 'unary',
          operator: '-',
          operand: { kind: 'number', text: '1.5e3', range: '1.5e3' },
          operatorRange: '-',
          range: '-1.5e3',
        },
        literal('x'),
      ],
      range: '[true, null, -1.5e3, "x"]',
    });
  });

  it('has templates for strings and names, with their places in the file', () => {
    const interpolation = (name: string) => ({
      kind: 'interpolation',
      expression: { kind: 'variable', name, range: name },
      range: `\${${name}}`,
    });
    const template = (name: string) => ({
      kind: 'template',
      form: 'quoted',
      range: `"\${${name}}"`,
      parts: [interpolation(name)],
      isWrap: true,
    });
    expect(expressionOf('{"${k}": "${v}"}')).toEqual({
      kind: 'object',
      items: [{ key: template('k'), value: template('v') }],
      range: '{"${k}": "${v}"}',
    });
  });

  it('keeps the places behind escapes', () => {
    expect(expressionOf('"\\u00e9\\n$${x} ${f(\\"a\\")}"')).toMatchObject({
      parts: [
        { kind: 'literal', value: 'é\n${x} ', range: '\\u00e9\\n$${x} ' },
        { kind: 'interpolation', range: '${f(\\"a\\")}', expression: { name: 'f', args: [{ range: '\\"a\\"' }] } },
      ],
    });
  });

  it('is literal in variable files', () => {
    expect(expressionOf('"${x} $${y}"', true)).toEqual(literal('${x} $${y}'));
  });

  it('reads half of a surrogate pair as a replacement character', () => {
    expect(expressionOf('"\\ud83d \\ud83d\\ude00"')).toMatchObject({ parts: [{ value: '\ufffd 😀' }] });
  });
});

describe('native syntax in a string', () => {
  const inside = (text: string) => {
    const file = `{"type": ${text}}`;
    const diagnostics = new Diagnostics();
    const { list } = items(file);
    const expression = expressionInString((list[0] as Attribute).expression, diagnostics);
    return { tree: slim(expression, file), faults: places(diagnostics.list) };
  };

  it('becomes that expression', () => {
    expect(inside('"list(string)"')).toMatchObject({
      tree: { kind: 'call', name: 'list', range: 'list(string)', args: [{ name: 'string', range: 'string' }] },
      faults: [],
    });
  });

  it('is at fault in its place, or as a whole behind escapes', () => {
    expect(inside('"list("').faults).toEqual(['hcl/unclosed-bracket 1:16-1:16']);
    expect(inside('"\\u006cist("').faults).toEqual(['hcl/unclosed-bracket 1:10-1:22']);
  });
});

describe('faults of the JSON', () => {
  it.each([
    ['', 'hcl/json-empty 1:1-1:1'],
    ['{"a": 1,}', 'hcl/json-trailing-comma 1:8-1:9'],
    ['{"a": [1,]}', 'hcl/json-trailing-comma 1:9-1:10'],
    ['{"a": 1 "b": 2}', 'hcl/json-missing-comma 1:9-1:10'],
    ['{"a" = 1}', 'hcl/json-missing-colon 1:6-1:7'],
    ['{a: 1}', 'hcl/json-missing-name 1:2-1:3'],
    ["{'a': 1}", 'hcl/json-missing-name 1:2-1:3'],
    ['{"a": tru}', 'hcl/json-missing-value 1:7-1:10'],
    ['{"a": }', 'hcl/json-missing-value 1:7-1:8'],
    ['{"a": 01}', 'hcl/json-invalid-number 1:7-1:9'],
    ['{"a": +1}', 'hcl/json-invalid-number 1:7-1:9'],
    ['{"a": .5}', 'hcl/json-invalid-number 1:7-1:9'],
    ['{"a": "x', 'hcl/json-invalid-string 1:7-1:9'],
    ['{"a": "x\ty"}', 'hcl/json-invalid-string 1:9-1:10'],
    ['{"a": "\\q"}', 'hcl/json-invalid-string 1:8-1:10'],
    ['{"a": 1} x', 'hcl/json-extra-characters 1:10-1:11'],
    ['{"a": [1', 'hcl/json-unclosed 1:9-1:9'],
    ['{\n// c\n"a": 1}', 'hcl/json-comment 2:1-2:2'],
    ['['.repeat(20_000), 'hcl/nesting-too-deep 1:401-1:402'],
  ])('%.30s', (text, expected) => {
    expect(items(text).faults).toEqual([expected]);
  });

  it('in a template are placed in the file', () => {
    expect(items('{"a": "x\\n${b +}"}').faults).toEqual(['hcl/missing-expression 1:16-1:17']);
  });

  it('include names that come twice in a value', () => {
    expect(items('{"a": {"b": 1, "b": 2}}').faults).toEqual(['hcl/json-name-twice 1:16-1:19']);
  });
});

it('any JSON text is read as JSON.parse reads it, and each node spans its text', () => {
  const plain = (node: unknown): unknown => {
    const { kind, ...rest } = node as { kind: string } & Record<string, unknown>;
    switch (kind) {
      case 'string':
        return rest.value;
      case 'array':
        return (rest.items as unknown[]).map(plain);
      case 'object':
        return Object.fromEntries(
          (rest.properties as { key: { value: string }; value: unknown }[]).map(({ key, value }) => [
            key.value,
            plain(value),
          ]),
        );
      default:
        return JSON.parse(String(rest.text));
    }
  };
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), fc.integer({ min: 0, max: 3 }), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);
      const { value: node } = parseJsonFile({ name: 't', text });
      expect(plain(node)).toEqual(JSON.parse(text));
      for (const { node: inner, range } of nodesOf(node)) {
        expect(plain(inner)).toEqual(JSON.parse(text.slice(range.start.offset, range.end.offset)));
      }
    }),
  );
});
