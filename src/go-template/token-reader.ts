import { GoTemplateError } from './error.js';
import { tokenize, type Token } from './lexer.js';

/** Nesting beyond this is refused, so that no template exhausts the stack. */
const MAX_DEPTH = 500;

/** The tokens of a template, taken one after the other. */
export class TokenReader {
  protected readonly tokens: readonly Token[];
  protected at = 0;
  private depth = 0;

  constructor(protected readonly template: string) {
    this.tokens = tokenize(template);
  }

  protected enter(): void {
    if (++this.depth > MAX_DEPTH) throw this.fault('the template is nested too deeply', this.peek().offset);
  }
  protected leave(): void {
    this.depth--;
  }

  protected close(keyword: string): void {
    this.skipSpace();
    const token = this.take();
    if (token.kind !== 'close') throw this.fault(`nothing else may stand beside \`${keyword}\``, token.offset);
  }

  protected skipSpace(): void {
    while (this.peek().kind === 'space') this.at++;
  }
  protected peek(): Token {
    return this.tokens[this.at] as Token;
  }
  protected take(): Token {
    return this.tokens[this.at++] as Token;
  }
  protected fault(message: string, offset: number): GoTemplateError {
    return new GoTemplateError('go-template/syntax', message, this.template, offset);
  }
}
