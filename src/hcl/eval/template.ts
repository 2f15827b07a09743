import type { Diagnostics } from '../diagnostic.js';
import type { Expression, TemplateExpression, TemplateFor, TemplateIf, TemplatePart } from '../syntax/ast.js';
import { STRING } from '../values/type.js';
import { ConversionError, convert } from '../values/convert.js';
import { Value, type Mark } from '../values/value.js';
import { truthOf } from './conditional.js';
import { bind, rounds } from './for.js';
import type { Evaluate } from './function.js';
import { MAX_WEIGHT, refuseSize } from './limits.js';
import type { Scope } from './scope.js';
import { valueInWords } from './words.js';

/** What rendering has found so far. */
interface Output {
  text: string;
  known: boolean;
  readonly marks: Set<Mark>;
}

export function evaluateTemplate(
  node: TemplateExpression,
  scope: Scope,
  diagnostics: Diagnostics,
  evaluate: Evaluate,
): Value {
  const [only] = node.parts;
  if (node.isWrap && only?.kind === 'interpolation') return evaluate(only.expression, scope, diagnostics);
  const output: Output = { text: '', known: true, marks: new Set() };
  render(node.parts, scope, diagnostics, evaluate, output);
  if (output.text.length > MAX_WEIGHT) {
    refuseSize(node.range, diagnostics);
    output.known = false;
  }
  return (output.known ? Value.string(output.text) : Value.unknown(STRING).neverNull()).withMarks(output.marks);
}

function render(
  parts: readonly TemplatePart[],
  scope: Scope,
  diagnostics: Diagnostics,
  evaluate: Evaluate,
  output: Output,
): void {
  for (const part of parts) {
    if (output.text.length > MAX_WEIGHT) return;
    switch (part.kind) {
      case 'literal':
        output.text += part.value;
        break;
      case 'interpolation':
        append(evaluate(part.expression, scope, diagnostics), part.expression, diagnostics, output);
        break;
      case 'if':
        renderIf(part, scope, diagnostics, evaluate, output);
        break;
      case 'for':
        renderFor(part, scope, diagnostics, evaluate, output);
        break;
    }
  }
}

function append(value: Value, expression: Expression, diagnostics: Diagnostics, output: Output): void {
  for (const mark of value.deepMarks()) output.marks.add(mark);
  const refuse = (detail: string, suggestion?: string) => {
    diagnostics.error('hcl/invalid-template-value', 'not a value for a template', {
      subject: expression.range,
      detail,
      ...(suggestion && { suggestion }),
    });
  };
  if (value.isKnown && value.isNull) return refuse('This value is null and cannot be put into a string.');
  // What is not known may yet turn out to have a text.
  if (!value.isKnown) {
    output.known = false;
    return;
  }
  try {
    output.text += convert(value, STRING).text;
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error;
    refuse(`This is ${valueInWords(value)}, which has no text.`, '`jsonencode` or `join` make a text of it');
  }
}

function renderIf(part: TemplateIf, scope: Scope, diagnostics: Diagnostics, evaluate: Evaluate, output: Output): void {
  const condition = truthOf(part.condition, scope, diagnostics, evaluate);
  for (const mark of condition?.marks ?? []) output.marks.add(mark);
  if (!condition?.isKnown) output.known = false;
  else render(condition.truth ? part.then : part.else, scope, diagnostics, evaluate, output);
}

function renderFor(
  part: TemplateFor,
  scope: Scope,
  diagnostics: Diagnostics,
  evaluate: Evaluate,
  output: Output,
): void {
  const collection = evaluate(part.collection, scope, diagnostics);
  for (const mark of collection.marks) output.marks.add(mark);
  const list = rounds(collection, part.collection, scope, diagnostics);
  if (!list) {
    output.known = false;
    return;
  }
  const before = diagnostics.list.length;
  for (const round of list) {
    render(part.body, scope.child(bind(part, round)), diagnostics, evaluate, output);
    // The same fault in every further round says nothing new.
    if (diagnostics.list.length > before || output.text.length > MAX_WEIGHT) return;
  }
}
