import { Diagnostics } from '../diagnostic.js';
import type { ConditionalExpression, Expression } from '../syntax/ast.js';
import { ConversionError, convert } from '../values/convert.js';
import { EffortError } from '../values/effort.js';
import { ANY, BOOL, type Type } from '../values/type.js';
import { typeInWords } from '../values/words.js';
import { unify } from '../values/unify.js';
import { Value } from '../values/value.js';
import type { Evaluate } from './function.js';
import { operand } from './operands.js';
import type { Scope } from './scope.js';
import { isTellable, valueInWords } from './words.js';

/** Both branches are evaluated, as their types meet in one; only the chosen one's faults count. */
export function evaluateConditional(
  node: ConditionalExpression,
  scope: Scope,
  diagnostics: Diagnostics,
  evaluate: Evaluate,
): Value {
  const faults = { then: new Diagnostics(), else: new Diagnostics() };
  const then = evaluate(node.then, scope, faults.then);
  const otherwise = evaluate(node.else, scope, faults.else);
  const type = commonType(then, otherwise);
  if (!type) {
    diagnostics.error('hcl/inconsistent-types', 'the results of the condition have different types', {
      subject: { ...node.then.range, end: node.else.range.end },
      context: node.range,
      detail: `One is ${valueInWords(then)}, the other ${valueInWords(otherwise)}; both must convert to one type.`,
    });
    return Value.unknown();
  }
  const condition = truthOf(node.condition, scope, diagnostics, evaluate);
  if (!condition) return Value.unknown(type);
  if (!condition.isKnown) {
    const marks = [...condition.marks, ...then.marks, ...otherwise.marks];
    return undecided(then, otherwise, type).withMarks(marks);
  }
  diagnostics.add((condition.truth ? faults.then : faults.else).list);
  const chosen = condition.truth ? then : otherwise;
  try {
    return convert(chosen, type).withMarks(condition.marks);
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error;
    const reason = `As ${typeInWords(type)} it is refused: ${error.message}.`;
    diagnostics.error('hcl/inconsistent-types', 'the result does not fit the type of the other one', {
      subject: (condition.truth ? node.then : node.else).range,
      context: node.range,
      detail: isTellable(then) && isTellable(otherwise) ? reason : 'The results do not convert to one type.',
    });
    return Value.unknown(type);
  }
}

/**
 * The value of a condition: a bool, or an unknown of whatever type, as it may yet convert. Undefined, with a diagnostic,
 * where it is null or no bool.
 */
export function truthOf(
  expression: Expression,
  scope: Scope,
  diagnostics: Diagnostics,
  evaluate: Evaluate,
): Value | undefined {
  const condition = evaluate(expression, scope, diagnostics);
  return condition.isKnown ? operand(condition, BOOL, expression, 'the condition', diagnostics) : condition;
}

/** The result while the condition is not known. */
function undecided(then: Value, otherwise: Value, type: Type): Value {
  const isNull = (value: Value) => value.isKnown && value.isNull;
  if (isNull(then) && isNull(otherwise)) return Value.null(type);
  const unknown = Value.unknown(type);
  return then.isNeverNull && otherwise.isNeverNull && type.kind !== 'any' ? unknown.neverNull() : unknown;
}

/** An untyped null takes the type of the other branch; an unknown that has no type yet leaves the result as it is. */
function commonType(then: Value, otherwise: Value): Type | undefined {
  const isUntypedNull = (value: Value) => value.type.kind === 'any' && value.isKnown;
  if (isUntypedNull(then)) return otherwise.type;
  if (isUntypedNull(otherwise)) return then.type;
  if (then.type.kind === 'any' || otherwise.type.kind === 'any') return ANY;
  try {
    return unify([then.type, otherwise.type]);
  } catch (error) {
    if (error instanceof EffortError) return undefined;
    throw error;
  }
}
