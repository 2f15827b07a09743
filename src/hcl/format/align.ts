import { graphemes } from '../text-width.js';
import type { Line, Word } from './lines.js';

/** Puts the `=` of neighbouring lines below each other, and then the comments at line ends. */
export function alignColumns(lines: readonly Line[]): void {
  alignRuns(
    lines,
    (line) => line.assign[0],
    (line) => width(line.lead),
  );
  alignRuns(
    lines,
    (line) => line.comment[0],
    (line) => width(line.lead) + width(line.assign),
  );
}

/** A run is a row of lines that all have the word to align. */
function alignRuns(
  lines: readonly Line[],
  wordOf: (line: Line) => Word | undefined,
  widthOf: (line: Line) => number,
): void {
  let run: { word: Word; width: number }[] = [];
  const finish = (): void => {
    const widest = run.reduce((most, { width }) => Math.max(most, width), 0);
    for (const { word, width } of run) word.spaces = widest - width + 1;
    run = [];
  };
  for (const line of lines) {
    const word = wordOf(line);
    if (word === undefined) finish();
    else run.push({ word, width: widthOf(line) });
  }
  finish();
}

/** Columns in user-perceived characters, each of which counts one. */
function width(words: readonly Word[]): number {
  return words.reduce((sum, word) => sum + word.spaces + graphemes(word.text).length, 0);
}
