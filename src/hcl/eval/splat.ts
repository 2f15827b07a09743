import { Diagnostics } from '../diagnostic.js';
import type { SourceRange } from '../source.js';
import type { SplatExpression, SplatStep } from '../syntax/ast.js';
import { sharedType } from '../values/collect.js';
import { listOf, tupleOf, type Type } from '../values/type.js';
import { Value } from '../values/value.js';
import { attributeOf, elementAt, legacyIndex } from './access.js';
import type { Evaluate } from './function.js';
import type { Scope } from './scope.js';

type Steps = { readonly each: readonly SplatStep[]; readonly markerRange: SourceRange };

/** `source[*].a`: the steps behind the star, applied to each element. Something that is no sequence counts as one element. */
export function evaluateSplat(
  node: SplatExpression,
  scope: Scope,
  diagnostics: Diagnostics,
  evaluate: Evaluate,
): Value {
  const before = diagnostics.list.length;
  const source = evaluate(node.source, scope, diagnostics);
  if (diagnostics.list.length > before) return Value.unknown();
  return splatOf(source, node, scope, diagnostics, evaluate);
}

function splatOf(source: Value, node: Steps, scope: Scope, diagnostics: Diagnostics, evaluate: Evaluate): Value {
  const { type } = source;
  const isSequence = type.kind === 'list' || type.kind === 'set' || type.kind === 'tuple';
  if (source.isKnown && source.isNull) {
    if (!isSequence) return Value.tuple([]).withMarks(source.marks);
    diagnostics.error('hcl/null-splat', 'splat of a null', {
      subject: node.markerRange,
      detail: 'The sequence is null; it has no elements to go over.',
    });
    return Value.unknown();
  }
  if (type.kind === 'any') return Value.unknown().withMarks(source.marks);
  const before = diagnostics.list.length;
  const each = (element: Value) => {
    // The same fault in every further element says nothing new, yet their values count for the type of the result.
    const found = diagnostics.list.length > before ? new Diagnostics() : diagnostics;
    return applySteps(element.withMarks(source.marks), node.each, scope, found, evaluate);
  };
  const typeOf = (element: Type, found = new Diagnostics()) =>
    applySteps(Value.unknown(element), node.each, scope, found, evaluate).type;
  if (!isSequence) {
    const only = each(source);
    if (diagnostics.list.length > before) return Value.unknown(tupleOf([typeOf(type)])).withMarks(source.marks);
    // An unknown that turns out to be null would have no element at all.
    return (source.isNeverNull ? Value.tuple([only]) : Value.unknown()).withMarks(source.marks);
  }
  const results = source.isKnown
    ? source.items.map(each)
    : (type.kind === 'tuple' ? type.elements : [type.element]).map((element) => each(Value.unknown(element)));
  const isFaulty = diagnostics.list.length > before;
  if (!source.isKnown || isFaulty) {
    const open =
      type.kind === 'tuple' ? tupleOf(type.elements.map((element) => typeOf(element))) : listOf(typeOf(type.element));
    return (isFaulty ? Value.unknown(open) : Value.unknown(open).neverNull()).withMarks(source.marks);
  }
  if (type.kind === 'tuple') return Value.tuple(results).withMarks(source.marks);
  const element = results.length === 0 ? typeOf(type.element, diagnostics) : sharedType(results);
  if (element) return Value.list(element, results).withMarks(source.marks);
  diagnostics.error('hcl/uneven-splat', 'elements of different types', {
    subject: node.markerRange,
    detail: 'The splat of a list or set is a list, but its elements would have different types.',
    suggestion: 'use `[for x in … : …]` instead, which gives a tuple',
  });
  return Value.unknown();
}

function applySteps(
  element: Value,
  steps: readonly SplatStep[],
  scope: Scope,
  diagnostics: Diagnostics,
  evaluate: Evaluate,
): Value {
  let value = element;
  for (const step of steps) {
    if (step.kind === 'index')
      value = elementAt(value, evaluate(step.index, scope, diagnostics), step.range, diagnostics);
    else if (step.kind === 'splat') value = splatOf(value, step, scope, diagnostics, evaluate);
    else if (step.legacyIndex) value = legacyIndex(value, step.name, step.range, diagnostics);
    else value = attributeOf(value, step.name, step.range, diagnostics);
  }
  return value;
}
