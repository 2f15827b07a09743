import type { Position, SourceFile, SourceRange } from '../source.js';

/** Turns offsets of one file into positions, each in constant or logarithmic time, also on very long lines. */
export class Lines {
  /** Offset of the first character of each line. */
  readonly #starts: number[] = [0];
  /** Offsets of second halves of surrogate pairs, which count in no column; the byte order mark is treated likewise. */
  readonly #uncounted: number[] = [];
  #line = 1;

  constructor(readonly source: SourceFile) {
    const { text } = source;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
    if (text.startsWith('\ufeff')) this.#uncounted.push(0);
    for (const pair of text.matchAll(/[\u{10000}-\u{10ffff}]/gu)) this.#uncounted.push(pair.index + 1);
  }

  /** The position of an offset; line and column count from 1, columns in code points. */
  position(offset: number): Position {
    const line = this.#lineOf(offset);
    const start = this.#starts[line - 1] ?? 0;
    const skipped =
      this.#uncounted.length === 0 ? 0 : countBelow(this.#uncounted, offset) - countBelow(this.#uncounted, start);
    return { offset, line, column: offset - start - skipped + 1 };
  }

  /** The half-open range between two offsets. */
  range(start: number, end: number): SourceRange {
    return { file: this.source.name, start: this.position(start), end: this.position(end) };
  }

  /** Most questions are about the line of the last one or its neighbour. */
  #lineOf(offset: number): number {
    for (let line = this.#line; line <= this.#line + 1; line++) {
      if (offset >= (this.#starts[line - 1] ?? Infinity) && offset < (this.#starts[line] ?? Infinity)) {
        this.#line = line;
        return line;
      }
    }
    this.#line = countBelow(this.#starts, offset + 1);
    return this.#line;
  }
}

/** How many of the sorted numbers lie below a bound. */
function countBelow(sorted: readonly number[], bound: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? Infinity) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
