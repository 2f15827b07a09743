import { references, type Reference } from '../../hcl/eval/references.js';
import { isJsonBody } from '../../hcl/json-syntax/parser.js';
import type { Block, Body, Expression } from '../../hcl/syntax/ast.js';
import { expressionsOf } from '../../template/expressions-of.js';

/** The root name of references to what other builds make. */
export const ARTIFACT = 'artifact';

/** Uses of `artifact` in a body and the blocks in it; iterators of that name hide it. */
export function artifactUsesIn(body: Body): Reference[] {
  if (isJsonBody(body)) return [...expressionsOf(body)].flatMap(usesIn);
  return body.items.flatMap((item) => {
    if (item.kind === 'attribute') return usesIn(item.expression);
    return bindsArtifact(item) ? item.body.items.flatMap(outsideContent) : artifactUsesIn(item.body);
  });
}

const usesIn = (expression: Expression): Reference[] => references(expression).filter(({ root }) => root === ARTIFACT);

/** Of a `dynamic` block, what is evaluated before its iterator is there. */
const outsideContent = (item: Body['items'][number]): Reference[] =>
  item.kind === 'attribute' && item.name === 'for_each' ? usesIn(item.expression) : [];

/** Whether this is a `dynamic` block whose iterator is named `artifact`. */
function bindsArtifact({ type, labels, body }: Block): boolean {
  if (type !== 'dynamic') return false;
  const iterator = body.items.find((item) => item.kind === 'attribute' && item.name === 'iterator');
  if (iterator?.kind !== 'attribute') return labels[0]?.value === ARTIFACT;
  return iterator.expression.kind === 'variable' && iterator.expression.name === ARTIFACT;
}
