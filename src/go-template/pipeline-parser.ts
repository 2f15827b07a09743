import { parseNumber, unquote } from './constants.js';
import { GoTemplateError } from './error.js';
import type { Token, TokenKind } from './lexer.js';
import type { Command, Operand, Pipeline } from './nodes.js';
import { TokenReader } from './token-reader.js';
import type { GoFloat } from './values.js';

/** Parses what stands inside of actions. */
export class PipelineParser extends TokenReader {
  /** Names that are set where the parser is. */
  protected variables = ['$'];

  constructor(
    template: string,
    private readonly functions: ReadonlySet<string>,
  ) {
    super(template);
  }

  protected pipeline(end: 'close' | 'rightParen', isRange = false): Pipeline {
    this.skipSpace();
    const offset = this.peek().offset;
    const { variables, declares } = this.declaration(isRange);
    const commands: Command[] = [];
    for (;;) {
      this.skipSpace();
      const token = this.peek();
      if (token.kind === end) {
        this.take();
        if (commands.length === 0) throw this.fault('a value is missing', token.offset);
        break;
      }
      commands.push(this.command(end));
      if (this.tokens[this.at - 1]?.kind === end) break;
    }
    for (const { operands, offset: place } of commands.slice(1)) {
      const [first] = operands;
      if (first && (first.kind === 'constant' || first.kind === 'nil' || first.kind === 'dot'))
        throw this.fault('what stands behind `|` must be a function', place);
    }
    return { offset, variables, declares, commands };
  }

  private declaration(isRange: boolean): { variables: string[]; declares: boolean } {
    const start = this.at;
    const names: string[] = [];
    while (this.peek().kind === 'variable') {
      names.push(this.take().text);
      this.skipSpace();
      const next = this.peek();
      if (next.kind === 'comma' && isRange && names.length === 1) {
        this.take();
        this.skipSpace();
        continue;
      }
      if (next.kind === 'declare' || next.kind === 'assign') {
        this.take();
        const declares = next.kind === 'declare';
        for (const name of names) {
          if (declares) this.variables.push(name);
          else this.requireVariable(name, next.offset);
        }
        return { variables: names, declares };
      }
      if (next.kind === 'comma') throw this.fault('only `range` sets two variables', next.offset);
      break;
    }
    this.at = start;
    return { variables: [], declares: false };
  }

  private command(end: TokenKind): Command {
    const offset = this.peek().offset;
    const operands: Operand[] = [];
    for (;;) {
      this.skipSpace();
      const operand = this.operand();
      if (operand) operands.push(operand);
      const token = this.take();
      if (token.kind === 'space') continue;
      if (token.kind === end || token.kind === 'pipe') break;
      if (token.kind === 'rightParen' || token.kind === 'close') {
        this.at--;
        break;
      }
      throw this.fault(`\`${token.text}\` is not expected here`, token.offset);
    }
    if (operands.length === 0) throw this.fault('a value is missing', offset);
    return { offset, operands };
  }

  private operand(): Operand | undefined {
    const term = this.term();
    if (!term) return undefined;
    const path: string[] = [];
    while (this.peek().kind === 'field') path.push(this.take().text.slice(1));
    if (path.length === 0) return term;
    switch (term.kind) {
      case 'field':
      case 'variable':
      case 'pipeline':
        return { ...term, path: [...term.path, ...path] };
      default:
        throw this.fault('a value of this kind has no fields', term.offset);
    }
  }

  private term(): Operand | undefined {
    const token = this.peek();
    const { offset } = token;
    switch (token.kind) {
      case 'identifier':
        this.take();
        if (!this.functions.has(token.text)) {
          const message = `the function \`${token.text}\` does not exist`;
          throw new GoTemplateError('go-template/unknown-function', message, this.template, offset);
        }
        return { kind: 'function', offset, name: token.text };
      case 'dot':
      case 'nil':
        this.take();
        return { kind: token.kind, offset };
      case 'variable':
        this.take();
        this.requireVariable(token.text, offset);
        return { kind: 'variable', offset, name: token.text, path: [] };
      case 'field':
        this.take();
        return { kind: 'field', offset, path: [token.text.slice(1)] };
      case 'leftParen':
        return this.parenthesis(offset);
      case 'bool':
      case 'number':
      case 'string':
      case 'char':
        this.take();
        return { kind: 'constant', offset, value: this.constant(token) };
      default:
        return undefined;
    }
  }

  private parenthesis(offset: number): Operand {
    this.enter();
    this.take();
    const pipeline = this.pipeline('rightParen');
    this.leave();
    return { kind: 'pipeline', offset, pipeline, path: [] };
  }

  private constant({ kind, text, offset }: Token): string | number | bigint | boolean | GoFloat {
    if (kind === 'bool') return text === 'true';
    if (kind === 'number') {
      const value = parseNumber(text);
      if (value === undefined) throw this.fault(`\`${text}\` is not a number`, offset);
      return value;
    }
    const value = unquote(text);
    if (value === undefined) throw this.fault('the escape sequence is not known', offset);
    if (kind === 'string') return value;
    const code = value.codePointAt(0);
    if (code === undefined || String.fromCodePoint(code) !== value)
      throw this.fault('single quotes hold exactly one character', offset);
    return code;
  }

  private requireVariable(name: string, offset: number): void {
    if (!this.variables.includes(name)) throw this.fault(`the variable \`${name}\` is not set before`, offset);
  }
}
