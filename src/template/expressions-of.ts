import type { Body, Expression } from '../hcl/syntax/ast.js';

/** Every expression of a body and of the blocks in it. */
export function* expressionsOf(body: Body): Generator<Expression> {
  for (const item of body.items) {
    if (item.kind === 'attribute') yield item.expression;
    else yield* expressionsOf(item.body);
  }
}
