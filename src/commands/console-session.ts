import { Diagnostics, type Diagnostic } from '../hcl/diagnostic.js';
import { evaluate } from '../hcl/eval/evaluate.js';
import type { Scope } from '../hcl/eval/scope.js';
import { parseExpression } from '../hcl/syntax/parser.js';
import { printValue, quote } from '../hcl/values/print.js';
import type { Value } from '../hcl/values/value.js';

/** What the console may look at. */
export interface ConsoleTemplate {
  readonly scope: Scope;
  readonly variables: ReadonlyMap<string, Value>;
  readonly locals: ReadonlyMap<string, Value>;
}

/** The answer to one line. */
export interface Answer {
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
  /** The person asked to leave. */
  readonly leave: boolean;
}

const HELP = `Type an expression and press Enter to see its value. It may use variables, locals and every function of templates.

  variables   list all variables and locals
  help        show this
  exit        leave; Ctrl-D and Ctrl-C leave, too
`;

/** Evaluates the lines of a console; knows nothing of terminals. */
export class ConsoleSession {
  constructor(private readonly template: ConsoleTemplate) {}

  /** Answers one line. `text` has no line end; an empty line has an empty answer. */
  answer(line: string): Answer {
    const words = line.trim();
    if (words === '') return { text: '', diagnostics: [], leave: false };
    if (words === 'exit') return { text: '', diagnostics: [], leave: true };
    if (words === 'help') return { text: HELP.trimEnd(), diagnostics: [], leave: false };
    if (words === 'variables') return { text: listVariables(this.template).trimEnd(), diagnostics: [], leave: false };
    const diagnostics = new Diagnostics();
    const parsed = parseExpression({ name: '<console>', text: line });
    diagnostics.add(parsed.diagnostics);
    if (!parsed.expression || diagnostics.hasErrors) return { text: '', diagnostics: diagnostics.list, leave: false };
    const value = evaluate(parsed.expression, this.template.scope, diagnostics);
    const text = diagnostics.hasErrors ? '' : printValue(value, { maskSensitive: true });
    return { text, diagnostics: diagnostics.list, leave: false };
  }

  /** Names that can stand at the end of `line`, and the part of it that they replace. */
  complete(line: string): [names: string[], word: string] {
    const word = /[\w.-]*$/.exec(line)?.[0] ?? '';
    const candidates = [
      ...['exit', 'help', 'variables'].filter(() => word === line),
      ...this.template.scope.functions.keys(),
      ...this.template.scope.names(),
      ...[...this.template.variables.keys()].map((name) => `var.${name}`),
      ...[...this.template.locals.keys()].map((name) => `local.${name}`),
    ];
    return [candidates.filter((name) => name.startsWith(word)).sort(), word];
  }
}

/** Variables and locals with their values as Go-quoted text, sorted by name; the head of `inspect` is the same. */
export function listVariables(template: Pick<ConsoleTemplate, 'variables' | 'locals'>): string {
  const list = (prefix: string, values: ReadonlyMap<string, Value>) =>
    [...values]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${prefix}.${name}: ${quote(printValue(value, { maskSensitive: true }))}\n`)
      .join('');
  return `> input-variables:\n\n${list('var', template.variables)}\n> local-variables:\n\n${list('local', template.locals)}`;
}
