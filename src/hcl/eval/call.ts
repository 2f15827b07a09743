import type { Diagnostics } from '../diagnostic.js';
import type { CallExpression, Expression } from '../syntax/ast.js';
import { ConversionError, convert } from '../values/convert.js';
import { NotANumberError } from '../values/number.js';
import { Value, type Mark } from '../values/value.js';
import { FunctionError, type Evaluate, type FunctionDefinition, type Parameter } from './function.js';
import { refuseSize } from './limits.js';
import { didYouMean } from './near.js';
import type { Scope } from './scope.js';
import { misfit } from './words.js';

interface Argument {
  readonly value: Value;
  readonly expression: Expression;
}

export function evaluateCall(node: CallExpression, scope: Scope, diagnostics: Diagnostics, evaluate: Evaluate): Value {
  const definition = scope.functions.get(node.name);
  if (!definition) {
    const suggestion = didYouMean(node.name, scope.functions.keys());
    diagnostics.error('hcl/unknown-function', 'call to an unknown function', {
      subject: node.nameRange,
      detail: `There is no function named \`${node.name}\` here.`,
      ...(suggestion && { suggestion }),
    });
    return Value.unknown();
  }
  if ('lazy' in definition) return definition.lazy(node, scope, diagnostics, evaluate);
  const before = diagnostics.list.length;
  const args = evaluateArguments(node, scope, diagnostics, evaluate);
  if (args === undefined) return Value.unknown();
  if (!checkCount(node, definition, args.length, diagnostics)) return Value.unknown();
  // Faults in the arguments are told; what the function would say about them is not.
  if (diagnostics.list.slice(before).some(({ severity }) => severity === 'error')) return Value.unknown();
  return callWith(node, definition, args, scope, diagnostics);
}

/** Undefined where the list behind `...` is not known or, with a diagnostic, is none. */
function evaluateArguments(
  node: CallExpression,
  scope: Scope,
  diagnostics: Diagnostics,
  evaluate: Evaluate,
): Argument[] | undefined {
  const evaluated = (expression: Expression) => ({ expression, value: evaluate(expression, scope, diagnostics) });
  const before = diagnostics.list.length;
  if (!node.expandFinal) return node.args.map(evaluated);
  const last = evaluated(node.args.at(-1) as Expression);
  if (diagnostics.list.length > before) return undefined;
  const { kind } = last.value.type;
  if (kind !== 'list' && kind !== 'set' && kind !== 'tuple' && (kind !== 'any' || last.value.isNull)) {
    return refuseExpansion(node, last, 'Only a list, set or tuple can be spread over arguments.', diagnostics);
  }
  if (last.value.isNull) return refuseExpansion(node, last, 'This list is null.', diagnostics);
  // How many arguments there are is not known; nothing is said about the others.
  if (!last.value.isKnown) return undefined;
  const { marks } = last.value;
  const spread = last.value.items.map((value) => ({ expression: last.expression, value: value.withMarks(marks) }));
  return [...node.args.slice(0, -1).map(evaluated), ...spread];
}

function refuseExpansion(node: CallExpression, last: Argument, detail: string, diagnostics: Diagnostics): undefined {
  diagnostics.error('hcl/invalid-expansion', 'what stands before `...` is no list', {
    subject: last.expression.range,
    context: node.range,
    detail,
  });
  return undefined;
}

function checkCount(
  node: CallExpression,
  definition: FunctionDefinition,
  given: number,
  diagnostics: Diagnostics,
): boolean {
  const wanted = definition.parameters.length;
  if (given < wanted) {
    diagnostics.error('hcl/not-enough-arguments', 'not enough arguments', {
      subject: node.closeRange,
      context: node.range,
      detail: `\`${node.name}\` takes ${definition.variadic ? 'at least ' : ''}${wanted}; \`${definition.parameters[given]?.name}\` is missing.`,
    });
    return false;
  }
  if (given > wanted && !definition.variadic) {
    const extra = node.args[wanted] ?? node.args.at(-1);
    diagnostics.error('hcl/too-many-arguments', 'too many arguments', {
      subject: extra ? { ...extra.range, end: (node.args.at(-1) as Expression).range.end } : node.range,
      context: node.range,
      detail: `\`${node.name}\` takes ${wanted === 0 ? 'none' : wanted}.`,
    });
    return false;
  }
  return true;
}

function callWith(
  node: CallExpression,
  definition: FunctionDefinition,
  args: readonly Argument[],
  scope: Scope,
  diagnostics: Diagnostics,
): Value {
  const marks = new Set<Mark>();
  const parameterOf = (i: number) => (definition.parameters[i] ?? definition.variadic) as Parameter;
  const found = diagnostics.list.length;
  const converted = args.map((argument, i) => prepare(node, parameterOf(i), argument, marks, diagnostics));
  if (diagnostics.list.length > found) return Value.unknown();
  const prepared = converted as Value[];
  for (const [i, value] of prepared.entries()) {
    const { allowNull, allowUntyped, name } = parameterOf(i);
    if (value.isKnown && value.isNull && !allowNull) {
      invalidArgument(node, name, args[i] as Argument, 'is null.', diagnostics);
      return Value.unknown();
    }
    // Nothing is said about further arguments: what is computed may be of any type.
    if (value.type.kind === 'any' && !allowUntyped) return Value.unknown().withMarks(marks);
  }
  try {
    const isOpen = prepared.some((value, i) => !value.isKnown && !parameterOf(i).allowUnknown);
    const { returns } = definition;
    const result = isOpen
      ? Value.unknown(typeof returns === 'function' ? returns(prepared) : returns)
      : definition.call(prepared, scope.context);
    const isTyped = result.type.kind !== 'any';
    return (isTyped && !definition.mayBeNull ? result.neverNull() : result).withMarks(marks);
  } catch (error) {
    if (error instanceof NotANumberError || error instanceof ConversionError) {
      refuse(node, definition, args, new FunctionError(undefined, error.message), marks, diagnostics);
      return Value.unknown();
    }
    if (error instanceof RangeError) {
      // The limits of the runtime: a text or an array that grows too long, numbers with too many digits.
      refuseSize(node.range, diagnostics);
      return Value.unknown();
    }
    if (!(error instanceof FunctionError)) throw error;
    refuse(node, definition, args, error, marks, diagnostics);
    return Value.unknown();
  }
}

function prepare(
  node: CallExpression,
  parameter: Parameter,
  argument: Argument,
  marks: Set<Mark>,
  diagnostics: Diagnostics,
): Value | undefined {
  const { value } = argument;
  let converted: Value;
  try {
    converted = convert(value, parameter.type);
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error;
    invalidArgument(node, parameter.name, argument, `does not fit: ${misfit(error, value)}.`, diagnostics);
    return undefined;
  }
  if (parameter.allowMarked) return converted;
  for (const mark of converted.deepMarks()) marks.add(mark);
  return converted.withoutDeepMarks();
}

function invalidArgument(
  node: CallExpression,
  name: string,
  { expression }: Argument,
  detail: string,
  diagnostics: Diagnostics,
): void {
  diagnostics.error('hcl/invalid-argument', 'invalid function argument', {
    subject: expression.range,
    context: node.range,
    detail: `The argument \`${name}\` of \`${node.name}\` ${detail}`,
  });
}

function refuse(
  node: CallExpression,
  definition: FunctionDefinition,
  args: readonly Argument[],
  error: FunctionError,
  marks: ReadonlySet<Mark>,
  diagnostics: Diagnostics,
): void {
  // The words of a fault may quote the argument.
  const text = marks.has('sensitive') ? 'an argument is not suitable' : error.message;
  const argument = error.argument === undefined ? undefined : args[error.argument];
  if (!argument) {
    diagnostics.error('hcl/function-failed', 'a function call failed', {
      subject: node.nameRange,
      context: node.range,
      detail: `\`${node.name}\` failed: ${text}.`,
    });
    return;
  }
  const parameter = definition.parameters[error.argument as number] ?? definition.variadic;
  diagnostics.error('hcl/invalid-argument', 'invalid function argument', {
    subject: argument.expression.range,
    context: node.range,
    detail: `The argument \`${parameter?.name ?? ''}\` of \`${node.name}\` is refused: ${text.replace(/\.$/, '')}.`,
  });
}
