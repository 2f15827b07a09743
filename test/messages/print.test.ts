import { describe, expect, it } from 'vitest';
import { printFault } from '../../src/messages/print.js';
import { nearest } from '../../src/messages/near.js';

const at = (line: number, column: number) => ({ line, column, offset: 0 });

describe('a fault as text', () => {
  it('has a title with its code, a place with its frame, values, an explanation and a help line', () => {
    const text = printFault(
      {
        severity: 'error',
        code: 'hcl/invalid-index',
        summary: 'invalid index',
        detail: 'The list has 2 elements.',
        subject: { file: 't.pkr.hcl', start: at(3, 7), end: at(3, 10) },
        values: [{ expression: 'local.l', value: '["a", "b"]' }],
        suggestion: 'the last index is 1',
        lines: ['cause: x'],
      },
      { color: false, width: 80, frame: () => ['  3 | a = l[9]', '    |      ^^^'] },
    );
    expect(text).toBe(
      [
        'Error: invalid index [hcl/invalid-index]',
        '',
        '  on t.pkr.hcl line 3, column 7:',
        '    3 | a = l[9]',
        '      |      ^^^',
        '',
        '  with local.l as ["a", "b"]',
        '',
        'The list has 2 elements.',
        '',
        '  cause: x',
        '',
        'help: the last index is 1',
        '',
        '',
      ].join('\n'),
    );
  });

  it('is as short as what is known', () => {
    expect(
      printFault({ severity: 'warning', code: 'a/b', summary: 's' }, { color: false, width: 80, frame: () => [] }),
    ).toBe('Warning: s [a/b]\n\n');
  });

  it('wraps explanations at the width and keeps their lines', () => {
    const text = printFault(
      { severity: 'error', code: 'a/b', summary: 's', detail: 'one two three four\nfive' },
      { color: false, width: 9, frame: () => [] },
    );
    expect(text).toBe('Error: s [a/b]\n\none two\nthree\nfour\nfive\n\n');
  });
});

describe('a near name', () => {
  it.each([
    ['inlin', ['inline', 'script'], 'inline'],
    ['regoin', ['region', 'reason'], 'region'],
    ['SHELL', ['shell'], 'shell'],
    ['xyz', ['inline', 'script'], undefined],
  ])('of %s among %j is %s', (word, names, expected) => expect(nearest(word, names)).toBe(expected));
});
