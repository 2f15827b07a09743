import { parseNumber, unquote } from './constants.js';
import { GoTemplateError } from './error.js';
import { tokenize, type Token, type TokenKind } from './lexer.js';
import type { Command, Node, Operand, ParsedTemplate, Pipeline } from './nodes.js';

/** Nesting beyond this is refused, so that no template exhausts the stack. */
const MAX_DEPTH = 500;

/**
 * Parses a template.
 * @param functions names that may be called
 * @throws GoTemplateError `go-template/syntax` or `go-template/unknown-function`
 */
export function parse(template: string, functions: ReadonlySet<string>): ParsedTemplate {
  return new Parser(template, functions).run();
}

/** What ended a list of nodes: the keyword, and for `else` what stands behind it. */
interface Ending {
  readonly keyword: 'end' | 'else' | 'eof';
  readonly chain?: 'if' | 'with';
  readonly offset: number;
}

class Parser {
  private readonly tokens: readonly Token[];
  private at = 0;
  private readonly definitions = new Map<string, readonly Node[]>();
  private variables = ['$'];
  private loops = 0;
  private depth = 0;

  constructor(
    private readonly template: string,
    private readonly functions: ReadonlySet<string>,
  ) {
    this.tokens = tokenize(template);
  }

  run(): ParsedTemplate {
    const { nodes, ending } = this.list(true);
    if (ending.keyword !== 'eof') throw this.fault(`\`{{${ending.keyword}}}\` closes nothing`, ending.offset);
    return { text: this.template, root: nodes, definitions: this.definitions };
  }

  private list(top = false): { nodes: Node[]; ending: Ending } {
    if (++this.depth > MAX_DEPTH) throw this.fault('the template is nested too deeply', this.peek().offset);
    const nodes: Node[] = [];
    for (;;) {
      const token = this.take();
      if (token.kind === 'end') {
        if (!top) throw this.fault('`{{end}}` is missing', token.offset);
        return { nodes, ending: { keyword: 'eof', offset: token.offset } };
      }
      if (token.kind === 'text') {
        nodes.push({ kind: 'text', offset: token.offset, text: token.text });
        continue;
      }
      const found = this.action(top);
      if (found && 'keyword' in found) {
        this.depth--;
        return { nodes, ending: found };
      }
      if (found) nodes.push(found);
    }
  }

  /** What stands between `{{` and `}}`; undefined for a definition, which leaves nothing where it stands. */
  private action(top: boolean): Node | Ending | undefined {
    this.skipSpace();
    const token = this.peek();
    if (token.kind !== 'keyword') return { kind: 'action', offset: token.offset, pipeline: this.pipeline('close') };
    this.take();
    switch (token.text) {
      case 'if':
      case 'with':
      case 'range':
        return this.control(token.text, token.offset);
      case 'end':
        this.close('end');
        return { keyword: 'end', offset: token.offset };
      case 'else':
        return this.elseEnding(token.offset);
      case 'break':
      case 'continue':
        this.close(token.text);
        if (this.loops === 0) throw this.fault(`\`{{${token.text}}}\` stands outside of \`{{range}}\``, token.offset);
        return { kind: token.text, offset: token.offset };
      case 'template':
        return this.call(token.offset);
      case 'block':
        return this.block(token.offset);
      default:
        if (!top) throw this.fault('`{{define}}` must not stand inside another block', token.offset);
        this.define(this.name('define'), () => this.close('define'));
        return undefined;
    }
  }

  private elseEnding(offset: number): Ending {
    this.skipSpace();
    const next = this.peek();
    // What follows `else` is parsed by the block that it belongs to.
    if (next.kind === 'keyword' && (next.text === 'if' || next.text === 'with')) {
      this.take();
      return { keyword: 'else', chain: next.text, offset: next.offset };
    }
    this.close('else');
    return { keyword: 'else', offset };
  }

  private control(kind: 'if' | 'with' | 'range', offset: number): Node {
    const scope = this.variables.length;
    const pipeline = this.pipeline('close', kind === 'range');
    if (kind === 'range') this.loops++;
    const { nodes: body, ending } = this.list();
    if (kind === 'range') this.loops--;
    let otherwise: Node[] = [];
    if (ending.keyword === 'else') {
      if (ending.chain !== undefined) {
        if (ending.chain !== kind) throw this.fault(`\`else ${ending.chain}\` does not fit \`${kind}\``, ending.offset);
        otherwise = [this.control(ending.chain, ending.offset)];
      } else {
        const rest = this.list();
        if (rest.ending.keyword === 'else') throw this.fault('there is an `{{else}}` already', rest.ending.offset);
        otherwise = rest.nodes;
      }
    }
    this.variables.length = scope;
    return { kind, offset, pipeline, body, otherwise };
  }

  private call(offset: number): Node {
    const name = this.name('template');
    this.skipSpace();
    if (this.peek().kind !== 'close') return { kind: 'template', offset, name, pipeline: this.pipeline('close') };
    this.take();
    return { kind: 'template', offset, name, pipeline: undefined };
  }

  private block(offset: number): Node {
    const name = this.name('block');
    let pipeline: Pipeline | undefined;
    this.define(name, () => {
      pipeline = this.pipeline('close');
    });
    return { kind: 'template', offset, name, pipeline };
  }

  /** A body with a name has variables and loops of its own. */
  private define(name: string, head: () => void): void {
    const outer = { variables: this.variables, loops: this.loops };
    head();
    this.variables = ['$'];
    this.loops = 0;
    const { nodes, ending } = this.list();
    if (ending.keyword !== 'end') throw this.fault('`{{else}}` does not belong here', ending.offset);
    const isEmpty = nodes.every((node) => node.kind === 'text' && node.text.trim() === '');
    if (!isEmpty || !this.definitions.has(name)) this.definitions.set(name, nodes);
    this.variables = outer.variables;
    this.loops = outer.loops;
  }

  private name(keyword: string): string {
    this.skipSpace();
    const token = this.take();
    const value = token.kind === 'string' ? unquote(token.text) : undefined;
    if (value === undefined) throw this.fault(`\`${keyword}\` needs a name in quotes`, token.offset);
    return value;
  }

  private pipeline(end: 'close' | 'rightParen', isRange = false): Pipeline {
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
      this.skipSpace();
      if (this.peek().kind === end) throw this.fault('a command is missing behind `|`', this.peek().offset);
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
    if (++this.depth > MAX_DEPTH) throw this.fault('the template is nested too deeply', offset);
    this.take();
    const pipeline = this.pipeline('rightParen');
    this.depth--;
    return { kind: 'pipeline', offset, pipeline, path: [] };
  }

  private constant({ kind, text, offset }: Token): string | number | bigint | boolean {
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

  private close(keyword: string): void {
    this.skipSpace();
    const token = this.take();
    if (token.kind !== 'close') throw this.fault(`nothing else may stand beside \`${keyword}\``, token.offset);
  }

  private skipSpace(): void {
    while (this.peek().kind === 'space') this.at++;
  }
  private peek(): Token {
    return this.tokens[this.at] as Token;
  }
  private take(): Token {
    return this.tokens[this.at++] as Token;
  }
  private fault(message: string, offset: number): GoTemplateError {
    return new GoTemplateError('go-template/syntax', message, this.template, offset);
  }
}
