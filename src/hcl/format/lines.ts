import type { Token, TokenKind } from '../syntax/tokens.js';

/** A token as it is written, with the number of spaces to put before it. */
export interface Word {
  readonly kind: TokenKind;
  readonly text: string;
  spaces: number;
}

/**
 * A line in three columns: what stands first, the `=` with what follows, and a comment that ends the line.
 * A heredoc's text belongs to the line on which it starts, and so do all lines of a block comment.
 */
export interface Line {
  readonly lead: Word[];
  assign: Word[];
  comment: Word[];
  /** The newline; at the end of a file the blanks that stand there. */
  newline: string;
}

/** Groups the tokens of a valid file into lines. */
export function splitLines(text: string, tokens: readonly Token[]): Line[] {
  const lines: Line[] = [];
  let words: Word[] = [];
  for (const token of tokens) {
    const written = text.slice(token.start, token.end);
    if (token.kind === 'newline') {
      lines.push(makeLine(words, written));
      words = [];
    } else if (token.kind !== 'end') words.push({ kind: token.kind, text: written, spaces: 0 });
  }
  // Blanks at the end of the file stay, as spaces. A file without any token counts a byte order mark, too, in bytes.
  const mark = tokens.length === 1 && text.startsWith('\ufeff') ? 2 : 0;
  const blanks = ' '.repeat(text.length - (tokens.at(-2)?.end ?? 0) + mark);
  lines.push(makeLine(words, blanks));
  return lines;
}

/** The whole line, with its newline. */
export function lineText(line: Line): string {
  const words = [...line.lead, ...line.assign, ...line.comment];
  return words.map((word) => ' '.repeat(word.spaces) + word.text).join('') + line.newline;
}

/** What a token adds to the number of open brackets. */
export function bracketChange(word: Word): number {
  switch (word.kind) {
    case '{':
    case '[':
    case '(':
    case 'interpolation':
    case 'directive':
      return 1;
    case '}':
    case ']':
    case ')':
    case 'template-close':
      return -1;
    default:
      return 0;
  }
}

/** The number of brackets that some tokens leave open; negative if they close more than they open. */
export function netBrackets(words: readonly Word[]): number {
  return words.reduce((sum, word) => sum + bracketChange(word), 0);
}

function makeLine(words: Word[], newline: string): Line {
  const line: Line = { lead: words, assign: [], comment: [], newline };
  const last = words[words.length - 1];
  if (words.length > 1 && last?.kind === 'comment' && !last.text.startsWith('/*')) line.comment = words.splice(-1);
  const sign = words.findIndex((word, index) => index > 0 && word.kind === '=');
  // A value that goes on in the next lines does not take part in the alignment.
  if (sign > 0 && netBrackets(words.slice(sign)) === 0) line.assign = words.splice(sign);
  return line;
}
