import { describe, expect, it } from 'vitest';
import { drawFrame } from '../../src/hcl/code-frame.js';

const range = (line: number, column: number, endLine: number, endColumn: number) => ({
  file: 'f',
  start: { offset: 0, line, column },
  end: { offset: 0, line: endLine, column: endColumn },
});

describe('a frame', () => {
  it('underlines the exact span of one line', () => {
    expect(drawFrame('a\n  inlin = 1\n', range(2, 3, 2, 8))).toEqual([' 2 |   inlin = 1', '   |   ^^^^^']);
  });
  it('keeps tabs under tabs and counts wide characters twice', () => {
    expect(drawFrame('\ta = 日本 + x', range(1, 6, 1, 8))).toEqual([' 1 | \ta = 日本 + x', '   | \t    ^^^^']);
    expect(drawFrame('"日" + x', range(1, 7, 1, 8))).toEqual([' 1 | "日" + x', '   |        ^']);
  });
  it('points at an empty span and at the place behind the end of a line', () => {
    expect(drawFrame('ab', range(1, 2, 1, 2))).toEqual([' 1 | ab', '   |  ^']);
    expect(drawFrame('ab', range(1, 3, 1, 3))).toEqual([' 1 | ab', '   |   ^']);
  });
  it('draws the first lines of a long span and tells how many more there are', () => {
    expect(drawFrame('x [\n  1,\n  2,\n  3,\n  4,\n]\n', range(1, 3, 6, 2))).toEqual([
      ' 1 | x [',
      '   |   ^',
      ' 2 |   1,',
      '   |   ^^',
      ' 3 |   2,',
      '   |   ^^',
      ' 4 |   3,',
      '   |   ^^',
      '   | … 2 more lines',
    ]);
  });
  it('does not show the carriage return of a line end', () => {
    expect(drawFrame('a = b\r\n', range(1, 5, 1, 6))).toEqual([' 1 | a = b', '   |     ^']);
  });
  it('survives a place that is not in the text', () => {
    expect(drawFrame('', range(7, 2, 7, 3))).toEqual([' 7 |', '   |  ^']);
  });
});
