import { describe, expect, test } from 'vitest';
import { parseConstraint, satisfies } from '../../src/template/version-constraint.js';

const holds = (version: string, constraint: string): boolean | 'invalid' => {
  const terms = parseConstraint(constraint);
  return terms ? satisfies(version, terms) : 'invalid';
};

describe('a version constraint', () => {
  test.each([
    ['1.16.0', '>= 1.7.0', true],
    ['1.16.0', '>=1.7', true],
    ['1.16.0', ' >= 1.7', true],
    ['1.16.0', '>= v1.7', true],
    ['1.16.0', '= 1.16', true],
    ['1.16.0', '1.16.0', true],
    ['1.16.0', '!= 1.16.0', false],
    ['1.16.0', '< 1.16.0', false],
    ['1.16.0', '<= 1.16.0', true],
    ['1.16.0', '>= 1.15.3, < 2.0.0', true],
    ['2.0.0', '>= 1.15.3, < 2.0.0', false],
    ['1.16.0', '> 99', false],
  ])('of %s by `%s` is %s', (version, constraint, expected) => {
    expect(holds(version, constraint)).toBe(expected);
  });

  test.each([
    ['1.2.9', '~> 1.2.3', true],
    ['1.3.0', '~> 1.2.3', false],
    ['1.9.0', '~> 1.2', true],
    ['2.0.0', '~> 1.2', false],
    ['7.0.0', '~> 1', true],
    ['0.9.0', '~> 1', false],
  ])('with `~>` fixes all but the last segment: %s by `%s` is %s', (version, constraint, expected) => {
    expect(holds(version, constraint)).toBe(expected);
  });

  test.each([
    ['1.2.0-rc1', '>= 1.1.0', false],
    ['1.2.0-rc2', '>= 1.2.0-rc1', true],
    ['1.2.0', '> 1.2.0-rc1', true],
    ['1.2.0-rc10', '> 1.2.0-rc9', false],
    ['1.2.0-rc.10', '> 1.2.0-rc.9', true],
  ])('meets a pre-release only where it names one: %s by `%s` is %s', (version, constraint, expected) => {
    expect(holds(version, constraint)).toBe(expected);
  });

  test.each(['', 'latest', '^1.2', '>= 1.0 < 2.0', '>= 1.0,', '1.x'])('refuses `%s`', (constraint) => {
    expect(parseConstraint(constraint)).toBeUndefined();
  });
});
