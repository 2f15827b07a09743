import { describe, expect, it } from 'vitest';
import { createScope } from '../../../src/hcl/eval/scope.js';
import { standardFunctions } from '../../../src/hcl/functions/index.js';
import { fromJson, toJsonText } from '../../../src/hcl/values/json.js';
import { NUMBER, STRING, describeType, listOf, mapOf, setOf, tupleOf } from '../../../src/hcl/values/type.js';
import { Value } from '../../../src/hcl/values/value.js';
import { contextFor, evaluateText } from '../../support/language.js';

const scope = createScope({
  variables: new Map<string, Value>([
    ['any', Value.unknown()],
    ['text', Value.unknown(STRING)],
    ['number', Value.unknown(NUMBER)],
    ['list', Value.unknown(listOf(NUMBER))],
    ['map', Value.unknown(mapOf(STRING))],
    ['pair', Value.unknown(tupleOf([STRING, NUMBER]))],
    ['partly', Value.tuple([Value.string('a'), Value.unknown(STRING)])],
    ['from', Value.unknown(STRING).withMarks(['data:http.example'])],
    ['secret', Value.string('s').withMarks(['sensitive'])],
    ['secrets', fromJson({ a: [1, 2], b: 'x' }).withMarks(['sensitive'])],
    [
      'inner',
      Value.object([
        ['open', Value.string('o')],
        ['closed', Value.string('c').withMarks(['sensitive'])],
      ]),
    ],
    ['set', Value.setOfSorted(STRING, [Value.string('a')]).withMarks(['sensitive'])],
    ['yes', Value.bool(true).withMarks(['sensitive'])],
    ['both', Value.string('b').withMarks(['sensitive', 'var:both'])],
  ]),
  functions: standardFunctions,
  context: contextFor('/nonexistent'),
});

function valueOf(text: string): Value {
  const { value, diagnostics } = evaluateText(text, scope);
  expect(diagnostics).toEqual([]);
  return value;
}

/** JSON of what is known, the type of what is not. */
function outline(value: Value): string {
  if (!value.isKnown) return `<${describeType(value.type)}>`;
  if (value.isWhollyKnown) return toJsonText(value);
  const parts = [...(value.type.kind === 'object' ? value.entries : value.items.entries())];
  return `[${parts.map(([key, item]) => `${key}: ${outline(item)}`).join(', ')}]`;
}

describe('what is unknown flows on, with as much of its type as is known', () => {
  it.each([
    ['any', '<any>'],
    ['any.a.b[0]', '<any>'],
    ['any[*].a', '<any>'],
    ['number + 1', '<number>'],
    ['any * 2', '<number>'],
    ['-number', '<number>'],
    ['!any', '<bool>'],
    ['text == "a"', '<bool>'],
    ['text == 1', 'false'],
    ['number == null', '<bool>'],
    ['[any] == [1]', '<bool>'],
    ['[any, 1] == [1, 2]', '<bool>'],
    ['[any, 1] == [1, 2, 3]', 'false'],
    ['"a${text}" == null', 'false'],
    ['(number + 1) == null', 'false'],
    ['number > 1', '<bool>'],
    ['false && any', 'false'],
    ['any && false', 'false'],
    ['any || true', 'true'],
    ['any && true', '<bool>'],
    ['any ? 1 : 2', '<number>'],
    ['any ? 1 : "a"', '<string>'],
    ['any ? 1 : null', '<number>'],
    ['true ? 1 : any', '1'],
    ['true ? text : 1', '<string>'],
    ['"a${text}"', '<string>'],
    ['"${number}"', '<number>'],
    ['"%{ if any }a%{ endif }"', '<string>'],
    ['"%{ for x in list }a%{ endfor }"', '<string>'],
    ['[text, 1]', '[0: <string>, 1: 1]'],
    ['{ a = any }', '[a: <any>]'],
    ['{ a = any, b = 1 }.b', '1'],
    ['{ (text) = 1 }', '<any>'],
    ['[1, 2][number]', '<any>'],
    ['list[0]', '<number>'],
    ['map.a', '<string>'],
    ['pair[0]', '<string>'],
    ['pair[1]', '<number>'],
    ['pair[*]', '<tuple([string, number])>'],
    ['text[*]', '<any>'],
    ['"a${text}"[*]', '[0: <string>]'],
    ['list[*]', '<list(number)>'],
    ['partly[0]', '"a"'],
    ['[for x in list : x]', '<any>'],
    ['[for x in partly : "${x}!"]', '[0: "a!", 1: <string>]'],
    ['[for x in partly : x if x == "a"]', '<any>'],
    ['{ for x in partly : x => 1 }', '<any>'],
    ['upper(text)', '<string>'],
    ['upper(any)', '<string>'],
    ['length(partly)', '2'],
    ['length(list)', '<number>'],
    ['max(list...)', '<any>'],
    ['convert(text, number)', '<number>'],
    ['convert(any, list(string))', '<list(string)>'],
    ['convert(partly, set(string))', '[0: "a", 1: <string>]'],
    ['length(convert(partly, set(string)))', '<number>'],
    ['can(text)', '<bool>'],
    ['can(any.a)', '<bool>'],
    ['try(any.a, 1)', '<any>'],
    ['try(nosuch, 1)', '1'],
  ])('%s is %s', (text, expected) => {
    expect(outline(valueOf(text))).toBe(expected);
  });

  it('refuses what no value of the type could do', () => {
    const refused = [
      'text.a',
      'number[0]',
      'pair[2]',
      '[for x in text : x]',
      '-convert(null, number)',
      'list.a',
      'abs(map)',
    ];
    expect(refused.filter((text) => !evaluateText(text, scope).failed)).toEqual([]);
  });
});

describe('marks flow on to everything that is made of a value', () => {
  it.each([
    'secret',
    '"a ${secret} b"',
    '"${secret}"',
    'upper(secret)',
    'length(secret)',
    'secret == "x"',
    'secret != null',
    '!yes',
    'yes && true',
    'false && yes',
    'yes || true',
    '-length(secrets)',
    'secrets.a',
    'secrets.a[0]',
    'secrets.a[0] + 1',
    'secrets["b"]',
    'secrets.a[*]',
    'secrets[*]',
    'secrets.*.b[0]',
    '[1, 2][length(secrets) - 2]',
    'length([secret])',
    '[for x in secrets : 1]',
    '[for x in [1] : x if yes]',
    '{ for k, v in secrets : k => 1 }',
    '{ for x in ["a"] : "${x}${secret}" => 1 }',
    '{ (secret) = 1 }',
    'yes ? 1 : 2',
    '"%{ if yes }a%{ endif }"',
    '"%{ for x in secrets }a%{ endfor }"',
    'inner.closed',
    'inner == { open = "o" }',
    'jsonencode(inner)',
    'jsonencode([[inner]])',
    'join("", [secret])',
    'join("", set)',
    'max(secrets.a...)',
    'convert(secret, string)',
    'convert([secret], set(string))',
    'try(nosuch, secret)',
    'format("%s", secret)',
    'lookup({ a = 1 }, "b", secret)',
    'keys(secrets)',
    'merge(secrets, {})',
    'base64encode(secret)',
    'split("", secret)',
  ])('%s is a secret', (text) => {
    expect([...valueOf(text).marks]).toContain('sensitive');
  });

  it.each(['[secret]', '{ a = secret }', 'inner', '[for x in [secret] : x]', '{ a = 1, b = secret }'])(
    '%s holds a secret, and is none as a whole',
    (text) => {
      const value = valueOf(text);
      expect([[...value.marks], [...value.deepMarks()]]).toEqual([[], ['sensitive']]);
    },
  );

  it.each(['inner.open', '[secret, 1][1]', '{ a = secret, b = 1 }.b', 'true ? 1 : secret', 'can(1)'])(
    '%s is no secret',
    (text) => {
      expect([...valueOf(text).deepMarks()]).toEqual([]);
    },
  );

  it('keeps marks of every kind', () => {
    expect([...valueOf('"${both}${from}"').marks].sort()).toEqual(['data:http.example', 'sensitive', 'var:both']);
    expect(valueOf('"${both}${from}"').isKnown).toBe(false);
  });
});

it('a set of known values of a known type stays what it is', () => {
  expect(describeType(valueOf('convert(["b", "a"], set(string))').type)).toBe(describeType(setOf(STRING)));
});
