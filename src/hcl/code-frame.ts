import type { SourceRange } from './source.js';
import { columnsOf, graphemes } from './text-width.js';

export interface FrameOptions {
  /** Lines of a long span that are shown; the rest is left out with a mark. Default 4. */
  readonly maxLines?: number;
  /** Terminal columns of source text that are shown of a long line. Default 120. */
  readonly maxColumns?: number;
}

type Span = Pick<SourceRange, 'start' | 'end'>;

const TAB = '    ';
const CUT = '…';

/**
 * The source lines of a span, numbered, each with carets under exactly the characters of the span:
 *
 *     3 |   memory = 1 + "x"
 *       |              ^^^
 *
 * Tabs are shown as four columns, wide characters count two. An empty span gets one caret. The lines carry no newline.
 */
export function drawFrame(text: string, range: Span, options: FrameOptions = {}): string[] {
  const { maxLines = 4, maxColumns = 120 } = options;
  const lines = sourceLines(text, range.start.offset, range.end.offset);
  const shown = lines.length > maxLines ? [...lines.slice(0, maxLines - 1), ...lines.slice(-1)] : lines;
  const firstNumber = range.start.line;
  const width = String(firstNumber + lines.length - 1).length;
  const out: string[] = [];
  for (const [index, line] of shown.entries()) {
    const isLast = index === shown.length - 1;
    const number = firstNumber + (isLast ? lines.length - 1 : index);
    if (isLast && shown.length < lines.length) out.push(`${' '.repeat(width)} : ${CUT}`);
    const from = Math.max(line.start, range.start.offset) - line.start;
    const to = Math.min(line.start + line.text.length, range.end.offset) - line.start;
    // An end at the first column of a line takes nothing of it.
    if (lines.length > 1 && isLast && to <= 0) continue;
    const { source, carets } = drawLine(line.text, from, to, index > 0, maxColumns);
    out.push(`${String(number).padStart(width)} | ${source}`.trimEnd());
    out.push(`${' '.repeat(width)} | ${carets}`.trimEnd());
  }
  return out;
}

interface Line {
  readonly start: number;
  readonly text: string;
}

/** The lines that a span touches, without their newlines. */
function sourceLines(text: string, start: number, end: number): Line[] {
  const lines: Line[] = [];
  let at = start === 0 ? 0 : text.lastIndexOf('\n', start - 1) + 1;
  for (;;) {
    const newline = text.indexOf('\n', at);
    const stop = newline < 0 ? text.length : newline;
    lines.push({ start: at, text: text.slice(at, text.charAt(stop - 1) === '\r' && stop > at ? stop - 1 : stop) });
    if (newline < 0 || newline >= end) return lines;
    at = newline + 1;
  }
}

/** One line and the carets below it. A line that only continues a span has none under its indentation. */
function drawLine(
  line: string,
  from: number,
  to: number,
  continues: boolean,
  maxColumns: number,
): { source: string; carets: string } {
  const start = continues ? Math.min(to, line.length - line.trimStart().length) : from;
  const window = cutOut(line, start, to, maxColumns);
  let source = window.before;
  let carets = ' '.repeat(window.before.length);
  let drawn = false;
  let at = window.start;
  for (const grapheme of graphemes(line.slice(window.start, window.end))) {
    const picture = pictureOf(grapheme);
    const marked = at + grapheme.length > start && at < to;
    source += picture.text;
    carets += (marked ? '^' : ' ').repeat(picture.columns);
    drawn ||= marked && picture.columns > 0;
    if (!drawn && to <= start && at + grapheme.length > start) {
      carets = `${carets.slice(0, carets.length - picture.columns)}^${' '.repeat(Math.max(0, picture.columns - 1))}`;
      drawn = true;
    }
    at += grapheme.length;
  }
  if (!drawn) carets += '^';
  return { source: source + window.after, carets };
}

function pictureOf(grapheme: string): { text: string; columns: number } {
  if (grapheme === '\t') return { text: TAB, columns: TAB.length };
  if (/^[\p{Cc}\p{Zl}\p{Zp}]/u.test(grapheme)) return { text: '\ufffd', columns: 1 };
  return { text: grapheme, columns: columnsOf(grapheme) };
}

/** The part of a long line around a span. Offsets never fall between the halves of a surrogate pair. */
function cutOut(
  line: string,
  from: number,
  to: number,
  max: number,
): { start: number; end: number; before: string; after: string } {
  if (line.length <= max) return { start: 0, end: line.length, before: '', after: '' };
  const room = Math.max(0, max - (to - from));
  let start = Math.max(0, Math.min(from - Math.ceil(room / 2), line.length - max));
  let end = Math.min(line.length, start + max);
  if (isSecondHalf(line, start)) start--;
  if (isSecondHalf(line, end)) end++;
  return { start, end, before: start > 0 ? CUT : '', after: end < line.length ? CUT : '' };
}

function isSecondHalf(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
