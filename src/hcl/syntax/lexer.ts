import type { Diagnostic } from '../diagnostic.js';
import { Diagnostics } from '../diagnostic.js';
import type { SourceFile } from '../source.js';
import { identifierAt, isSignBeforeReturn, numberAt, trimLeft, trimRight } from './characters.js';
import { endOfBrokenString, explainCharacter } from './invalid-character.js';
import { Lines } from './lines.js';
import type { Token, TokenKind } from './tokens.js';
import { PUNCTUATION } from './tokens.js';

/** What the lexer stands in. Code counts the braces that are open in it, so that it knows the one that ends a `${`. */
type Mode =
  | { readonly kind: 'code'; braces: number; readonly inTemplate: boolean; readonly start: number }
  | { readonly kind: 'quoted'; readonly start: number }
  | { readonly kind: 'heredoc'; readonly word: string; readonly start: number; atLineStart: boolean }
  | { readonly kind: 'file' };

export interface TokenizeResult {
  /** In order of the text, with comments and newlines; the last one is `end`. */
  readonly tokens: readonly Token[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Cuts a file of the native syntax into tokens. Faults become diagnostics and `invalid` tokens; it never throws. */
export function tokenize(source: SourceFile): TokenizeResult {
  return new Lexer(source, { kind: 'code', braces: 0, inTemplate: false, start: 0 }).run();
}

/** Cuts a template file, such as `templatefile` reads, into tokens: literal text with `${ }` and `%{ }`. */
export function tokenizeTemplate(source: SourceFile): TokenizeResult {
  return new Lexer(source, { kind: 'file' }).run();
}

const LITERAL_STOP = { quoted: /[$%"\\\n]|\r(?!\n)/g, heredoc: /[$%\n]|\r(?!\n)/g, file: /[$%\n]|\r(?!\n)/g };
const BY_FIRST = new Map<string, string[]>();
for (const sign of PUNCTUATION) BY_FIRST.set(sign.charAt(0), [...(BY_FIRST.get(sign.charAt(0)) ?? []), sign]);

class Lexer {
  readonly #text: string;
  readonly #lines: Lines;
  readonly #tokens: Token[] = [];
  readonly #diagnostics = new Diagnostics();
  readonly #modes: Mode[];
  #at = 0;

  constructor(source: SourceFile, start: Mode) {
    this.#text = source.text;
    this.#lines = new Lines(source);
    this.#modes = [start];
    if (this.#text.startsWith('\ufeff')) this.#at = 1;
  }

  run(): TokenizeResult {
    while (this.#at < this.#text.length) {
      const mode = this.#modes[this.#modes.length - 1];
      if (mode === undefined) break;
      if (mode.kind === 'code') this.#code(mode);
      else this.#template(mode);
    }
    this.#reportUnclosed();
    this.#push('end', this.#text.length);
    return { tokens: this.#tokens, diagnostics: this.#diagnostics.list };
  }

  #push(kind: TokenKind, end: number): void {
    this.#tokens.push({ kind, start: this.#at, end });
    this.#at = end;
  }

  #code(mode: Mode & { kind: 'code' }): void {
    const text = this.#text;
    const at = this.#at;
    const first = text.charAt(at);
    switch (first) {
      case ' ':
      case '\t':
        this.#at++;
        return;
      case '\n':
        return this.#push('newline', at + 1);
      case '\r':
        if (text.charAt(at + 1) === '\n') return this.#push('newline', at + 2);
        return this.#invalid();
      case '"':
        this.#modes.push({ kind: 'quoted', start: at });
        return this.#push('open-quote', at + 1);
      case '#':
        return this.#lineComment();
      case '/':
        if (text.charAt(at + 1) === '/') return this.#lineComment();
        if (text.charAt(at + 1) === '*') return this.#blockComment();
        break;
      case '<':
        if (text.charAt(at + 1) === '<' && this.#openHeredoc()) return;
        break;
      case '{':
        mode.braces++;
        break;
      case '}':
        if (mode.inTemplate && mode.braces === 0) {
          this.#modes.pop();
          return this.#push('template-close', at + 1);
        }
        mode.braces = Math.max(0, mode.braces - 1);
        break;
      case '~':
        if (mode.inTemplate && mode.braces === 0 && text.charAt(at + 1) === '}') {
          this.#modes.pop();
          return this.#push('template-close', at + 2);
        }
        return this.#invalid();
    }
    const word = identifierAt(text, at);
    if (word !== undefined) return this.#push('identifier', at + word.length);
    const number = numberAt(text, at);
    if (number !== undefined) return this.#push('number', at + number.length);
    const sign = BY_FIRST.get(first)?.find((candidate) => text.startsWith(candidate, at));
    if (sign !== undefined && !this.#isWrongOperator(sign)) return this.#push(sign as TokenKind, at + sign.length);
    this.#invalid();
  }

  /** `**` would else be read as two operators, `===` as two more. */
  #isWrongOperator(sign: string): boolean {
    return (sign === '*' && this.#text.startsWith('**', this.#at)) || this.#text.startsWith('===', this.#at);
  }

  #lineComment(): void {
    let end = this.#text.indexOf('\n', this.#at);
    if (end < 0) end = this.#text.length;
    else if (this.#text.charAt(end - 1) === '\r') end--;
    this.#push('comment', end);
  }

  #blockComment(): void {
    const close = this.#text.indexOf('*/', this.#at + 2);
    if (close >= 0) return this.#push('comment', close + 2);
    this.#diagnostics.error('hcl/unclosed-comment', 'unclosed comment', {
      detail: 'A `/*` starts a comment here, and no `*/` ends it.',
      subject: this.#lines.range(this.#at, this.#at + 2),
      suggestion: 'end the comment with `*/`, or start each of its lines with `#`',
    });
    this.#push('invalid', this.#text.length);
  }

  /** Whether `<<` at this place starts a heredoc; its word must end the line. */
  #openHeredoc(): boolean {
    const text = this.#text;
    const flush = text.charAt(this.#at + 2) === '-';
    const wordStart = this.#at + (flush ? 3 : 2);
    const word = identifierAt(text, wordStart);
    if (word === undefined) return false;
    const wordEnd = wordStart + word.length;
    const newline = text.startsWith('\r\n', wordEnd) ? 2 : text.startsWith('\n', wordEnd) ? 1 : 0;
    if (newline === 0) {
      const lineEnd = /[^\r\n]*/y;
      lineEnd.lastIndex = wordEnd;
      const rest = lineEnd.exec(text)?.[0] ?? '';
      if (wordEnd === text.length) {
        // The file ends here: `#reportUnclosed` says so.
        this.#modes.push({ kind: 'heredoc', word, start: this.#at, atLineStart: true });
        this.#push('open-heredoc', wordEnd);
        return true;
      }
      this.#diagnostics.error('hcl/invalid-heredoc-start', 'text behind the start of a heredoc', {
        detail: `The line must end directly behind \`${text.slice(this.#at, wordEnd)}\`; the text starts on the next line.`,
        subject: this.#lines.range(wordEnd, wordEnd + Math.max(1, rest.length)),
        suggestion:
          rest.trim() === '' && rest !== ''
            ? 'remove the blanks at the end of the line'
            : 'start the text on a line of its own',
      });
      this.#push('invalid', wordEnd + rest.length);
      return true;
    }
    this.#modes.push({ kind: 'heredoc', word, start: this.#at, atLineStart: true });
    this.#push('open-heredoc', wordEnd + newline);
    return true;
  }

  #template(mode: Exclude<Mode, { kind: 'code' }>): void {
    const text = this.#text;
    const at = this.#at;
    if (mode.kind === 'heredoc' && mode.atLineStart) {
      mode.atLineStart = false;
      if (this.#closeHeredoc(mode.word)) return;
    }
    const sign = text.charAt(at);
    if (mode.kind === 'quoted' && sign === '"') {
      this.#modes.pop();
      return this.#push('close-quote', at + 1);
    }
    if ((sign === '$' || sign === '%') && text.charAt(at + 1) === '{') {
      this.#modes.push({ kind: 'code', braces: 0, inTemplate: true, start: at });
      return this.#push(sign === '$' ? 'interpolation' : 'directive', at + (text.charAt(at + 2) === '~' ? 3 : 2));
    }
    const stop = LITERAL_STOP[mode.kind];
    let end = at;
    for (;;) {
      stop.lastIndex = end;
      end = stop.exec(text)?.index ?? text.length;
      const here = text.charAt(end);
      if (here === '\\')
        end = Math.min(text.length, end + (text.charAt(end + 1) === '\n' || text.startsWith('\r\n', end + 1) ? 1 : 2));
      else if (here === '$' || here === '%') {
        if (text.charAt(end + 1) === '{') break;
        if (mode.kind !== 'quoted' && isSignBeforeReturn(text, end)) return this.#push('literal', end + 2);
        // `$${` is an escape: the first sign takes the brace's meaning away.
        end += text.charAt(end + 1) === here && text.charAt(end + 2) === '{' ? 3 : 1;
      } else break;
    }
    if (text.charAt(end) === '\r') {
      if (end > at) this.#push('literal', end);
      return this.#invalid();
    }
    if (text.charAt(end) === '\n') {
      if (mode.kind === 'quoted') return this.#brokenString(mode.start, end);
      if (mode.kind === 'heredoc') mode.atLineStart = true;
      end++;
    }
    this.#push('literal', end);
  }

  #closeHeredoc(word: string): boolean {
    const newline = this.#text.indexOf('\n', this.#at);
    const line = this.#text.slice(this.#at, newline < 0 ? this.#text.length : newline);
    const hasLoneReturn = line.slice(0, -1).includes('\r');
    if (line.length < word.length || hasLoneReturn || trimLeft(trimRight(line)) !== word) return false;
    this.#modes.pop();
    if (newline < 0) {
      this.#diagnostics.error('hcl/heredoc-end-at-end-of-file', 'no newline behind a heredoc', {
        detail: `The line \`${word}\` that ends a heredoc must itself end with a newline.`,
        subject: this.#lines.range(this.#text.length, this.#text.length),
        suggestion: 'add a newline at the end of the file',
      });
    }
    // The token takes the blanks on both sides of the word, but not a carriage return of the newline.
    this.#push('close-heredoc', this.#at + (line.endsWith('\r') ? line.length - 1 : line.length));
    return true;
  }

  /**
   * A newline inside quotes: the string ends there, so that the next line is read as code, unless it looks as if the
   * text goes on. Strings around this one, of which it is an interpolation, are broken as well.
   */
  #brokenString(start: number, newline: number): void {
    const end = endOfBrokenString(this.#text, newline);
    this.#diagnostics.error('hcl/unclosed-string', 'unclosed string', {
      detail: 'A quoted string must end on the line on which it starts.',
      subject: this.#lines.range(start, end),
      suggestion: 'add the closing `"`; for text of several lines write `\\n` or a heredoc (`<<EOT`)',
    });
    this.#modes.pop();
    for (let mode = this.#modes.at(-1); mode?.kind === 'code' && mode.inTemplate; mode = this.#modes.at(-1)) {
      if (this.#modes.at(-2)?.kind !== 'quoted') break;
      this.#modes.splice(-2);
    }
    this.#push('invalid', end);
  }

  #invalid(): void {
    const { length, summary, detail, suggestion } = explainCharacter(this.#text, this.#at);
    this.#diagnostics.error('hcl/invalid-character', summary, {
      detail,
      subject: this.#lines.range(this.#at, this.#at + length),
      ...(suggestion === undefined ? {} : { suggestion }),
    });
    this.#push('invalid', this.#at + length);
  }

  /** The innermost construct that the end of the file cuts off; those around it are open for the same reason. */
  #reportUnclosed(): void {
    const mode = this.#modes[this.#modes.length - 1];
    if (mode === undefined || mode.kind === 'file' || (mode.kind === 'code' && !mode.inTemplate)) return;
    if (mode.kind === 'heredoc') {
      this.#diagnostics.error('hcl/unclosed-heredoc', 'unclosed heredoc', {
        detail: `No line that holds only \`${mode.word}\` ends the heredoc on line ${this.#lines.position(mode.start).line}.`,
        subject: this.#lines.range(this.#text.length, this.#text.length),
        context: this.#lines.range(mode.start, mode.start + 2),
        suggestion: `write \`${mode.word}\` on a line of its own, with nothing but blanks beside it`,
      });
    } else if (mode.kind === 'quoted') {
      this.#diagnostics.error('hcl/unclosed-string', 'unclosed string', {
        detail: 'The file ends inside a quoted string.',
        subject: this.#lines.range(mode.start, this.#text.length),
        suggestion: 'add the closing `"`',
      });
    } else {
      this.#diagnostics.error('hcl/unclosed-template', 'unclosed template sequence', {
        detail: 'The file ends before the `}` that belongs to this sign.',
        subject: this.#lines.range(mode.start, mode.start + 2),
        suggestion: `add the closing \`}\`; for the two characters themselves write \`${this.#text.charAt(mode.start)}${this.#text.slice(mode.start, mode.start + 2)}\``,
      });
    }
    this.#push('invalid', this.#text.length);
  }
}
