import { Diagnostics } from '../diagnostic.js';
import type { BinaryExpression, BinaryOperator, UnaryExpression } from '../syntax/ast.js';
import { valuesEqual } from '../values/equal.js';
import { NotANumberError, type BigFloat } from '../values/number.js';
import { BOOL, NUMBER } from '../values/type.js';
import { Value } from '../values/value.js';
import type { Evaluate } from './function.js';
import { convertOperand, marksOf, operand } from './operands.js';
import type { Scope } from './scope.js';

type Arithmetic = '+' | '-' | '*' | '/' | '%';
type Ordering = '<' | '<=' | '>' | '>=';

const ARITHMETIC: Record<Arithmetic, (a: BigFloat, b: BigFloat) => BigFloat> = {
  '+': (a, b) => a.add(b),
  '-': (a, b) => a.subtract(b),
  '*': (a, b) => a.multiply(b),
  '/': (a, b) => a.divide(b),
  '%': (a, b) => a.remainder(b),
};
const ORDERING: Record<Ordering, (order: number) => boolean> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

export function evaluateUnary(
  node: UnaryExpression,
  scope: Scope,
  diagnostics: Diagnostics,
  evaluate: Evaluate,
): Value {
  const type = node.operator === '-' ? NUMBER : BOOL;
  const value = operand(
    evaluate(node.operand, scope, diagnostics),
    type,
    node.operand,
    `the operand of ${node.operator}`,
    diagnostics,
  );
  if (!value?.isKnown) return Value.unknown(type).withMarks(value?.marks ?? []);
  return (node.operator === '-' ? Value.number(value.numeric.negate()) : Value.bool(!value.truth)).withMarks(
    value.marks,
  );
}

export function evaluateBinary(
  node: BinaryExpression,
  scope: Scope,
  diagnostics: Diagnostics,
  evaluate: Evaluate,
): Value {
  const { operator } = node;
  if (operator === '&&' || operator === '||') return evaluateLogical(node, operator, scope, diagnostics, evaluate);
  const left = evaluate(node.left, scope, diagnostics);
  const right = evaluate(node.right, scope, diagnostics);
  const marks = marksOf(left, right);
  if (operator === '==' || operator === '!=') {
    const nested = [...left.deepMarks(), ...right.deepMarks()];
    const equal = valuesEqual(left, right);
    return (equal === undefined ? Value.unknown(BOOL) : Value.bool(equal === (operator === '=='))).withMarks(nested);
  }
  const a = operand(left, NUMBER, node.left, `the left operand of ${operator}`, diagnostics);
  const b = operand(right, NUMBER, node.right, `the right operand of ${operator}`, diagnostics);
  const type = operator in ARITHMETIC ? NUMBER : BOOL;
  if (!a?.isKnown || !b?.isKnown) return Value.unknown(type).withMarks(marks);
  return compute(node, operator, a, b, diagnostics).withMarks(marks);
}

function compute(
  node: BinaryExpression,
  operator: Exclude<BinaryOperator, '&&' | '||' | '==' | '!='>,
  a: Value,
  b: Value,
  diagnostics: Diagnostics,
): Value {
  if (operator in ORDERING) return Value.bool(ORDERING[operator as Ordering](a.numeric.compare(b.numeric)));
  try {
    return Value.number(ARITHMETIC[operator as Arithmetic](a.numeric, b.numeric));
  } catch (error) {
    if (!(error instanceof NotANumberError)) throw error;
    diagnostics.error('hcl/not-a-number', 'the result is not a number', {
      subject: node.range,
      detail: `${shown(a)} ${operator} ${shown(b)} has no value.`,
    });
    return Value.unknown(NUMBER);
  }
}

function shown(operand: Value): string {
  return operand.isSensitive ? 'a secret' : operand.numeric.toString();
}

/**
 * The first side that decides the result makes the faults of the other one disappear; yet a value of the wrong type is
 * always refused. For `&&` null decides like false.
 */
function evaluateLogical(
  node: BinaryExpression,
  operator: '&&' | '||',
  scope: Scope,
  diagnostics: Diagnostics,
  evaluate: Evaluate,
): Value {
  const sides = ([node.left, node.right] as const).map((expression, i) => {
    const faults = new Diagnostics();
    const value = evaluate(expression, scope, faults);
    const what = `the ${i === 0 ? 'left' : 'right'} operand of ${operator}`;
    return { expression, what, faults, value: convertOperand(value, BOOL, expression, what, diagnostics) };
  });
  const marks = marksOf(...sides.flatMap(({ value }) => (value ? [value] : [])));
  if (sides.some(({ value }) => value === undefined)) return Value.unknown(BOOL).withMarks(marks);
  const decisive = sides.find(({ value }) => {
    if (!value?.isKnown) return false;
    return operator === '&&' ? value.isNull || !value.truth : !value.isNull && value.truth;
  });
  if (decisive) {
    diagnostics.add(decisive.faults.list);
    return Value.bool(operator === '||').withMarks(marks);
  }
  for (const { faults } of sides) diagnostics.add(faults.list);
  const values = sides.map(({ value, expression, what }) =>
    operand(value as Value, BOOL, expression, what, diagnostics),
  );
  if (values.some((value) => !value?.isKnown)) return Value.unknown(BOOL).withMarks(marks);
  return Value.bool(operator === '&&').withMarks(marks);
}
