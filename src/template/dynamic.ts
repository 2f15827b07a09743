import type { Diagnostics } from '../hcl/diagnostic.js';
import type { SourceRange } from '../hcl/source.js';
import { expressionInString } from '../hcl/json-syntax/parser.js';
import type { Attribute, BlockLabel, Expression } from '../hcl/syntax/ast.js';
import { BigFloat } from '../hcl/values/number.js';
import { STRING } from '../hcl/values/type.js';
import { Value } from '../hcl/values/value.js';
import { convert } from '../hcl/values/convert.js';
import { bodySchema, readBody, reportBlock, type ContentBlock, type Expand, type Iterators } from './body.js';
import { messages } from './messages.js';
import { reportError } from './report.js';

type EvaluateWith = (expression: Expression, iterators: Iterators) => Value;

interface Expansion {
  readonly evaluate: EvaluateWith;
  readonly iterators: Iterators;
}

const WITH_LABELS = bodySchema(['for_each!', 'iterator', 'labels!'], { content: [] });
const WITHOUT_LABELS = bodySchema(['for_each!', 'iterator', 'labels'], { content: [] });

/** Expands `dynamic` blocks, in the order of their collections; `evaluate` sees the iterators around an expression. */
export function dynamicBlocks(evaluate: EvaluateWith): Expand {
  return (block, schema, { iterators, partial }, diagnostics) => {
    const expansion = { evaluate, iterators };
    const [label, ...others] = block.labels;
    if (!label || others.length > 0) {
      reportError(diagnostics, messages.dynamicType(), { subject: block.headerRange });
      return [];
    }
    const labelNames = schema.blocks.get(label.value);
    if (!labelNames) {
      if (!partial)
        reportBlock({ type: label.value, typeRange: label.range, headerRange: block.headerRange }, schema, diagnostics);
      return [];
    }
    const before = diagnostics.list.length;
    const { attributes, blocks } = readBody(
      block.body,
      labelNames.length > 0 ? WITH_LABELS : WITHOUT_LABELS,
      diagnostics,
      {
        header: block.headerRange,
      },
    );
    const [content, second] = blocks;
    if (!content) reportError(diagnostics, messages.dynamicContent(), { subject: block.headerRange });
    if (second) reportError(diagnostics, messages.dynamicContents(), { subject: second.headerRange });
    const iterator = iteratorName(attributes.get('iterator'), label.value, block.body.syntax === 'json', diagnostics);
    const labels = labelExpressions(attributes.get('labels'), labelNames.length, diagnostics);
    const forEach = attributes.get('for_each');
    if (diagnostics.list.length > before || !content || !forEach || !iterator || !labels) return [];
    const elements = elementsOf(forEach.expression, expansion, diagnostics);
    return elements.flatMap(([key, value]) => {
      const inner = new Map(expansion.iterators);
      inner.set(
        iterator,
        Value.object([
          ['key', key],
          ['value', value],
        ]),
      );
      const values = labels.map((expression) =>
        labelValue(expression, expansion.evaluate(expression, inner), diagnostics),
      );
      if (values.some((value) => value === undefined)) return [];
      const made: ContentBlock = {
        type: label.value,
        typeRange: label.range,
        labels: values as BlockLabel[],
        body: content.body,
        headerRange: block.headerRange,
        range: block.range,
        iterators: inner,
      };
      return [made];
    });
  };
}

function iteratorName(
  attribute: Attribute | undefined,
  fallback: string,
  isJson: boolean,
  diagnostics: Diagnostics,
): string | undefined {
  if (!attribute) return fallback;
  const { expression } = attribute;
  const name = isJson ? expressionInString(expression, diagnostics) : expression;
  if (name?.kind === 'variable') return name.name;
  reportError(diagnostics, messages.dynamicIterator(), { subject: expression.range });
  return undefined;
}

function labelExpressions(
  attribute: Attribute | undefined,
  wanted: number,
  diagnostics: Diagnostics,
): readonly Expression[] | undefined {
  if (!attribute) return [];
  const { expression } = attribute;
  if (expression.kind !== 'tuple') {
    reportError(diagnostics, messages.unsuitableType('labels', 'a list of strings'), { subject: expression.range });
    return undefined;
  }
  if (expression.items.length === wanted) return expression.items;
  const extra = expression.items[wanted];
  reportError(diagnostics, messages.dynamicLabels(wanted, expression.items.length), {
    subject: extra?.range ?? expression.range,
  });
  return undefined;
}

function labelValue(expression: Expression, value: Value, diagnostics: Diagnostics): BlockLabel | undefined {
  const refuse = (reason: string): undefined => {
    reportError(diagnostics, messages.dynamicLabel(reason), { subject: expression.range });
    return undefined;
  };
  if (!value.isKnown) return refuse('depends on something that is not known yet');
  if (value.isNull) return refuse('must not be null');
  if (!['string', 'number', 'bool'].includes(value.type.kind)) return refuse('must be a string');
  return { value: convert(value, STRING).text, range: expression.range, quoted: true };
}

/** Keys and values to go through; one pair of unknowns where the collection is not known. */
function elementsOf(expression: Expression, expansion: Expansion, diagnostics: Diagnostics): [Value, Value][] {
  const before = diagnostics.list.length;
  const value = expansion.evaluate(expression, expansion.iterators);
  if (diagnostics.list.length > before) return [];
  if (!value.isKnown) return [[Value.unknown(), Value.unknown()]];
  if (value.isNull) return refuse(expression.range, 'must not be null', diagnostics);
  switch (value.type.kind) {
    case 'list':
    case 'tuple':
      return value.items.map((item, i) => [Value.number(BigFloat.counted(i)), item.withMarks(value.marks)]);
    case 'set':
      return value.items.map((item) => [item, item.withMarks(value.marks)]);
    case 'map':
    case 'object':
      return [...value.entries].map(([key, item]) => [Value.string(key), item.withMarks(value.marks)]);
    default:
      return refuse(expression.range, `is a ${value.type.kind}`, diagnostics);
  }
}

function refuse(subject: SourceRange, reason: string, diagnostics: Diagnostics): [] {
  reportError(diagnostics, messages.dynamicForEach(reason), { subject });
  return [];
}
