import type { Diagnostics } from '../hcl/diagnostic.js';
import { evaluate } from '../hcl/eval/evaluate.js';
import type { Scope } from '../hcl/eval/scope.js';
import { isJsonBody } from '../hcl/json-syntax/parser.js';
import type { Block, Body, Expression } from '../hcl/syntax/ast.js';
import type { Value } from '../hcl/values/value.js';
import { bodySchema, readBody, type Iterators } from '../template/body.js';
import { dynamicBlocks } from '../template/dynamic.js';

/** Evaluates the options of a component whose plugin is not there: references and functions can still be wrong. */
export function evaluateUnchecked(
  body: Body,
  scope: Scope,
  iterators: Iterators,
  ignored: readonly string[],
  diagnostics: Diagnostics,
): void {
  const evaluateWith = (expression: Expression, inner: Iterators): Value =>
    evaluate(expression, scope.child(inner), diagnostics);
  const attributes: string[] = [];
  const blocks: Record<string, readonly string[]> = {};
  // In JSON nothing tells blocks from arguments without a schema: everything is an expression.
  if (isJsonBody(body)) {
    const names = body.objects.flatMap(({ properties }) => properties.map(({ key }) => key.value));
    attributes.push(...names.filter((name) => name !== 'dynamic'));
  }
  for (const item of body.items) {
    if (item.kind === 'attribute') attributes.push(item.name);
    else if (item.type !== 'dynamic') blocks[item.type] = labelsOf(item);
    else if (item.labels[0]) blocks[item.labels[0].value] = [];
  }
  const content = readBody(body, bodySchema(attributes, blocks), diagnostics, {
    iterators,
    partial: true,
    expand: dynamicBlocks(evaluateWith),
  });
  for (const { name, expression } of content.attributes.values())
    if (!ignored.includes(name)) evaluateWith(expression, iterators);
  for (const block of content.blocks) evaluateUnchecked(block.body, scope, block.iterators, [], diagnostics);
}

function labelsOf(block: Block): string[] {
  return block.labels.map(({ value }) => value);
}
