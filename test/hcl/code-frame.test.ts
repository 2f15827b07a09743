import { describe, expect, it } from 'vitest';
import { drawFrame } from '../../src/hcl/code-frame.js';

/** The lines drawn for the span that `»` and `«` enclose. */
function draw(marked: string): string[] {
  const [before = '', inside = '', after = ''] = marked.split(/[»«]/);
  const position = (text: string) => {
    const lines = text.split('\n');
    return { offset: text.length, line: lines.length, column: [...(lines.at(-1) ?? '')].length + 1 };
  };
  return drawFrame(before + inside + after, { start: position(before), end: position(before + inside) });
}

describe('a frame', () => {
  it('underlines the exact span of one line', () => {
    expect(draw('a\n  »inlin« = 1\n')).toEqual(['2 |   inlin = 1', '  |   ^^^^^']);
  });
  it('keeps the caret under tabs and wide characters', () => {
    expect(draw('\ta = »日本« + x')).toEqual(['1 |     a = 日本 + x', '  |         ^^^^']);
    expect(draw('"日" + »x«')).toEqual(['1 | "日" + x', '  |        ^']);
  });
  it('points at an empty span and at the place behind the end of a line', () => {
    expect(draw('a»«b')).toEqual(['1 | ab', '  |  ^']);
    expect(draw('ab»«')).toEqual(['1 | ab', '  |   ^']);
  });
  it('does not show the carriage return of a line end', () => {
    expect(draw('a = »b«\r\n')).toEqual(['1 | a = b', '  |     ^']);
  });
});
