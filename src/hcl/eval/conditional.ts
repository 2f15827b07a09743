import { Diagnostics } from '../diagnostic.js';
import type { ConditionalExpression } from '../syntax/ast.js';
import { ConversionError, convert } from '../values/convert.js';
import { BOOL, describeType } from '../values/type.js';
import { unify } from '../values/unify.js';
import { Value } from '../values/value.js';
import type { Evaluate } from './function.js';
import { operand } from './operands.js';
import type { Scope } from './scope.js';

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
  const type = unify([then.type, otherwise.type]);
  if (!type) {
    diagnostics.error('hcl/inconsistent-types', 'the results of the condition have different types', {
      subject: { ...node.then.range, end: node.else.range.end },
      context: node.range,
      detail: `One is a ${describeType(then.type)}, the other a ${describeType(otherwise.type)}; both must convert to one type.`,
    });
    return Value.unknown();
  }
  const condition = operand(
    evaluate(node.condition, scope, diagnostics),
    BOOL,
    node.condition,
    'the condition',
    diagnostics,
  );
  if (!condition) return Value.unknown();
  if (!condition.isKnown) return Value.unknown(type).withMarks([...condition.marks, ...then.marks, ...otherwise.marks]);
  diagnostics.add((condition.truth ? faults.then : faults.else).list);
  const chosen = condition.truth ? then : otherwise;
  try {
    return convert(chosen, type).withMarks(condition.marks);
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error;
    diagnostics.error('hcl/inconsistent-types', 'the result does not fit the type of the other one', {
      subject: (condition.truth ? node.then : node.else).range,
      context: node.range,
      detail: `As a ${describeType(type)} it is refused: ${error.message}.`,
    });
    return Value.unknown(type);
  }
}
