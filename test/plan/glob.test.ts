import { describe, expect, test } from 'vitest';
import { compileGlob } from '../../src/plan/glob.js';

describe('a pattern of `-only` and `-except`', () => {
  test.each([
    ['*', 'one.null.a', true],
    ['**a', 'one.null.a', true],
    ['*.a', 'null.a', true],
    ['one.*.a', 'one.null.a', true],
    ['null.*', 'one.null.a', false],
    ['null', 'null.a', false],
    ['one.null.?', 'one.null.b', true],
    ['one.null.?', 'one.null.bb', false],
    ['null.[ab]', 'null.b', true],
    ['null.[a-c]', 'null.b', true],
    ['null.[!a]', 'null.a', false],
    ['null.[!a]', 'null.b', true],
    ['null.{a,bc}', 'null.bc', true],
    ['{one.null.a', 'one.null.a', true],
    ['null.a}', 'null.a', false],
    ['null\\.*', 'null.x', true],
    ['null.\\*', 'null.x', false],
    ['null.\\*', 'null.*', true],
    ['null.a\\', 'null.a', true],
    ['null.a+', 'null.aa', false],
    ['', 'null.a', false],
    ['null.日?', 'null.日本', true],
  ])('`%s` on `%s`: %s', (pattern, name, expected) => {
    expect(compileGlob(pattern)?.(name)).toBe(expected);
  });

  test.each(['[', 'a[', 'nu[l', '[]', '[!]', '[]a]', '[b-a]', '[a-]'])('`%s` is refused', (pattern) => {
    expect(compileGlob(pattern)).toBeUndefined();
  });
});
