import { describe, expect, it } from 'vitest';
import { parseFile, parseTemplate } from '../../../src/hcl/syntax/parser.js';

const MANY = 20_000;
const times = (text: string) => text.repeat(MANY);

describe('very deep nesting is a fault, not a crash', () => {
  it.each([
    ['lists', `a = ${times('[')}`],
    ['parentheses', `a = ${times('(')}1${times(')')}\n`],
    ['objects', `a = ${times('{a=')}`],
    ['interpolations', `a = ${times('"${')}`],
    ['indices', `a = b${times('[b')}`],
    ['calls', `a = ${times('f(')}`],
    ['signs', `a = ${times('-')}1\n`],
    ['sums', `a = 1${times(' + 1')}\n`],
    ['attributes', `a = b${times('.c')}\n`],
    ['stars', `a = b${times('[*]')}\n`],
    ['conditions', `a = 1${times(' ? 1 : 1')}\n`],
    ['directives', `a = "${times('%{ if x }')}"\n`],
    ['blocks', times('a {\n')],
    ['blocks with faults', times('a {\n?\n')],
  ])('%s', (_, text) => {
    const codes = parseFile({ name: 't', text }).diagnostics.map(({ code }) => code);
    expect(codes).toContain('hcl/nesting-too-deep');
  });

  it('in template files', () => {
    expect(parseTemplate({ name: 't', text: times('${"') }).diagnostics[0]?.code).toBe('hcl/nesting-too-deep');
  });

  it('begins beyond what people write', () => {
    const text = `a = ${'['.repeat(100)}${']'.repeat(100)}\nb = 1${' + 1'.repeat(300)}\n`;
    expect(parseFile({ name: 't', text }).diagnostics).toEqual([]);
  });
});

describe('the work grows with the length', () => {
  // Each of these would take minutes or overflow the stack if some step were quadratic or recursive.
  it.each([
    ['unclosed lists', times('a = [\n'), MANY],
    ['unclosed strings', times('a = "x\n'), MANY],
    ['a long line of sequences', `a = "${times('  ${~ 1 ~} ')}"\n`, 0],
    ['a long list', `a = [${times('1, ')}]\n`, 0],
    ['blanks', `a = <<E\n${times(' ')}x\n${times('\u00a0')}\nE\n`, 0],
    ['wide characters', `a = "${times('👍')}" ?\n`, 1],
    ['wrong signs', times('; '), MANY],
  ])('%s', (_, text, count) => {
    expect(parseFile({ name: 't', text }).diagnostics).toHaveLength(count);
  });
});
