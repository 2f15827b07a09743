/** A place in a source file. `offset` counts UTF-16 units from 0, `line` and `column` (in code points) from 1. */
export interface Position {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** A half-open span of a file: `end` is the position behind the last character. */
export interface SourceRange {
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
}

/** A file as read: `name` as the user typed it or as found in a folder. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

/** The span from the start of `from` to the end of `to`, in the file of `from`. */
export function rangeBetween(from: SourceRange, to: SourceRange): SourceRange {
  return { file: from.file, start: from.start, end: to.end };
}
