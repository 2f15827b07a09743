import { GoTemplateError } from './error.js';

export type TokenKind =
  | 'text'
  | 'open'
  | 'close'
  | 'space'
  | 'identifier'
  | 'keyword'
  | 'field'
  | 'variable'
  | 'dot'
  | 'nil'
  | 'bool'
  | 'string'
  | 'char'
  | 'number'
  | 'declare'
  | 'assign'
  | 'pipe'
  | 'comma'
  | 'leftParen'
  | 'rightParen'
  | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly offset: number;
}

const KEYWORDS = new Set(['block', 'break', 'continue', 'define', 'else', 'end', 'if', 'range', 'template', 'with']);
const WORD = /[\p{L}\p{Nd}_]+/uy;
const TRIMMED_END = /[ \t\r\n]+$/;
const TRIMMED_START = /^[ \t\r\n]+/;

/**
 * Cuts a template into text and the tokens of its actions. White space next to a trim marker is gone from the text.
 * @throws GoTemplateError `go-template/syntax`
 */
export function tokenize(template: string): Token[] {
  return new Lexer(template).run();
}

class Lexer {
  private readonly tokens: Token[] = [];
  private at = 0;
  private depth = 0;

  constructor(private readonly template: string) {}

  run(): Token[] {
    let trimNext = false;
    while (this.at < this.template.length) {
      const open = this.template.indexOf('{{', this.at);
      const end = open < 0 ? this.template.length : open;
      const trimsBefore = open >= 0 && /^-[ \t\r\n]/.test(this.template.slice(open + 2, open + 4));
      this.addText(this.at, end, trimNext, trimsBefore);
      if (open < 0) break;
      this.at = open + 2 + (trimsBefore ? 2 : 0);
      trimNext = this.template.startsWith('/*', this.at) ? this.comment(open) : this.action(open);
    }
    this.tokens.push({ kind: 'end', text: '', offset: this.template.length });
    return this.tokens;
  }

  private addText(start: number, end: number, trimStart: boolean, trimEnd: boolean): void {
    let text = this.template.slice(start, end);
    if (trimEnd) text = text.replace(TRIMMED_END, '');
    if (trimStart) text = text.replace(TRIMMED_START, '');
    if (text !== '') this.tokens.push({ kind: 'text', text, offset: start });
  }

  /** @returns whether white space behind it goes */
  private comment(open: number): boolean {
    const end = this.template.indexOf('*/', this.at);
    if (end < 0) throw this.fault('the comment is not closed', open);
    const close = /^(\s-)?\}\}/.exec(this.template.slice(end + 2));
    if (!close) throw this.fault('a comment must fill its action: `{{/* … */}}`', open);
    this.at = end + 2 + close[0].length;
    return close[1] !== undefined;
  }

  /** @returns whether white space behind it goes */
  private action(open: number): boolean {
    this.add('open', '{{', open);
    this.depth = 0;
    for (;;) {
      const rest = this.template.slice(this.at, this.at + 4);
      const trims = /^[ \t\r\n]-\}\}/.test(rest);
      if (trims || rest.startsWith('}}')) {
        if (this.depth > 0) throw this.fault('a parenthesis is not closed', this.at);
        this.add('close', '}}', this.at);
        this.at += trims ? 4 : 2;
        return trims;
      }
      if (this.at >= this.template.length) throw this.fault('the action is not closed with `}}`', open);
      this.token();
    }
  }

  private token(): void {
    const start = this.at;
    const char = this.template[start] as string;
    switch (char) {
      case ' ':
      case '\t':
      case '\r':
      case '\n':
        return this.space();
      case '"':
        return this.quoted('string', '"', 'the string is not closed');
      case "'":
        return this.quoted('char', "'", 'the character is not closed');
      case '`':
        return this.raw();
      case '$':
        return this.word('variable', start + 1);
      case ':':
        if (this.template[start + 1] !== '=') throw this.fault('`:` must be followed by `=`', start);
        return this.take('declare', 2);
      case '=':
        return this.take('assign', 1);
      case '|':
        return this.take('pipe', 1);
      case ',':
        return this.take('comma', 1);
      case '(':
        this.depth++;
        return this.take('leftParen', 1);
      case ')':
        if (--this.depth < 0) throw this.fault('a parenthesis is closed that was not opened', start);
        return this.take('rightParen', 1);
      case '.':
        if (!/\d/.test(this.template[start + 1] ?? '')) return this.field();
        return this.number();
      default:
        if (/[+\-\d]/.test(char)) return this.number();
        WORD.lastIndex = start;
        if (WORD.test(this.template)) return this.identifier();
        throw this.fault(`the character \`${char}\` is not expected here`, start);
    }
  }

  private space(): void {
    const start = this.at;
    // The blank in front of `-}}` belongs to the marker.
    while (
      /[ \t\r\n]/.test(this.template[this.at] ?? '') &&
      !/^[ \t\r\n]-\}\}/.test(this.template.slice(this.at, this.at + 4))
    )
      this.at++;
    this.add('space', this.template.slice(start, this.at), start);
  }

  private quoted(kind: 'string' | 'char', quote: string, unclosed: string): void {
    const start = this.at;
    for (this.at++; ; this.at++) {
      const char = this.template[this.at];
      if (char === undefined || char === '\n') throw this.fault(unclosed, start);
      if (char === '\\') this.at++;
      else if (char === quote) break;
    }
    this.at++;
    this.add(kind, this.template.slice(start, this.at), start);
  }

  private raw(): void {
    const start = this.at;
    const end = this.template.indexOf('`', start + 1);
    if (end < 0) throw this.fault('the string is not closed', start);
    this.at = end + 1;
    this.add('string', this.template.slice(start, this.at), start);
  }

  private field(): void {
    WORD.lastIndex = this.at + 1;
    if (WORD.test(this.template)) this.word('field', this.at + 1);
    else this.take('dot', 1);
  }

  private word(kind: 'field' | 'variable', from: number): void {
    const start = this.at;
    WORD.lastIndex = from;
    this.at = WORD.test(this.template) ? WORD.lastIndex : from;
    this.terminator();
    this.add(kind, this.template.slice(start, this.at), start);
  }

  private identifier(): void {
    const start = this.at;
    this.at = WORD.lastIndex;
    this.terminator();
    const word = this.template.slice(start, this.at);
    const kind = KEYWORDS.has(word)
      ? 'keyword'
      : word === 'true' || word === 'false'
        ? 'bool'
        : word === 'nil'
          ? 'nil'
          : 'identifier';
    this.add(kind, word, start);
  }

  private number(): void {
    const start = this.at;
    const pattern =
      /[+-]?(0[xX][\da-fA-F_]+(\.[\da-fA-F_]*)?([pP][+-]?\d+)?|0[oO][0-7_]+|0[bB][01_]+|(\d[\d_]*(\.[\d_]*)?|\.\d[\d_]*)([eE][+-]?\d+)?)/y;
    pattern.lastIndex = start;
    if (!pattern.test(this.template)) throw this.fault('this is not a number', start);
    this.at = pattern.lastIndex;
    WORD.lastIndex = this.at;
    if (WORD.test(this.template)) throw this.fault('this is not a number', start);
    this.add('number', this.template.slice(start, this.at), start);
  }

  private terminator(): void {
    const next = this.template[this.at];
    if (next === undefined || /[\s.,|:)(=]/.test(next) || this.template.startsWith('}}', this.at)) return;
    throw this.fault(`the character \`${next}\` is not expected here`, this.at);
  }

  private take(kind: TokenKind, length: number): void {
    this.add(kind, this.template.slice(this.at, this.at + length), this.at);
    this.at += length;
  }

  private add(kind: TokenKind, text: string, offset: number): void {
    this.tokens.push({ kind, text, offset });
  }

  private fault(message: string, offset: number): GoTemplateError {
    return new GoTemplateError('go-template/syntax', message, this.template, offset);
  }
}
