import type { SourceRange } from './source.js';

/** Lines of a span over several lines that are shown. */
const MAX_LINES = 4;

/**
 * Draws the lines that a span covers, with carets under the exact span:
 *
 *     3 |   inlin = ["x"]
 *       |   ^^^^^
 *
 * Tabs are kept under tabs, wide characters count twice, an empty span gets one caret.
 */
export function drawFrame(text: string, range: SourceRange): string[] {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  const last = Math.min(
    range.end.column === 1 && range.end.line > range.start.line ? range.end.line - 1 : range.end.line,
    lines.length,
  );
  const shown = Math.min(last, range.start.line + MAX_LINES - 1);
  const width = String(shown).length + 1;
  const out: string[] = [];
  for (let number = range.start.line; number <= Math.max(shown, range.start.line); number++) {
    const points = [...(lines[number - 1] ?? '')];
    const from = number === range.start.line ? range.start.column - 1 : points.findIndex((char) => !/\s/.test(char));
    const to = number === range.end.line ? range.end.column - 1 : points.length;
    out.push(`${String(number).padStart(width)} | ${points.join('')}`.trimEnd());
    const pad = points.slice(0, Math.max(0, from)).map((char) => (char === '\t' ? '\t' : ' '.repeat(cells(char))));
    // A span behind the end of the line, such as a missing bracket, is still pointed at.
    const beyond = ' '.repeat(Math.max(0, from - points.length));
    const carets = points.slice(Math.max(0, from), to).reduce((sum, char) => sum + Math.max(1, cells(char)), 0);
    out.push(`${' '.repeat(width)} | ${pad.join('')}${beyond}${'^'.repeat(Math.max(1, carets))}`);
  }
  if (shown < last) out.push(`${' '.repeat(width)} | … ${last - shown} more line${last - shown === 1 ? '' : 's'}`);
  return out;
}

/** Columns of a terminal that a character takes. */
function cells(char: string): number {
  if (/^\p{M}$/u.test(char) || char === '\u200d') return 0;
  const code = char.codePointAt(0) as number;
  const isWide =
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd);
  return isWide ? 2 : 1;
}
