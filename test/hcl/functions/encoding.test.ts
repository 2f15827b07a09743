import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../../src/hcl/functions/encoding/json-parse.js';
import { readYaml } from '../../../src/hcl/functions/encoding/yaml-read.js';
import { writeYaml } from '../../../src/hcl/functions/encoding/yaml-write.js';
import { fromJson, toJs, toJsonText } from '../../../src/hcl/values/json.js';
import { evaluateText, jsonOf } from '../../support/expressions.js';

describe('JSON', () => {
  it.each([
    ['jsondecode("{\\"a\\":1,\\"a\\":2}")', '{"a":2}'],
    ['jsondecode(" [ ] ")', '[]'],
    [
      'jsondecode("12345678901234567890.123456789012345678901234567890")',
      '12345678901234567890.12345678901234567890123456789',
    ],
    ['jsondecode("-0")', '-0'],
  ])('%s is %s', (expression, json) => expect(jsonOf(expression)).toBe(json));

  it.each(['01', '1.', '+1', 'tru', '[1 2]', '{"a"}', '{"a":1,}', '"a\nb"', '"\\x"', '', '[', '1 2', "'a'"])(
    'refuses %j with its place',
    (text) => expect(() => parseJson(text)).toThrow(/\(line \d+, column \d+\)$/),
  );
  it('refuses a text that is nested too deep', () => {
    expect(() => parseJson('['.repeat(100_000))).toThrow('nested deeper');
  });
  it('reads all that JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (data) => {
        const text = JSON.stringify(data);
        expect(toJs(parseJson(text))).toEqual(JSON.parse(text));
      }),
    );
  });
});

describe('YAML', () => {
  it.each([
    [
      'yamlencode({ "k\\nl" = { a = 1, b = [1] }, z = ["p\\nq\\n", "r"] })',
      '? |-\n  k\n  l\n: "a": 1\n  "b":\n  - 1\n"z":\n- |\n  p\n  q\n- "r"\n',
    ],
    ['yamlencode({ "k\\nl" = [1, { a = 2 }] })', '? |-\n  k\n  l\n: - 1\n  - "a": 2\n'],
    ['yamlencode([[], {}, [[]], [{}]])', '- []\n- {}\n- - []\n- - {}\n'],
    ['yamlencode("\\n\\n")', '|2+\n\n\n'],
    ['yamlencode("\\u00a0\\u0007\\u0085\\u2029\\u001b\\ufeff")', '"\u00a0\\a\\N\\P\\e\\uFEFF"\n'],
    ['yamlencode("a\\tb\\nc")', '"a\\tb\\nc"\n'],
    ['yamlencode(-1 / 0)', '-Inf\n...\n'],
    [
      'yamlencode(join(" ", [for i in range(16) : "word${i}"]))',
      '"word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12\n  word13 word14 word15"\n',
    ],
  ])('%s', (expression, text) => expect(evaluateText(expression).text).toBe(text));

  it.each([
    ['a: &a {x: 1}\nb:\n  <<: *a\n  y: 2', '{"a":{"x":1},"b":{"true":2,"x":1}}'],
    ['b:\n  x: 2\n  <<: {x: 3}', '{"b":{"x":3}}'],
    ['2024-01-02', '"2024-01-02T00:00:00Z"'],
    ['2024-1-2T3:4:5.5+01:00', '"2024-01-02T03:04:05+01:00"'],
    ['2024-01-02T03:04:05', '"2024-01-02T03:04:05"'],
    ['2024-02-30', '"2024-02-30"'],
    ['[-0b11, 1p4, 1__0, 5., 12:30]', '[-3,16,10,5,"12:30"]'],
    ['[!!null x, !!bool yes, !!int 1.5, !!timestamp 2024-01-02]', '[null,true,1.5,"2024-01-02T00:00:00Z"]'],
    ['"\\U0001F44D"', '"👍"'],
    ['{1e3: x, on: y}', '{"1000":"x","true":true}'],
  ])('reads %j', (text, json) => expect(toJsonText(readYaml(text))).toBe(json));

  it.each([
    ['0b12', 'not a binary number'],
    ['!!int x', 'does not fit the tag `!!int`'],
    ['!foo bar', 'is not supported'],
    ['!foo [1]', 'is not supported'],
    ['<<: 5', 'only a mapping'],
    ['b:\n  <<: [{x: 1}]', 'only a mapping'],
    ['a: &a [*a]', 'inside itself'],
    ['*x', 'does not exist'],
    ['"\\ud83d\\udc4d"', 'surrogate'],
    ["!!binary '***'", 'not valid base64'],
    ['- [a]: b', 'a string, number or bool'],
    ['\ta: b', 'is not valid'],
  ])('refuses %j', (text, words) => expect(() => readYaml(text)).toThrow(words));

  it('refuses aliases that stand for far more than is written', () => {
    const levels = Array.from(
      { length: 9 },
      (_, i) => `l${i + 1}: &l${i + 1} [${Array(10).fill(`*l${i}`).join(', ')}]`,
    );
    expect(() => readYaml(['l0: &l0 [x]', ...levels].join('\n'))).toThrow('stands for more than');
  });
  it('reads back what it writes', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', ' ', '\n', '"', '\\', ':', '#', '-', 'é', '👍', '\t', '~'),
    });
    const data = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.integer(),
        fc.boolean(),
        fc.array(tie('node'), { maxLength: 4 }),
        fc.dictionary(text, tie('node'), { maxKeys: 4 }),
      ),
    })).node;
    fc.assert(
      fc.property(data, (value) => {
        const original = fromJson(value);
        expect(toJsonText(readYaml(writeYaml(original)))).toBe(toJsonText(original));
      }),
    );
  });
});

describe('CSV', () => {
  it.each([
    ['csvdecode("a,b\\n\\"x\\"\\"y\\",\\"p,q\\"\\n")', '[{"a":"x\\"y","b":"p,q"}]'],
    ['csvdecode("a,b\\r\\n\\"1\\r\\n2\\",3\\r\\n")', '[{"a":"1\\n2","b":"3"}]'],
    ['csvdecode("a\\n1\\r")', '[{"a":"1"}]'],
  ])('%s', (expression, json) => expect(jsonOf(expression)).toBe(json));

  it.each([
    ['csvdecode("a\\nb\\"c\\n")', 'misplaced quote in row 1'],
    ['csvdecode("a,b\\n1,\\"x\\"y\\n")', 'misplaced quote in row 1'],
    ['csvdecode("a,b\\n1,2\\n1\\n")', 'has 1 fields in row 2 for 2 columns'],
  ])('refuses %s', (expression, words) => expect(() => evaluateText(expression)).toThrow(words));
});

describe('base64gzip', () => {
  it('is read back by gunzip, whatever the size', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 5000 }), (text) => {
        const packed = evaluateText(`base64gzip(${JSON.stringify(text.replace(/[^\x20-\x7e]|[\\$%]/g, 'x'))})`).text;
        expect(gunzipSync(Buffer.from(packed, 'base64')).toString()).toBe(text.replace(/[^\x20-\x7e]|[\\$%]/g, 'x'));
      }),
      { numRuns: 50 },
    );
  });
  it('of nothing is as Go writes it', () => {
    expect(evaluateText('base64gzip("")').text).toBe('H4sIAAAAAAAA/wAAAP//AQAA//8AAAAAAAAAAA==');
  });
});

describe('character sets', () => {
  it.each([
    ['textencodebase64("日本ｱ", "ISO-2022-JP")', '"GyRCRnxLXBsoSTEbKEI="'],
    ['textdecodebase64("GyRCRnxLXBsoSTEbKEI=", "csISO2022JP")', '"日本ｱ"'],
    ['textdecodebase64(textencodebase64("中~a国", "HZ-GB-2312"), "hz-gb-2312")', '"中~a国"'],
    ['textencodebase64("", "UTF-16")', '"/v8="'],
    ['textdecodebase64("aABpAA==", "UTF-16")', '"栀椀"'],
    ['textdecodebase64("//5oAGkA", "UTF-16")', '"hi"'],
    ['textencodebase64("a", "cp367")', '"YQ=="'],
    ['textencodebase64("ä", "greek") == "" ? 1 : 2', undefined],
  ])('%s', (expression, json) => {
    if (json === undefined) expect(() => evaluateText(expression)).toThrow('cannot write');
    else expect(jsonOf(expression)).toBe(json);
  });
  it.each([
    'textencodebase64("丂", "ISO-2022-JP")',
    'textencodebase64("é", "US-ASCII")',
    'textencodebase64("丂", "HZ-GB-2312")',
  ])('refuses %s', (expression) => expect(() => evaluateText(expression)).toThrow('cannot write'));
});
