import { Diagnostics } from '../diagnostic.js';
import type { Expression, ForExpression } from '../syntax/ast.js';
import { BigFloat } from '../values/number.js';
import { BOOL, STRING, describeType } from '../values/type.js';
import { Value, type Mark } from '../values/value.js';
import type { Evaluate } from './function.js';
import { involved, operand } from './operands.js';
import type { Scope } from './scope.js';

/** One round of a loop. */
export interface Round {
  readonly key: Value;
  readonly value: Value;
}

/**
 * The rounds over a collection, keys in order; undefined where it is not known or, with a diagnostic, cannot be gone over.
 * Also bounds how much one evaluation may loop.
 */
export function rounds(
  collection: Value,
  expression: Expression,
  scope: Scope,
  diagnostics: Diagnostics,
): Round[] | undefined {
  const refuse = (detail: string) => {
    diagnostics.error('hcl/invalid-for', 'a loop over what is no collection', {
      subject: expression.range,
      detail,
      ...involved(expression, collection),
    });
    return undefined;
  };
  if (!collection.isKnown) {
    const { kind } = collection.type;
    return kind === 'string' || kind === 'number' || kind === 'bool' ? refuse(`A ${kind} has no elements.`) : undefined;
  }
  if (collection.isNull) return refuse('This collection is null.');
  const { kind } = collection.type;
  let list: Round[];
  if (kind === 'map' || kind === 'object')
    list = [...collection.entries].map(([key, value]) => ({ key: Value.string(key), value }));
  else if (kind === 'set') list = collection.items.map((value) => ({ key: value, value }));
  else if (kind === 'list' || kind === 'tuple')
    list = collection.items.map((value, i) => ({ key: Value.number(BigFloat.fromInteger(BigInt(i))), value }));
  else return refuse(`A ${describeType(collection.type)} has no elements.`);
  scope.budget.steps -= list.length;
  if (scope.budget.steps < 0) {
    diagnostics.error('hcl/too-much-work', 'the loops take too long', {
      subject: expression.range,
      detail: 'One expression may go through ten million rounds of loops.',
    });
    return undefined;
  }
  return list;
}

/** The names of a loop, bound for one round. */
export function bind(node: { readonly keyName?: string; readonly valueName: string }, round: Round): [string, Value][] {
  const value: [string, Value] = [node.valueName, round.value];
  return node.keyName === undefined ? [value] : [[node.keyName, round.key], value];
}

export function evaluateFor(node: ForExpression, scope: Scope, diagnostics: Diagnostics, evaluate: Evaluate): Value {
  const collection = evaluate(node.collection, scope, diagnostics);
  const marks = new Set<Mark>(collection.marks);
  const list = rounds(collection.withoutMarks(), node.collection, scope, diagnostics);
  if (!list) return Value.unknown().withMarks(marks);
  if (node.condition && !checkCondition(node, node.condition, scope, diagnostics, evaluate))
    return Value.unknown().withMarks(marks);
  const kept: Scope[] = [];
  for (const round of list) {
    const inner = scope.child(bind(node, round));
    const chosen = node.condition ? condition(node.condition, inner, marks, diagnostics, evaluate) : true;
    if (chosen === undefined) return Value.unknown().withMarks(marks);
    if (chosen) kept.push(inner);
    if (diagnostics.hasErrors && node.condition) return Value.unknown().withMarks(marks);
  }
  const result =
    node.result === 'tuple'
      ? tupleOf(node, kept, diagnostics, evaluate)
      : objectOf(node, kept, marks, diagnostics, evaluate);
  return result.withMarks(marks);
}

/** A condition that cannot hold for any element is a fault even where there is no element. */
function checkCondition(
  node: ForExpression,
  expression: Expression,
  scope: Scope,
  diagnostics: Diagnostics,
  evaluate: Evaluate,
): boolean {
  const faults = new Diagnostics();
  const inner = scope.child(bind(node, { key: Value.unknown(), value: Value.unknown() }));
  operand(evaluate(expression, inner, faults), BOOL, expression, 'the condition of the loop', faults);
  diagnostics.add(faults.list);
  return !faults.hasErrors;
}

function condition(
  expression: Expression,
  inner: Scope,
  marks: Set<Mark>,
  diagnostics: Diagnostics,
  evaluate: Evaluate,
): boolean | undefined {
  const value = operand(
    evaluate(expression, inner, diagnostics),
    BOOL,
    expression,
    'the condition of the loop',
    diagnostics,
  );
  if (!value?.isKnown) return undefined;
  for (const mark of value.marks) marks.add(mark);
  return value.truth;
}

function tupleOf(node: ForExpression, scopes: readonly Scope[], diagnostics: Diagnostics, evaluate: Evaluate): Value {
  return Value.tuple(scopes.map((inner) => evaluate(node.value, inner, diagnostics)));
}

function objectOf(
  node: ForExpression,
  scopes: readonly Scope[],
  marks: Set<Mark>,
  diagnostics: Diagnostics,
  evaluate: Evaluate,
): Value {
  const groups = new Map<string, Value[]>();
  let unknown = false;
  const keyExpression = node.key as Expression;
  for (const inner of scopes) {
    const key = operand(evaluate(keyExpression, inner, diagnostics), STRING, keyExpression, 'the key', diagnostics);
    const value = evaluate(node.value, inner, diagnostics);
    if (!key?.isKnown) {
      unknown = true;
      continue;
    }
    for (const mark of key.marks) marks.add(mark);
    const group = groups.get(key.text);
    if (!group) groups.set(key.text, [value]);
    else if (node.grouping) group.push(value);
    else {
      const shown =
        key.isSensitive || marks.has('sensitive')
          ? 'Two elements have the same key'
          : `Two elements have the key \`${key.text}\``;
      diagnostics.error('hcl/duplicate-key', 'duplicate key', {
        subject: keyExpression.range,
        context: node.range,
        detail: `${shown}; keys of an object are unique.`,
        suggestion: 'write `...` behind the value to collect the values of equal keys in lists',
      });
      return Value.unknown();
    }
  }
  if (unknown) return Value.unknown();
  return Value.object(
    [...groups].map(([key, values]) => [key, node.grouping ? Value.tuple(values) : (values[0] as Value)]),
  );
}
