import { expect, it } from 'vitest';
import { drawFrame } from '../../src/hcl/code-frame.js';

const at = (offset: number, line: number, column: number) => ({ offset, line, column });

it('a span over several lines is underlined on each, without the indentation', () => {
  const text = 'a = [\n  1,\n  2\n]\n';
  expect(drawFrame(text, { start: at(4, 1, 5), end: at(16, 4, 2) })).toEqual([
    '1 | a = [',
    '  |     ^',
    '2 |   1,',
    '  |   ^^',
    '3 |   2',
    '  |   ^',
    '4 | ]',
    '  | ^',
  ]);
});

it('the middle of a long span is left out', () => {
  const text = Array.from({ length: 12 }, (_, index) => `x${index}`).join('\n');
  expect(drawFrame(text, { start: at(0, 1, 1), end: at(text.length, 12, 4) }, { maxLines: 2 })).toEqual([
    ' 1 | x0',
    '   | ^^',
    '   : …',
    '12 | x11',
    '   | ^^^',
  ]);
});

it('of a long line the part around the span is shown', () => {
  const text = `${'a'.repeat(100)}bb${'c'.repeat(100)}`;
  expect(drawFrame(text, { start: at(100, 1, 101), end: at(102, 1, 103) }, { maxColumns: 10 })).toEqual([
    '1 | …aaaabbcccc…',
    '  |      ^^',
  ]);
});
