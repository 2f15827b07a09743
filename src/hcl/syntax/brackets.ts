import type { Expression } from './ast.js';
import { parseFor } from './for.js';
import type { Reader } from './reader.js';
import type { Token } from './tokens.js';

/** `( expression )`; newlines inside are blanks. */
export function parseParentheses(reader: Reader): Expression {
  return reader.withNewlines(false, () => {
    const open = reader.next();
    const inner = reader.grammar.expression(reader);
    const height = reader.height;
    const close = reader.next();
    if (close.kind !== ')') {
      reader.fail(close, 'hcl/unclosed-parentheses', 'unclosed parentheses', {
        detail: `The \`)\` for the \`(\` on line ${reader.rangeOf(open).start.line} must stand here, not ${reader.describe(close)}.`,
        context: reader.lines.range(open.start, close.end),
      });
    }
    reader.grow(height);
    return { kind: 'parentheses', inner, range: reader.lines.range(open.start, close.end) };
  });
}

/** `[ a, b ]` or `[for …]`. */
export function parseList(reader: Reader): Expression {
  return reader.withNewlines(false, () => {
    const open = reader.next();
    if (reader.isWord('for')) return parseFor(reader, open, 'tuple');
    const { items, close } = parseItems(reader, open, ']', 'list');
    return { kind: 'tuple', items, range: reader.lines.range(open.start, close.end) };
  });
}

/** `name(a, b...)`, where the name may have namespaces: `a::b(c)`. */
export function parseFunctionCall(reader: Reader): Expression {
  const first = reader.next();
  let last = first;
  let name = reader.textOf(first);
  while (reader.take('::') !== undefined) {
    last = reader.next();
    if (last.kind !== 'identifier') {
      reader.fail(last, 'hcl/missing-function-name', 'function name expected', {
        detail: `The name of a function must stand behind \`::\`, not ${reader.describe(last)}.`,
      });
    }
    name += `::${reader.textOf(last)}`;
  }
  const nameRange = reader.lines.range(first.start, last.end);
  return reader.withNewlines(false, () => {
    const open = reader.next();
    if (open.kind !== '(') {
      reader.fail(open, 'hcl/missing-arguments', 'arguments expected', {
        detail: `A name with \`::\` is a function: \`(\` must follow, not ${reader.describe(open)}.`,
      });
    }
    const { items, close, expand } = parseItems(reader, open, ')', 'arguments');
    const range = reader.lines.range(first.start, close.end);
    return {
      kind: 'call',
      name,
      nameRange,
      args: items,
      expandFinal: expand,
      closeRange: reader.rangeOf(close),
      range,
    };
  });
}

/** Expressions with commas between them, and behind the last one if wanted, up to the closing bracket. */
function parseItems(
  reader: Reader,
  open: Token,
  closer: ']' | ')',
  what: string,
): { items: Expression[]; close: Token; expand: boolean } {
  const items: Expression[] = [];
  let height = 0;
  for (;;) {
    const close = reader.take(closer);
    if (close !== undefined) {
      reader.grow(height);
      return { items, close, expand: false };
    }
    if (reader.peek().kind === 'end') refuse(reader, open, closer, what);
    items.push(reader.grammar.expression(reader));
    height = Math.max(height, reader.height);
    if (closer === ')' && reader.take('...') !== undefined) {
      const end = reader.next();
      reader.grow(height);
      if (end.kind === ')') return { items, close: end, expand: true };
      reader.fail(end, 'hcl/expansion-not-last', 'expansion that is not last', {
        detail: `\`...\` belongs to the last argument: \`)\` must follow, not ${reader.describe(end)}.`,
      });
    }
    if (reader.peek().kind !== closer && reader.take(',') === undefined) refuse(reader, open, closer, what);
  }
}

function refuse(reader: Reader, open: Token, closer: string, what: string): never {
  const token = reader.peek();
  const openRange = reader.rangeOf(open);
  if (token.kind === 'end') {
    reader.fail(token, 'hcl/unclosed-bracket', 'unclosed bracket', {
      detail: `The file ends before the \`${closer}\` for the \`${reader.textOf(open)}\` on line ${openRange.start.line}.`,
      context: openRange,
      suggestion: `add the closing \`${closer}\``,
    });
  }
  const starts = ['identifier', 'number', 'open-quote', 'open-heredoc', '[', '{', '(', '!'].includes(token.kind);
  reader.fail(token, 'hcl/missing-comma', `comma or \`${closer}\` expected`, {
    detail: `In the ${what} that start with the \`${reader.textOf(open)}\` on line ${openRange.start.line}, a comma or \`${closer}\` must follow, not ${reader.describe(token)}.`,
    context: reader.lines.range(open.start, token.end),
    ...(starts ? { suggestion: 'add a comma behind the item before' } : {}),
  });
}
