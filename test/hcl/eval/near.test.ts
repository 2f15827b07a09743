import { expect, it } from 'vitest';
import { didYouMean } from '../../../src/hcl/eval/near.js';

it.each<[string, string[], string | undefined]>([
  ['regoin', ['region', 'reason'], 'did you mean `region`?'],
  ['Region', ['region'], 'did you mean `region`?'],
  ['disksize', ['disk_size', 'disk_image'], 'did you mean `disk_size`?'],
  ['ab', ['ba', 'xy'], 'did you mean `ba`?'],
  ['a', ['b'], undefined],
  ['memory', ['cpus', 'disk'], undefined],
  ['x', [], undefined],
])('%s among %j', (word, names, expected) => {
  expect(didYouMean(word, names)).toBe(expected);
});
