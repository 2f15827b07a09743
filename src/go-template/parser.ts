import { unquote } from './constants.js';
import type { Node, ParsedTemplate, Pipeline } from './nodes.js';
import { PipelineParser } from './pipeline-parser.js';

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

class Parser extends PipelineParser {
  private readonly definitions = new Map<string, readonly Node[]>();
  private loops = 0;

  run(): ParsedTemplate {
    const { nodes, ending } = this.list(true);
    if (ending.keyword !== 'eof') throw this.fault(`\`{{${ending.keyword}}}\` closes nothing`, ending.offset);
    return { text: this.template, root: nodes, definitions: this.definitions };
  }

  private list(top = false): { nodes: Node[]; ending: Ending } {
    this.enter();
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
        this.leave();
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
    const isEmpty = (body: readonly Node[]) => body.every((node) => node.kind === 'text' && node.text.trim() === '');
    const before = this.definitions.get(name);
    if (before && !isEmpty(before) && !isEmpty(nodes))
      throw this.fault(`the template \`${name}\` is defined twice`, ending.offset);
    if (!before || isEmpty(before)) this.definitions.set(name, nodes);
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
}
