import { Diagnostics } from '../../src/hcl/diagnostic.js';
import { evaluate } from '../../src/hcl/eval/evaluate.js';
import type { FunctionContext, FunctionTable } from '../../src/hcl/eval/function.js';
import { createScope } from '../../src/hcl/eval/scope.js';
import { createFunctionContext } from '../../src/hcl/functions/context.js';
import { standardFunctions } from '../../src/hcl/functions/index.js';
import { parseExpression } from '../../src/hcl/syntax/parser.js';
import { toJsonText } from '../../src/hcl/values/json.js';
import type { Value } from '../../src/hcl/values/value.js';

/** Thrown by `evaluateText` with the first fault of an expression. */
export class EvaluationError extends Error {}

/** A world that stands still: fixed clock, counted random bytes, folders that the test names. */
export function functionContext(options: Partial<FunctionContext> & { folder?: string } = {}): FunctionContext {
  const { folder = '/nonexistent', ...rest } = options;
  let drawn = 0;
  return createFunctionContext({
    env: {},
    templateDirectory: '.',
    workingDirectory: folder,
    homeDirectory: '/home/tester',
    now: () => new Date('2031-02-03T04:05:06.789Z'),
    startTime: new Date('2031-02-03T04:05:06.789Z'),
    randomBytes: (count) => Uint8Array.from({ length: count }, () => drawn++),
    ...rest,
  });
}

/** The value of an expression. Throws `EvaluationError` for one that is refused. */
export function evaluateText(
  text: string,
  variables: ReadonlyMap<string, Value> = new Map(),
  context: FunctionContext = functionContext(),
  functions: FunctionTable = standardFunctions,
): Value {
  const { expression, diagnostics } = parseExpression({ name: 'test', text });
  const found = new Diagnostics();
  found.add(diagnostics);
  const value =
    expression && !found.hasErrors
      ? evaluate(expression, createScope({ variables, functions, context }), found)
      : undefined;
  const fault = found.list.find(({ severity }) => severity === 'error');
  if (fault || !value)
    throw new EvaluationError(fault ? `${fault.code}: ${fault.detail ?? fault.summary}` : 'no value');
  return value;
}

/** The JSON text of an expression's value. */
export function jsonOf(text: string, variables?: ReadonlyMap<string, Value>, context?: FunctionContext): string {
  return toJsonText(evaluateText(text, variables, context));
}
