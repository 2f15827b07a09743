import { Diagnostics } from '../diagnostic.js';
import type { Diagnostic } from '../diagnostic.js';
import type { SourceFile, SourceRange } from '../source.js';
import type { Expression, TemplateExpression } from './ast.js';
import { Lines } from './lines.js';
import type { Token, TokenKind } from './tokens.js';

/** Levels of brackets, blocks and operators in one tree. Real templates stay below 30. */
export const MAX_DEPTH = 400;

/** Leaves the current attribute or block; its diagnostic has been given. */
export class SyntaxFault extends Error {}

/** Leaves the file: nothing behind the place can be understood, or it would be too costly to. */
export class ParsingStopped extends Error {}

/** The phases call each other through this, so that their modules need not import each other in a circle. */
export interface Grammar {
  expression(reader: Reader): Expression;
  template(reader: Reader): TemplateExpression;
}

type Details = Omit<Diagnostic, 'severity' | 'code' | 'summary' | 'subject'>;

/** Walks over the tokens of one file. Newlines are passed over wherever a bracket is open that does not need them. */
export class Reader {
  readonly diagnostics = new Diagnostics();
  readonly text: string;
  readonly lines: Lines;
  /** Whether the lexer has reported already that the file ends inside of something. */
  readonly isCutOff: boolean;
  readonly #tokens: readonly Token[];
  #index = 0;
  #newlinesCount = true;
  #depth = 0;
  #height = 0;

  constructor(
    readonly source: SourceFile,
    tokens: readonly Token[],
    readonly grammar: Grammar,
  ) {
    this.text = source.text;
    this.lines = new Lines(source);
    this.#tokens = tokens.filter((token) => token.kind !== 'comment');
    this.isCutOff =
      tokens[tokens.length - 2]?.kind === 'invalid' && tokens[tokens.length - 2]?.end === this.text.length;
  }

  /** The next token that counts, not consumed. */
  peek(): Token {
    if (!this.#newlinesCount) while (this.#token(this.#index).kind === 'newline') this.#index++;
    return this.#token(this.#index);
  }

  /** The token behind the next one. */
  peekSecond(): Token {
    this.peek();
    let index = this.#index + 1;
    if (!this.#newlinesCount) while (this.#token(index).kind === 'newline') index++;
    return this.#token(index);
  }

  /** Consumes the next token. */
  next(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.#index++;
    return token;
  }

  /** Consumes the next token if it is of this kind. */
  take(kind: TokenKind): Token | undefined {
    return this.peek().kind === kind ? this.next() : undefined;
  }

  /** The token consumed last. */
  last(): Token {
    let index = this.#index - 1;
    while (index > 0 && this.#token(index).kind === 'newline') index--;
    return this.#token(Math.max(0, index));
  }

  textOf(token: Token): string {
    return this.text.slice(token.start, token.end);
  }

  rangeOf(token: Token): SourceRange {
    return this.lines.range(token.start, token.end);
  }

  /** Whether the next token is this word. */
  isWord(word: string): boolean {
    const token = this.peek();
    return token.kind === 'identifier' && this.textOf(token) === word;
  }

  /** Runs a rule in which newlines end things (`true`) or are blanks (`false`). */
  withNewlines<T>(count: boolean, rule: () => T): T {
    const before = this.#newlinesCount;
    this.#newlinesCount = count;
    try {
      return rule();
    } finally {
      this.#newlinesCount = before;
    }
  }

  /** Runs a rule one level deeper. */
  nested<T>(rule: () => T): T {
    if (this.#depth >= MAX_DEPTH) this.tooDeep();
    this.#depth++;
    try {
      return rule();
    } finally {
      this.#depth--;
    }
  }

  /** Height of the tree that the last rule returned. Chains of operators grow it without recursion of the parser. */
  get height(): number {
    return this.#height;
  }

  /** States that the node just made stands on children of this height. */
  grow(children: number): void {
    this.#height = children + 1;
    if (this.#height > MAX_DEPTH) this.tooDeep();
  }

  tooDeep(): never {
    this.diagnostics.error('hcl/nesting-too-deep', 'nesting too deep', {
      detail: `More than ${MAX_DEPTH} levels of brackets, blocks or operators stand inside each other here.`,
      subject: this.rangeOf(this.#token(this.#index)),
      suggestion: 'name an inner part with a local value and refer to it',
    });
    throw new ParsingStopped();
  }

  /** Reports a fault that does not hinder further parsing. */
  report(range: SourceRange, code: string, summary: string, rest: Details = {}): void {
    this.diagnostics.error(code, summary, { subject: range, ...rest });
  }

  /** Reports a fault at a token and gives the current item up. The lexer has spoken about an invalid token already. */
  fail(token: Token, code: string, summary: string, rest: Details = {}): never {
    if (!this.#isReported(token)) this.report(this.rangeOf(token), code, summary, rest);
    throw new SyntaxFault();
  }

  /** Whether a token, or the string that it opens, is one that the lexer has refused. */
  #isReported(token: Token): boolean {
    if (token.kind !== 'open-quote') return token.kind === 'invalid';
    let index = this.#token(this.#index) === token ? this.#index + 1 : this.#index;
    while (this.#token(index).kind === 'literal') index++;
    return this.#token(index).kind === 'invalid';
  }

  /** How a token is named in a message. */
  describe(token: Token): string {
    switch (token.kind) {
      case 'end':
        return 'the end of the file';
      case 'newline':
        return 'the end of the line';
      case 'open-quote':
        return 'a string';
      case 'open-heredoc':
        return 'a heredoc';
      default:
        return `\`${this.textOf(token).slice(0, 40)}\``;
    }
  }

  /** Where recovery starts; see `skipItem`. */
  mark(): number {
    this.peek();
    return this.#index;
  }

  /**
   * After a fault: goes to the end of the item that started at `from`, which is the first newline outside its brackets.
   * A bracket may be the very thing that is missing, so a line that looks like an item and stands no deeper than this
   * one ends it as well. Each token is passed once, whatever the number of faults.
   */
  skipItem(from: number): void {
    const column = this.lines.position(this.#token(from).start).column;
    // The token at fault has been consumed in most cases; it, or a newline before it, may be what is looked for.
    let first = this.#index - 1;
    while (first > from && this.#token(first - 1).kind === 'newline') first--;
    let open = 0;
    for (let index = from; ; index++) {
      const token = this.#token(index);
      if (token.kind === 'end') return this.#goTo(index);
      const isNew = index > from && index >= first;
      if (isNew && token.kind === 'newline') {
        if (open <= 0) return this.#goTo(index + 1);
        if (this.#startsItem(index + 1, column)) return this.#goTo(index + 1);
      }
      if (isNew && token.kind === '}' && (open <= 0 || this.#startsItem(index, column))) return this.#goTo(index);
      open += change(token.kind);
    }
  }

  #goTo(index: number): void {
    this.#index = index;
  }

  #startsItem(index: number, column: number): boolean {
    const first = this.#token(index);
    const before = this.#token(index - 1).kind;
    if (first.kind === '}' && before !== 'newline') return false;
    const second = this.#token(index + 1).kind;
    const own = this.lines.position(first.start).column;
    if (first.kind === '}') return own < column;
    if (first.kind !== 'identifier' || own > column) return false;
    return second === '=' || second === '{' || second === 'open-quote';
  }

  #token(index: number): Token {
    const token = this.#tokens[Math.min(index, this.#tokens.length - 1)];
    if (token === undefined) throw new Error('a token stream ends with an end token');
    return token;
  }
}

function change(kind: TokenKind): number {
  switch (kind) {
    case '(':
    case '[':
    case '{':
    case 'interpolation':
    case 'directive':
    case 'open-heredoc':
      return 1;
    case ')':
    case ']':
    case '}':
    case 'template-close':
    case 'close-heredoc':
      return -1;
    default:
      return 0;
  }
}
