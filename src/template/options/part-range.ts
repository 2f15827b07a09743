import type { SourceRange } from '../../hcl/source.js';
import type { Expression } from '../../hcl/syntax/ast.js';

/** The span of the part of a literal that `path` (`[0]`, `.a[1]`) leads to, as far as it is written out. */
export function partRange(expression: Expression | undefined, path: string): SourceRange | undefined {
  let at = expression;
  for (const [, index, name] of path.matchAll(/\[(\d+)\]|\.([^.[]+)|\["[^"]*"\]/g)) {
    if (at?.kind === 'tuple' && index !== undefined) at = at.items[Number(index)] ?? at;
    else if (at?.kind === 'object' && name !== undefined) {
      const item = at.items.find((candidate) => candidate.bareKey === name);
      if (!item) break;
      at = item.value;
    } else break;
  }
  return at?.range;
}
