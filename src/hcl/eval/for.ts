import { Diagnostics } from '../diagnostic.js';
import type { Expression, ForExpression } from '../syntax/ast.js';
import { BigFloat } from '../values/number.js';
import { BOOL, STRING } from '../values/type.js';
import { Value, type Mark } from '../values/value.js';
import type { Evaluate } from './function.js';
import { Scales, refuseRounds } from './limits.js';
import { operand } from './operands.js';
import type { Scope } from './scope.js';
import { valueInWords } from './words.js';

/** One round of a loop. */
export interface Round {
  readonly key: Value;
  readonly value: Value;
}

/**
 * The rounds over a collection, keys in order, each with the marks of the whole. Undefined where it is not known or, with
 * a diagnostic, where it has no elements or the evaluation has looped too often.
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
    });
    return undefined;
  };
  if (!collection.isKnown) {
    const { kind } = collection.type;
    return kind === 'string' || kind === 'number' || kind === 'bool'
      ? refuse(`This is a ${kind}, which has no elements.`)
      : undefined;
  }
  if (collection.isNull) return refuse('This collection is null.');
  const { kind } = collection.type;
  const isMapping = kind === 'map' || kind === 'object';
  if (!isMapping && kind !== 'list' && kind !== 'set' && kind !== 'tuple')
    return refuse(`This is ${valueInWords(collection)}, which has no elements.`);
  const list = isMapping ? [...collection.entries] : [...collection.items.entries()];
  scope.budget.rounds -= list.length;
  if (scope.budget.rounds < 0) {
    refuseRounds(expression.range, diagnostics);
    return undefined;
  }
  return list.map(([key, item]) => {
    const value = item.withMarks(collection.marks);
    return { key: kind === 'set' ? value : keyValue(key).withMarks(collection.marks), value };
  });
}

function keyValue(key: string | number): Value {
  return typeof key === 'string' ? Value.string(key) : Value.number(BigFloat.fromNumber(key));
}

/** The names of a loop, bound for one round. */
export function bind(node: { readonly keyName?: string; readonly valueName: string }, round: Round): [string, Value][] {
  const value: [string, Value] = [node.valueName, round.value];
  return node.keyName === undefined ? [value] : [[node.keyName, round.key], value];
}

export function evaluateFor(node: ForExpression, scope: Scope, diagnostics: Diagnostics, evaluate: Evaluate): Value {
  const before = diagnostics.list.length;
  const collection = evaluate(node.collection, scope, diagnostics);
  const marks = new Set<Mark>(collection.marks);
  if (diagnostics.list.length > before) return Value.unknown().withMarks(marks);
  const list = rounds(collection, node.collection, scope, diagnostics);
  if (!list) return Value.unknown().withMarks(marks);
  if (node.condition && !checkCondition(node, node.condition, scope, diagnostics, evaluate))
    return Value.unknown().withMarks(marks);
  const result = node.result === 'tuple' ? new TupleResult() : new ObjectResult(node, marks, diagnostics);
  const scales = new Scales();
  for (const round of list) {
    // The same fault in every further round says nothing new, yet their values count for the type of the result.
    const found = diagnostics.list.length > before ? new Diagnostics() : diagnostics;
    const inner = scope.child(bind(node, round));
    const chosen = node.condition ? condition(node.condition, inner, marks, found, evaluate) : true;
    if (chosen === undefined) return Value.unknown().withMarks(marks);
    if (!chosen) continue;
    const key = node.key && keyOf(node.key, inner, found, evaluate);
    const value = evaluate(node.value, inner, found);
    if (!scales.accepts(value, node.range, diagnostics)) return Value.unknown();
    if (!result.add(value, key)) return Value.unknown();
  }
  return result.finish().withMarks(marks);
}

class TupleResult {
  readonly #values: Value[] = [];

  add(value: Value): boolean {
    this.#values.push(value);
    return true;
  }
  finish(): Value {
    return Value.tuple(this.#values);
  }
}

/** Values by key; equal keys are a fault, or are grouped where the loop says so. An unknown key makes all unknown. */
class ObjectResult {
  readonly #groups = new Map<string, Value[]>();
  #unknown = false;

  constructor(
    private readonly node: ForExpression,
    private readonly marks: Set<Mark>,
    private readonly diagnostics: Diagnostics,
  ) {}

  add(value: Value, key: Value | undefined): boolean {
    for (const mark of key?.marks ?? []) this.marks.add(mark);
    if (!key?.isKnown) {
      this.#unknown = true;
      return true;
    }
    const group = this.#groups.get(key.text);
    if (!group) this.#groups.set(key.text, [value]);
    else if (this.node.grouping) group.push(value);
    else return this.#refuse(key);
    return true;
  }

  finish(): Value {
    if (this.#unknown) return Value.unknown();
    const { grouping } = this.node;
    return Value.object(
      [...this.#groups].map(([key, values]) => [key, grouping ? Value.tuple(values) : (values[0] as Value)]),
    );
  }

  #refuse(key: Value): false {
    const shown = this.marks.has('sensitive') ? 'the same key' : `the key \`${key.text}\``;
    this.diagnostics.error('hcl/duplicate-key', 'duplicate key', {
      subject: (this.node.key ?? this.node).range,
      context: this.node.range,
      detail: `Two elements have ${shown}; keys of an object are unique.`,
      suggestion: 'write `...` behind the value to collect the values of equal keys in lists',
    });
    return false;
  }
}

function keyOf(expression: Expression, inner: Scope, diagnostics: Diagnostics, evaluate: Evaluate): Value | undefined {
  return operand(evaluate(expression, inner, diagnostics), STRING, expression, 'the key', diagnostics);
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
