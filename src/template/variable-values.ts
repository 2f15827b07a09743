import type { Diagnostics } from '../hcl/diagnostic.js';
import type { Scope } from '../hcl/eval/scope.js';
import type { SourceFile, SourceRange } from '../hcl/source.js';
import { parseExpression } from '../hcl/syntax/parser.js';
import { Value } from '../hcl/values/value.js';
import { nearest } from '../messages/near.js';
import { readBody } from './body.js';
import { evaluateConstant } from './constant.js';
import type { Input, ParsedFile } from './input.js';
import { messages } from './messages.js';
import { reportError, reportWarning } from './report.js';
import { ANYTHING } from './structure.js';
import type { Secrets } from './secrets.js';
import type { ValueOrigin } from './template.js';
import { toConstraint, type VariableDeclaration } from './variables.js';

type Variables = ReadonlyMap<string, VariableDeclaration>;

export interface Assigning {
  readonly variables: Variables;
  /** Neither variables nor functions. */
  readonly empty: Scope;
  readonly input: Input;
  readonly secrets: Secrets;
  readonly diagnostics: Diagnostics;
}

/** `PKR_VAR_NAME`, of declared variables alone. */
export function assignFromEnvironment(env: Readonly<Record<string, string | undefined>>, assigning: Assigning): void {
  for (const [name, variable] of assigning.variables) {
    const text = env[`PKR_VAR_${name}`];
    if (text !== undefined) assignText(variable, text, 'environment', assigning);
  }
}

/** The arguments of a variable file; names that are not declared are passed over, with a warning where wanted. */
export function assignFromFile(file: ParsedFile, warnUndeclared: boolean, assigning: Assigning): void {
  const { variables, diagnostics, empty } = assigning;
  for (const item of file.body.items) {
    if (item.kind !== 'block') continue;
    if (item.type === 'variable')
      reportError(diagnostics, messages.variableInVariableFile(item.labels[0]?.value ?? 'NAME'), {
        subject: item.headerRange,
      });
    else reportError(diagnostics, messages.unsupportedBlock(item.type, undefined), { subject: item.typeRange });
  }
  const { attributes } = readBody(file.body, ANYTHING, diagnostics, { partial: true });
  for (const attribute of attributes.values()) {
    const variable = variables.get(attribute.name);
    if (!variable) {
      if (warnUndeclared)
        reportWarning(
          diagnostics,
          messages.undeclaredInFile(attribute.name, nearest(attribute.name, variables.keys())),
          {
            subject: attribute.nameRange,
          },
        );
      continue;
    }
    const value = evaluateConstant(attribute.expression, empty, diagnostics);
    if (value) assign(variable, value, 'variable file', attribute.expression.range, diagnostics);
  }
}

/** `-var NAME=VALUE`; the name must be declared. */
export function assignFromCommandLine(
  given: readonly { readonly name: string; readonly value: string }[],
  assigning: Assigning,
): void {
  for (const { name, value } of given) {
    const variable = assigning.variables.get(name);
    if (variable) assignText(variable, value, 'command line', assigning);
    else
      reportError(assigning.diagnostics, messages.undeclaredVariable(name, nearest(name, assigning.variables.keys())));
  }
}

function assignText(variable: VariableDeclaration, text: string, origin: ValueOrigin, assigning: Assigning): void {
  const { diagnostics, input, secrets } = assigning;
  const from = origin === 'environment' ? 'env' : 'arguments';
  const source = input.remember({ name: `<value for var.${variable.name} from ${from}>`, text });
  const before = diagnostics.list.length;
  assignSource(variable, source, origin, assigning);
  // A secret that does not fit is shown in a frame, and is a secret all the same.
  if (variable.sensitive && diagnostics.list.length > before) secrets.addText(text);
}

/** A string as it is for `string`, `number` and untyped variables; an expression of constants for every other type. */
function assignSource(
  variable: VariableDeclaration,
  source: SourceFile,
  origin: ValueOrigin,
  { empty, diagnostics }: Assigning,
): void {
  const kind = variable.constraint.type.kind;
  if (kind === 'string' || kind === 'number' || kind === 'any') {
    assign(variable, Value.string(source.text), origin, wholeOf(source), diagnostics);
    return;
  }
  const { expression, diagnostics: found } = parseExpression(source);
  diagnostics.add(found);
  if (!expression || found.some(({ severity }) => severity === 'error')) return;
  const value = evaluateConstant(expression, empty, diagnostics);
  if (value) assign(variable, value, origin, expression.range, diagnostics);
}

function assign(
  variable: VariableDeclaration,
  value: Value,
  origin: ValueOrigin,
  range: SourceRange,
  diagnostics: Diagnostics,
): void {
  const converted = toConstraint(value, variable.constraint, (reason) =>
    reportError(diagnostics, messages.variableValue(variable.name, `the ${origin}`, reason), { subject: range }),
  );
  if (converted) variable.assignments.push({ origin, value: converted, range });
}

function wholeOf(source: SourceFile): SourceRange {
  const firstLine = source.text.split('\n')[0] as string;
  return {
    file: source.name,
    start: { offset: 0, line: 1, column: 1 },
    end: { offset: firstLine.length, line: 1, column: [...firstLine].length + 1 },
  };
}
