import type { Position, SourceFile, SourceRange } from '../source.js';

/**
 * Turns offsets of one file into positions. Asking in rising order costs time in proportion to the file as a whole,
 * because the last answer is where the next one starts from.
 */
export class Lines {
  readonly #starts: number[] = [0];
  #last: Position = { offset: 0, line: 1, column: 1 };

  constructor(readonly source: SourceFile) {
    const { text } = source;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** The position of an offset; line and column count from 1, columns in code points, a byte order mark in none. */
  position(offset: number): Position {
    const last = this.#last;
    if (offset === last.offset) return last;
    const line = this.#lineOf(offset);
    const sameLine = line === last.line && offset > last.offset;
    let column = sameLine ? last.column : 1;
    const { text } = this.source;
    for (let at = sameLine ? last.offset : this.#start(line); at < offset; at++) {
      const unit = text.charCodeAt(at);
      const isSecondHalf = unit >= 0xdc00 && unit <= 0xdfff && at > 0 && isHighSurrogate(text.charCodeAt(at - 1));
      if (!isSecondHalf && !(at === 0 && unit === 0xfeff)) column++;
    }
    this.#last = { offset, line, column };
    return this.#last;
  }

  /** The half-open range between two offsets. */
  range(start: number, end: number): SourceRange {
    const from = this.position(start);
    return { file: this.source.name, start: from, end: this.position(end) };
  }

  #start(line: number): number {
    return this.#starts[line - 1] ?? 0;
  }

  #lineOf(offset: number): number {
    const near = this.#last.line;
    for (let line = near; line <= near + 1; line++) {
      if (offset >= this.#start(line) && offset < (this.#starts[line] ?? Infinity)) return line;
    }
    let low = 1;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#start(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
