import { Diagnostics } from '../hcl/diagnostic.js';
import { isJsonBody, jsonExpression } from '../hcl/json-syntax/parser.js';
import type { Body, Expression } from '../hcl/syntax/ast.js';

/** Every expression of a body and of the blocks in it. */
export function* expressionsOf(body: Body): Generator<Expression> {
  if (isJsonBody(body)) {
    // Faults in strings are told when the body is read.
    const unheard = new Diagnostics();
    for (const { key, value } of body.objects.flatMap(({ properties }) => properties))
      if (key.value !== '//') yield jsonExpression(value, body.meaning, unheard);
    return;
  }
  for (const item of body.items) {
    if (item.kind === 'attribute') yield item.expression;
    else yield* expressionsOf(item.body);
  }
}
