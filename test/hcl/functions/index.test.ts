import { describe, expect, it } from 'vitest';
import { defaultFunctions, standardFunctions } from '../../../src/hcl/functions/index.js';
import { evaluateText, functionContext } from '../../support/expressions.js';

describe('the tables of functions', () => {
  it('have 103 functions, each under its own name and with a summary', () => {
    expect(standardFunctions.size).toBe(103);
    for (const [name, definition] of standardFunctions) {
      expect([definition.name, definition.summary.length > 10]).toEqual([name, true]);
    }
  });
  it('let the default of a variable call `env`, which is known nowhere else', () => {
    expect([...defaultFunctions.keys()]).toEqual([...standardFunctions.keys(), 'env']);
    const context = functionContext({ env: { HERE: 'value' } });
    const env = (name: string) => evaluateText(`env("${name}")`, new Map(), context, defaultFunctions).text;
    expect([env('HERE'), env('MISSING'), env('constructor')]).toEqual(['value', '', '']);
    expect(() => evaluateText('env("HERE")')).toThrow('no function named `env`');
  });
});
