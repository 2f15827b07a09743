import { randomBytes } from 'node:crypto';
import { Diagnostics } from '../diagnostic.js';
import { evaluate } from '../eval/evaluate.js';
import { FunctionError, type FunctionContext, type FunctionTable } from '../eval/function.js';
import { references } from '../eval/references.js';
import { createScope } from '../eval/scope.js';
import { parseTemplate } from '../syntax/parser.js';
import type { Diagnostic } from '../diagnostic.js';
import type { Value } from '../values/value.js';
import { define, failure } from './define.js';
import { ANY, STRING } from '../values/type.js';
import { standardFunctions } from './index.js';

/** Words that `convert` takes as types. */
const TYPE_WORDS = new Set(['string', 'number', 'bool', 'any']);

/** What the functions know of the world, with the parts that are the same in every run filled in. */
export function createFunctionContext(
  world: Pick<
    FunctionContext,
    'env' | 'templateDirectory' | 'workingDirectory' | 'homeDirectory' | 'now' | 'startTime'
  > &
    Partial<Pick<FunctionContext, 'randomBytes'>>,
): FunctionContext {
  const context: FunctionContext = {
    randomBytes,
    ...world,
    renderTemplate: (name, text, variables) => renderTemplate(name, text, variables, context),
  };
  return context;
}

/** A template file that renders another one could go round in circles. */
const noNesting = define({
  name: 'templatefile',
  summary: 'not available in a template file',
  parameters: [],
  variadic: { name: 'arguments', type: ANY, allowNull: true, allowUntyped: true },
  returns: STRING,
  call: () => {
    throw failure('a template file cannot render another one');
  },
});

const templateFunctions: FunctionTable = new Map([...standardFunctions, ['templatefile', noNesting]]);

/**
 * Renders a template file with `variables` alone in scope. Every name in the file must be given, even one that `try`
 * would guard. Throws `FunctionError`.
 */
function renderTemplate(
  name: string,
  text: string,
  variables: ReadonlyMap<string, Value>,
  context: FunctionContext,
): Value {
  const parsed = parseTemplate({ name, text });
  const fault = parsed.diagnostics.find(({ severity }) => severity === 'error');
  if (fault || !parsed.template) throw refused(0, name, fault);
  for (const { root, range } of references(parsed.template)) {
    if (variables.has(root) || TYPE_WORDS.has(root)) continue;
    throw new FunctionError(1, `\`${root}\`, used in ${name}:${range.start.line}, is not among the variables`);
  }
  const scope = createScope({ variables, functions: templateFunctions, context });
  const diagnostics = new Diagnostics();
  const value = evaluate(parsed.template, scope, diagnostics);
  if (diagnostics.hasErrors) {
    throw refused(
      undefined,
      name,
      diagnostics.list.find(({ severity }) => severity === 'error'),
    );
  }
  return value;
}

function refused(argument: number | undefined, name: string, fault: Diagnostic | undefined): FunctionError {
  const place = fault?.subject ? `${fault.subject.file}:${fault.subject.start.line}` : name;
  const detail = fault?.detail ? `. ${fault.detail.replace(/\.$/, '')}` : '';
  return new FunctionError(argument, `${place}: ${fault?.summary ?? 'the template cannot be read'}${detail}`);
}
