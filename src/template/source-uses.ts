import { Diagnostics } from '../hcl/diagnostic.js';
import { evaluate } from '../hcl/eval/evaluate.js';
import type { Scope } from '../hcl/eval/scope.js';
import type { SourceRange } from '../hcl/source.js';
import type { Attribute } from '../hcl/syntax/ast.js';
import { STRING, listOf } from '../hcl/values/type.js';
import { readBody, type ContentBlock } from './body.js';
import { convertOr, evaluateAs } from './constant.js';
import { messages } from './messages.js';
import { reportError } from './report.js';
import { SOURCE_USE } from './structure.js';
import type { SourceUse } from './template.js';
import { isIdentifier } from './variables.js';

/** The items of `sources`: an expression that gives a list of references as strings. */
export function readSourceList(
  attribute: Attribute,
  context: SourceRange,
  scope: Scope,
  diagnostics: Diagnostics,
): SourceUse[] {
  const { expression } = attribute;
  const found = new Diagnostics();
  const value = evaluate(expression, scope, found);
  diagnostics.add(found.list);
  if (found.hasErrors) return [];
  const list = convertOr(value, listOf(STRING), (reason) =>
    reportError(diagnostics, messages.unsuitableType('sources', 'a list of strings'), {
      subject: expression.range,
      detail: reason,
    }),
  );
  if (!list) return [];
  if (!list.isWhollyKnown) {
    reportError(diagnostics, messages.notKnownYet('sources'), { subject: expression.range });
    return [];
  }
  if (list.isNull) {
    reportError(diagnostics, messages.noSources(), { subject: expression.range, context });
    return [];
  }
  return list.items.flatMap((item, i) => {
    const range = (expression.kind === 'tuple' && expression.items[i]?.range) || expression.range;
    const reference = item.isNull ? undefined : parseReference(item.text);
    if (reference) return [{ ...reference, localName: reference.label, range }];
    reportError(diagnostics, messages.sourceReference(item.isNull ? 'null' : item.text), { subject: range, context });
    return [];
  });
}

/** A `source` block within a build. */
export function readSourceUse(block: ContentBlock, general: Scope, diagnostics: Diagnostics): SourceUse | undefined {
  const [label] = block.labels;
  if (!label) return undefined;
  const reference = parseReference(label.value);
  if (!reference) {
    reportError(diagnostics, messages.sourceReference(label.value), {
      subject: label.range,
      context: block.headerRange,
    });
    return undefined;
  }
  const { attributes } = readBody(block.body, SOURCE_USE, diagnostics, { partial: true });
  const attribute = attributes.get('name');
  const scope = general.child(block.iterators);
  const name =
    attribute &&
    evaluateAs(attribute, STRING, (expression) => evaluate(expression, scope, diagnostics), diagnostics)?.text;
  return {
    ...reference,
    localName: name ?? reference.label,
    addition: { body: block.body, iterators: block.iterators, headerRange: block.headerRange },
    range: label.range,
  };
}

/** `TYPE.NAME`, or the second and third part of a longer reference. */
function parseReference(text: string): { type: string; label: string } | undefined {
  const parts = text.split('.');
  const [type, label] = parts.length > 2 ? parts.slice(1, 3) : parts;
  if (type === undefined || label === undefined || !isIdentifier(type) || !isIdentifier(label)) return undefined;
  return { type, label };
}
