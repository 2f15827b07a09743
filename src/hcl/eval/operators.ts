import { Diagnostics } from '../diagnostic.js';
import type { BinaryExpression, BinaryOperator, Expression, UnaryExpression } from '../syntax/ast.js';
import { valuesEqual } from '../values/equal.js';
import { NotANumberError, type BigFloat } from '../values/number.js';
import { BOOL, NUMBER, type Type } from '../values/type.js';
import { Value, type Mark } from '../values/value.js';
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
  const before = diagnostics.list.length;
  const given = evaluate(node.operand, scope, diagnostics);
  const value = operand(given, type, node.operand, `the operand of ${node.operator}`, diagnostics);
  if (diagnostics.list.length > before || !value?.isKnown) return open(type, value?.marks ?? []);
  return (node.operator === '-' ? Value.number(value.numeric.negate()) : Value.bool(!value.truth)).withMarks(
    value.marks,
  );
}

/** The result of an operator while an operand is not known: never null. */
function open(type: Type, marks: Iterable<Mark>): Value {
  return Value.unknown(type).neverNull().withMarks(marks);
}

export function evaluateBinary(
  node: BinaryExpression,
  scope: Scope,
  diagnostics: Diagnostics,
  evaluate: Evaluate,
): Value {
  const { operator } = node;
  if (operator === '&&' || operator === '||') return evaluateLogical(node, operator, scope, diagnostics, evaluate);
  const before = diagnostics.list.length;
  const left = evaluate(node.left, scope, diagnostics);
  const right = evaluate(node.right, scope, diagnostics);
  const marks = marksOf(left, right);
  if (operator === '==' || operator === '!=') {
    const nested = [...left.deepMarks(), ...right.deepMarks()];
    if (diagnostics.list.length > before) return open(BOOL, nested);
    const equal = valuesEqual(left, right);
    return equal === undefined ? open(BOOL, nested) : Value.bool(equal === (operator === '==')).withMarks(nested);
  }
  const a = operand(left, NUMBER, node.left, `the left operand of ${operator}`, diagnostics);
  const b = operand(right, NUMBER, node.right, `the right operand of ${operator}`, diagnostics);
  if (!a?.isKnown || !b?.isKnown) return open(operator in ARITHMETIC ? NUMBER : BOOL, marks);
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

/** One side of a logical operator. */
interface Side {
  readonly expression: Expression;
  readonly what: string;
  readonly faults: Diagnostics;
  /** Undefined where the value is no bool. */
  readonly value: Value | undefined;
}

/**
 * The first side that decides the result makes the faults of the other one disappear; yet a value of the wrong type is
 * always refused. For `&&` null decides like false. Beside a side that cannot decide, an unknown one makes the result
 * unknown, and its own faults alone count.
 */
function evaluateLogical(
  node: BinaryExpression,
  operator: '&&' | '||',
  scope: Scope,
  diagnostics: Diagnostics,
  evaluate: Evaluate,
): Value {
  const side = (expression: Expression, name: string): Side => {
    const faults = new Diagnostics();
    const given = evaluate(expression, scope, faults);
    const what = `the ${name} operand of ${operator}`;
    return { expression, what, faults, value: convertOperand(given, BOOL, expression, what, diagnostics) };
  };
  const left = side(node.left, 'left');
  const right = side(node.right, 'right');
  const sides = [left, right];
  const marks = marksOf(...sides.flatMap(({ value }) => (value ? [value] : [])));
  const decides = ({ value }: Side) =>
    value?.isKnown === true && (operator === '&&' ? value.isNull || !value.truth : !value.isNull && value.truth);
  const decisive = left.value && right.value ? sides.find(decides) : undefined;
  if (decisive) {
    diagnostics.add(decisive.faults.list);
    return Value.bool(operator === '||').withMarks(marks);
  }
  const waiting = waitingSide(left, right);
  if (waiting) {
    diagnostics.add(waiting.faults.list);
    return open(BOOL, marks);
  }
  for (const { faults } of sides) diagnostics.add(faults.list);
  for (const { value, expression, what } of sides) if (value) operand(value, BOOL, expression, what, diagnostics);
  return sides.every(({ value }) => value?.isKnown && !value.isNull)
    ? Value.bool(operator === '&&').withMarks(marks)
    : open(BOOL, marks);
}

/** Of sides that do not decide, the one whose value the result waits for. */
function waitingSide(left: Side, right: Side): Side | undefined {
  if (!left.value || !right.value) return undefined;
  if (left.value.isKnown && right.value.isKnown) return undefined;
  if (left.value.isKnown) return right;
  return !right.value.isKnown && left.faults.hasErrors ? undefined : left;
}
