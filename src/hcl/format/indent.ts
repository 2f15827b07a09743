import type { Line, Word } from './lines.js';
import { netBrackets } from './lines.js';

const STEP = 2;

/**
 * Sets the spaces at the start of each line. A line that opens brackets, however many, makes one level, which is left
 * again when as many have been closed.
 */
export function indentLines(lines: readonly Line[]): void {
  /** For each level the number of brackets that keep it open. */
  const levels: number[] = [];
  for (const line of lines) {
    const first = line.lead[0];
    if (first === undefined) continue;
    const net = netBrackets(beforeHeredoc(line.lead)) + netBrackets(line.assign);
    for (let closed = -net; closed > 0 && levels.length > 0;) {
      const open = levels.pop() ?? 0;
      if (open > closed) levels.push(open - closed);
      closed -= open;
    }
    first.spaces = STEP * levels.length;
    if (net > 0) levels.push(net);
  }
}

/** What a sequence in a heredoc leaves open does not count: its text is not indented either. */
function beforeHeredoc(words: readonly Word[]): readonly Word[] {
  const start = words.findIndex(({ kind }) => kind === 'open-heredoc');
  return start < 0 ? words : words.slice(0, start);
}
