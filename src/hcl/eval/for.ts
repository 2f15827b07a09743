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
  return typeof key === 'string' ? Value.string(key) : Value.number(BigFloat.counted(key));
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
  const open = () => Value.unknown().withMarks(marks);
  if (!collection.isKnown && diagnostics.list.length > before) return open();
  const checked = diagnostics.list.length;
  const list = rounds(collection, node.collection, scope, diagnostics);
  if (diagnostics.list.length > checked || collection.type.kind === 'any') return open();
  if (node.condition && !checkCondition(node, node.condition, scope, diagnostics, evaluate)) return open();
  if (!list) return open();
  const result = node.result === 'tuple' ? new TupleResult() : new ObjectResult(node, marks, diagnostics);
  const scales = new Scales();
  let isOpen = false;
  for (const round of list) {
    // The same fault in every further round says nothing new, yet their values count for the type of the result.
    const found = diagnostics.list.length > before ? new Diagnostics() : diagnostics;
    const inner = scope.child(bind(node, round));
    const chosen = node.condition ? choose(node, node.condition, inner, marks, found, evaluate) : true;
    if (chosen === undefined) isOpen = true;
    if (!chosen) continue;
    // Where the result is open already, what is no key may count as one that is not known.
    const key = node.key && keyOf(node.key, inner, found, isOpen ? new Diagnostics() : found, evaluate);
    for (const mark of key?.marks ?? []) marks.add(mark);
    if (node.key && !key?.isKnown) {
      isOpen = true;
      continue;
    }
    const value = evaluate(node.value, inner, found);
    if (!scales.accepts(value, node.range, diagnostics)) return Value.unknown();
    result.add(value, key);
  }
  return isOpen ? open() : result.finish().withMarks(marks);
}

class TupleResult {
  readonly #values: Value[] = [];

  add(value: Value): void {
    this.#values.push(value);
  }
  finish(): Value {
    return Value.tuple(this.#values);
  }
}

/** Values by key; equal keys are a fault, or are grouped where the loop says so. */
class ObjectResult {
  readonly #groups = new Map<string, Value[]>();

  constructor(
    private readonly node: ForExpression,
    private readonly marks: Set<Mark>,
    private readonly diagnostics: Diagnostics,
  ) {}

  add(value: Value, key: Value | undefined): void {
    if (!key) return;
    const group = this.#groups.get(key.text);
    if (!group) this.#groups.set(key.text, [value]);
    else if (this.node.grouping) group.push(value);
    else this.#refuse(key);
  }

  finish(): Value {
    const { grouping } = this.node;
    return Value.object(
      [...this.#groups].map(([key, values]) => [key, grouping ? Value.tuple(values) : (values[0] as Value)]),
    );
  }

  #refuse(key: Value): void {
    const shown = this.marks.has('sensitive') ? 'the same key' : `the key \`${key.text}\``;
    this.diagnostics.error('hcl/duplicate-key', 'duplicate key', {
      subject: (this.node.key ?? this.node).range,
      context: this.node.range,
      detail: `Two elements have ${shown}; keys of an object are unique.`,
      suggestion: 'write `...` behind the value to collect the values of equal keys in lists',
    });
  }
}

/** An unknown key of whatever type stays one: it may yet convert. Undefined, with a diagnostic, for what is no key. */
function keyOf(
  expression: Expression,
  inner: Scope,
  diagnostics: Diagnostics,
  refusals: Diagnostics,
  evaluate: Evaluate,
): Value | undefined {
  const key = evaluate(expression, inner, diagnostics);
  return key.isKnown ? operand(key, STRING, expression, 'the key', refusals) : key;
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

/** Whether this round counts; undefined where that is not known, or faulty. */
function choose(
  node: ForExpression,
  expression: Expression,
  inner: Scope,
  marks: Set<Mark>,
  diagnostics: Diagnostics,
  evaluate: Evaluate,
): boolean | undefined {
  const given = evaluate(expression, inner, diagnostics);
  for (const mark of given.marks) marks.add(mark);
  // Of a tuple, an unknown of any type may yet turn out to be a bool.
  if (node.result === 'tuple' && !given.isKnown) return undefined;
  const value = operand(given, BOOL, expression, 'the condition of the loop', diagnostics);
  return value?.isKnown ? value.truth : undefined;
}
