import { Diagnostics } from '../diagnostic.js';
import type { SourceRange } from '../source.js';
import type { SplatExpression, SplatStep } from '../syntax/ast.js';
import { convert } from '../values/convert.js';
import type { Type } from '../values/type.js';
import { unify } from '../values/unify.js';
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
  const each = (element: Value) => applySteps(element, node.each, scope, diagnostics, evaluate);
  if (!source.isKnown) {
    if (type.kind === 'tuple') {
      return Value.tuple(type.elements.map((element) => each(Value.unknown(element)))).withMarks(source.marks);
    }
    if (type.kind !== 'list' && type.kind !== 'set') return Value.unknown().withMarks(source.marks);
    return Value.unknown({ kind: 'list', element: each(Value.unknown(type.element)).type }).withMarks(source.marks);
  }
  if (!isSequence) return Value.tuple([each(source)]).withMarks(source.marks);
  const before = diagnostics.list.length;
  const results = source.items.map((item) => {
    // The same fault in every further element says nothing new, yet their values count for the type of the result.
    const found = diagnostics.list.length > before ? new Diagnostics() : diagnostics;
    return applySteps(item.withMarks(source.marks), node.each, scope, found, evaluate);
  });
  return (type.kind === 'tuple' ? Value.tuple(results) : listOfResults(type, results, each)).withMarks(source.marks);
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

function listOfResults(
  type: Type & { kind: 'list' | 'set' | 'map' },
  results: readonly Value[],
  each: (element: Value) => Value,
): Value {
  if (results.length === 0) return Value.list(each(Value.unknown(type.element)).type, []);
  const element = unify(results.map((result) => result.type));
  return element
    ? Value.list(
        element,
        results.map((result) => convert(result, element)),
      )
    : Value.tuple(results);
}
