import type { Diagnostics } from '../diagnostic.js';
import type { Expression, ObjectExpression, TupleExpression, VariableExpression } from '../syntax/ast.js';
import { BigFloat } from '../values/number.js';
import { STRING } from '../values/type.js';
import { Value, type Mark } from '../values/value.js';
import { evaluateAttributeAccess, evaluateIndexAccess } from './access.js';
import { evaluateCall } from './call.js';
import { evaluateConditional } from './conditional.js';
import { evaluateFor } from './for.js';
import { MAX_DEPTH, MAX_WEIGHT, Scales, fullBudget, refuseDepth, refuseSize } from './limits.js';
import { explain } from './involved.js';
import { didYouMean } from './near.js';
import { operand } from './operands.js';
import { evaluateBinary, evaluateUnary } from './operators.js';
import type { Scope } from './scope.js';
import { evaluateSplat } from './splat.js';
import { evaluateTemplate } from './template.js';

/**
 * Evaluates an expression. Never throws for what a template can get wrong: faults become diagnostics, and what cannot be
 * computed is unknown.
 */
export function evaluate(expression: Expression, scope: Scope, diagnostics: Diagnostics): Value {
  Object.assign(scope.budget, fullBudget());
  return step(expression, scope, diagnostics);
}

/** One node, within the limits of depth and size. */
function step(node: Expression, scope: Scope, diagnostics: Diagnostics): Value {
  if (scope.budget.depth <= 0) {
    refuseDepth(node.range, diagnostics);
    return Value.unknown();
  }
  scope.budget.depth--;
  const before = diagnostics.list.length;
  const value = evaluateNode(node, scope, diagnostics);
  scope.budget.depth++;
  explain(node, scope, diagnostics, before);
  // Everything else hands on what is there already, or has weighed its parts.
  if (node.kind !== 'call' && node.kind !== 'splat') return value;
  if (value.depth > MAX_DEPTH) {
    refuseDepth(node.range, diagnostics);
    return Value.unknown();
  }
  if (value.weight <= MAX_WEIGHT) return value;
  refuseSize(node.range, diagnostics);
  return Value.unknown();
}

function evaluateNode(node: Expression, scope: Scope, diagnostics: Diagnostics): Value {
  switch (node.kind) {
    case 'number':
      return Value.number(BigFloat.parse(node.text) ?? BigFloat.ZERO);
    case 'keyword':
      return node.value === null ? Value.null() : Value.bool(node.value);
    case 'template':
      return evaluateTemplate(node, scope, diagnostics, step);
    case 'variable':
      return evaluateVariable(node, scope, diagnostics);
    case 'attribute-access':
      return evaluateAttributeAccess(node, scope, diagnostics, step);
    case 'index-access':
      return evaluateIndexAccess(node, scope, diagnostics, step);
    case 'splat':
      return evaluateSplat(node, scope, diagnostics, step);
    case 'call':
      return evaluateCall(node, scope, diagnostics, step);
    case 'unary':
      return evaluateUnary(node, scope, diagnostics, step);
    case 'binary':
      return evaluateBinary(node, scope, diagnostics, step);
    case 'conditional':
      return evaluateConditional(node, scope, diagnostics, step);
    case 'tuple':
      return evaluateTuple(node, scope, diagnostics);
    case 'object':
      return evaluateObject(node, scope, diagnostics);
    case 'for':
      return evaluateFor(node, scope, diagnostics, step);
    case 'parentheses':
      return step(node.inner, scope, diagnostics);
  }
}

function evaluateVariable(node: VariableExpression, scope: Scope, diagnostics: Diagnostics): Value {
  const value = scope.variable(node.name);
  if (value) return value;
  const names = scope.names();
  const suggestion = didYouMean(node.name, names);
  diagnostics.error('hcl/unknown-variable', 'unknown name', {
    subject: node.range,
    detail: names.length === 0 ? 'Nothing can be referred to here.' : `There is nothing named \`${node.name}\` here.`,
    ...(suggestion && { suggestion }),
  });
  return Value.unknown();
}

function evaluateTuple(node: TupleExpression, scope: Scope, diagnostics: Diagnostics): Value {
  const scales = new Scales();
  const items: Value[] = [];
  for (const item of node.items) {
    const value = step(item, scope, diagnostics);
    if (!scales.accepts(value, node.range, diagnostics)) return Value.unknown();
    items.push(value);
  }
  return Value.tuple(items);
}

/** Later items of the same key win. An unknown key makes the whole object unknown. */
function evaluateObject(node: ObjectExpression, scope: Scope, diagnostics: Diagnostics): Value {
  const entries: [string, Value][] = [];
  const marks = new Set<Mark>();
  const scales = new Scales();
  let unknown = false;
  for (const item of node.items) {
    const key =
      item.bareKey === undefined
        ? operand(step(item.key, scope, diagnostics), STRING, item.key, 'the key', diagnostics)
        : Value.string(item.bareKey);
    const value = step(item.value, scope, diagnostics);
    if (!scales.accepts(value, node.range, diagnostics)) return Value.unknown();
    for (const mark of key?.marks ?? []) marks.add(mark);
    if (key?.isKnown) entries.push([key.text, value]);
    else unknown = true;
  }
  return (unknown ? Value.unknown() : Value.object(entries)).withMarks(marks);
}
