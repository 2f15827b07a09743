import { describe, expect, it } from 'vitest';
import { format } from '../../../src/hcl/format/format.js';
import { factCases } from '../../support/facts-cases.js';
import { HclGenerator } from '../../support/hcl-generator.js';
import { fc } from '../../support/properties.js';

interface FormatCase {
  id: string;
  input?: string;
  output?: string;
  error?: string;
  exit?: number;
}

describe.each(['format.jsonl', 'fmt.jsonl'])('%s', (file) => {
  const cases = factCases<FormatCase>(file).filter(({ input }) => input !== undefined);
  it.each(cases.map((one) => [one.id, one] as const))('%s', (_, { input = '', output, error, exit }) => {
    const result = format(input);
    if (error !== undefined || exit === 1) {
      expect(result.text).toBe(input);
      expect(result.diagnostics).not.toEqual([]);
    } else {
      expect(result).toEqual({ text: output ?? input, diagnostics: [] });
      expect(format(result.text).text).toBe(result.text);
    }
  });
});

/** Beyond the facts: found by comparing random documents with the output of `packer fmt` 1.16.0. */
describe('oddities', () => {
  it.each([
    ['a=[for x in -y : -x if -z]\n', 'a = [for x in - y : -x if - z]\n'],
    ['a={for x in y:x=>-x}\n', 'a = { for x in y : x => - x }\n'],
    ['a="${-1}%{ if in }x%{ endif }"\n', 'a = "${- 1}%{if in }x%{endif}"\n'],
    ['a=[in]\nb=x.in [0]\n', 'a = [in]\nb = x.in[0]\n'],
    ['a=[for x in(y): x]\n', 'a = [for x in(y) : x]\n'],
    ['a="x" [0]\nb=[1] [0]\n', 'a = "x" [0]\nb = [1][0]\n'],
    ['a=f(/* c */-1)\n', 'a = f(/* c */ - 1)\n'],
    ['a=1\t\t', 'a = 1  '],
    ['\ufeff', '   '],
    ['\ufeffa=1\n', 'a = 1\n'],
    ['a=<<E\n${\n  x\n+1 }  ${ {a=1} }\nE\n', 'a = <<E\n${\nx\n+ 1}  ${ { a = 1 } }\nE\n'],
    ['a={x.y=1}\n', 'a = { x.y = 1 }\n'],
  ])('%j', (input, output) => {
    expect(format(input)).toEqual({ text: output, diagnostics: [] });
  });
});

describe('any valid document', () => {
  const document = fc
    .tuple(fc.integer({ min: 0, max: 2 ** 31 }), fc.integer({ min: 0, max: 4 }))
    .map(([seed, depth]) => new HclGenerator(seed, { depth }).document());

  it('is stable once formatted, and only its blanks change', () => {
    fc.assert(
      fc.property(document, (text) => {
        const once = format(text);
        expect(once.diagnostics).toEqual([]);
        expect(format(once.text).text).toBe(once.text);
        const solid = (string: string) => string.replace(/[ \t\ufeff]/g, '');
        expect(solid(once.text)).toBe(solid(text));
      }),
      { numRuns: 300 },
    );
  });
});

it('lines up a long run of lines in one pass', () => {
  const text = Array.from({ length: 20_000 }, (_, index) => `a${index}=[1,{b=2}]# c\n`).join('');
  const lines = format(text).text.split('\n');
  expect(lines[0]).toBe('a0     = [1, { b = 2 }] # c');
  expect(lines[19_999]).toBe('a19999 = [1, { b = 2 }] # c');
});
