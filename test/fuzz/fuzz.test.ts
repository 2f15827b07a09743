import { describe, expect, it } from 'vitest';
import { minimise } from './minimise.js';
import { runTarget } from './run.js';
import { targets } from './targets/index.js';

describe('for made inputs', () => {
  it.each(targets.map((target) => [target.claim, target] as const))('%s', async (_, target) => {
    const { executions, failures } = await runTarget(target, 20_261_126, { executions: target.weight * 150 });
    expect({ executions, failures }).toEqual({ executions: target.weight * 150, failures: [] });
  });
});

describe('a failure', () => {
  const target = {
    name: 'made',
    claim: 'no input has both an x and a y',
    weight: 1,
    make: () => 'aaaaxbbbbbbbyccc',
    check(text: string) {
      if (text.includes('x') && text.includes('y')) throw new RangeError('both');
    },
  };

  it('is told with its own seed and the smallest input', async () => {
    const { failures } = await runTarget(target, 7, { executions: 2 });
    expect(failures).toEqual([
      { target: 'made', seed: 7, input: 'xy', message: 'RangeError: both' },
      { target: 'made', seed: 8, input: 'xy', message: 'RangeError: both' },
    ]);
  });

  it('stays whole where every part of the input counts', async () => {
    expect(await minimise('abc', (text) => Promise.resolve(text === 'abc'))).toBe('abc');
  });
});
