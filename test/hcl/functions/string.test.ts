import { describe, expect, it } from 'vitest';
import { evaluateText, jsonOf } from '../../support/expressions.js';

describe('case', () => {
  it.each([
    ['upper("ᾀ")', '"ᾈ"'],
    ['upper("ŉ ΐ")', '"ŉ ΐ"'],
    ['lower("İ")', '"i"'],
    ['title("ა")', '"ა"'],
    ['title("snake_case kebab-case")', '"Snake_case Kebab-Case"'],
    ['title("a’b")', '"A’b"'],
  ])('%s is %s: letters map one to one', (expression, json) => expect(jsonOf(expression)).toBe(json));
});

describe('substr', () => {
  it.each([
    ['substr("hello", -9, 2)', '"he"'],
    ['substr("hello", -2, 0)', '"lo"'],
    ['substr("hello", 2, 0)', '""'],
    ['substr("👨‍👩‍👧ab", 1, 1)', '"a"'],
  ])('%s is %s', (expression, json) => expect(jsonOf(expression)).toBe(json));
});

describe('regular expressions', () => {
  it.each([
    ['regex("[]a](b)", "]b")', '["b"]'],
    ['regex("[^]](b)", "ab")', '["b"]'],
    ['regex("[[:alpha:](](c)", "(c")', '["c"]'],
    ['regex("\\\\((b)", "(b")', '["b"]'],
    ['regex("\\\\Q(a)\\\\E(b)", "(a)b")', '["b"]'],
    ['regex("(?i:(B))", "b")', '["b"]'],
    ['regexall("(?P<k>\\\\w)=(?P<v>\\\\w?)", "a=1 b=")', '[{"k":"a","v":"1"},{"k":"b","v":""}]'],
    ['regexall("x?", "👍x")', '["","x"]'],
    ['regexall("^a", "aa")', '["a"]'],
    ['regex_replace("👍a", "", "-")', '"-👍-a-"'],
    ['regex_replace("ab", "(?P<n>a)|(?P<n>b)", "($${n})")', '"(a)(b)"'],
    ['regex_replace("ab", "(a)", "$01|$1")', '"|ab"'],
    ['regex_replace("ab", "a", "$")', '"$b"'],
    ['regex_replace("ab", "a", "$${x")', '"${xb"'],
  ])('%s is %s', (expression, json) => expect(jsonOf(expression)).toBe(json));

  it.each([
    'regex("(?P<a>x", "x")',
    'regex("(?P<>x)", "x")',
    'regex("a**", "a")',
    'regex("(?<n>?)\\\\d", "2")',
    'regexall("(?P<n>*)", "2")',
    'regex_replace("2", "(?<n>+)", "x")',
  ])('refuses %s', (expression) => {
    expect(() => evaluateText(expression)).toThrow('is not a valid pattern');
  });
});

describe('format', () => {
  it.each([
    ['format("%v", 1e6)', '"1e+06"'],
    ['format("%v", 12345678.5)', '"1.23456785e+07"'],
    ['format("%g", 100000)', '"100000"'],
    ['format("%.30g", 1/3)', '"0.333333333333333333333333333333"'],
    ['format("%.0e", 15)', '"2e+01"'],
    ['format("%e", 1e100)', '"1.000000e+100"'],
    ['format("%e", 0)', '"0.000000e+00"'],
    ['format("%.3G", 0.00001234)', '"1.23E-05"'],
    ['format("%010f|", -1.5)', '"-01.500000|"'],
    ['format("%10f|", 1/0)', '"      +Inf|"'],
    ['format("%010f|", 1/0)', '"      +Inf|"'],
    ['format("% f", 1/0)', '" Inf"'],
    ['format("%5.3d|", 7)', '"  007|"'],
    ['format("%05.3d|", 7)', '"  007|"'],
    ['format("%.0d|", 0)', '"|"'],
    ['format("%#X", -255)', '"-0XFF"'],
    ['format("%#b", 5)', '"0b101"'],
    ['format("%010v|", -5)', '"00000000-5|"'],
    ['format("%.3q", "abcdef")', '"\\"abc\\""'],
    ['format("%s %[1]s %s", "a", "b")', '"a a b"'],
    ['format("%f", 0.0000005)', '"0.000001"'],
    ['format("%.1f", 0.25)', '"0.2"'],
    ['format("%.1f", 9.96)', '"10.0"'],
    ['format("%.0f", 0.6)', '"1"'],
  ])('%s is %s', (expression, json) => expect(jsonOf(expression)).toBe(json));

  it.each([
    ['format("%d %d", 1)', 'needs argument 2'],
    ['format("%d", 1, 2)', 'uses 1 arguments only'],
    ['format("%!", 1)', 'no valid verb at offset 0'],
    ['format("%5000000d", 1)', 'larger than 1000000'],
    ['format("%d", 1/0)', 'needs a whole number'],
  ])('refuses %s', (expression, words) => expect(() => evaluateText(expression)).toThrow(words));
});

describe('indent', () => {
  it('refuses a text that would not fit in memory', () => {
    expect(() => evaluateText('indent(300000000, "a\\nb")')).toThrow('makes the text too long');
  });
});
