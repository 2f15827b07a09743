import type { Expression, ObjectItem } from './ast.js';
import { parseFor } from './for.js';
import type { Reader } from './reader.js';
import type { Token } from './tokens.js';

/** `{ key = value, … }` or `{for …}`. Between items a newline counts as a comma does. */
export function parseObject(reader: Reader): Expression {
  const open = reader.next();
  const isLoop = reader.withNewlines(false, () => reader.isWord('for'));
  if (isLoop) return reader.withNewlines(false, () => parseFor(reader, open, 'object'));
  return reader.withNewlines(true, () => {
    const items: ObjectItem[] = [];
    let height = 0;
    for (;;) {
      while (reader.take('newline') !== undefined);
      const close = reader.take('}');
      if (close !== undefined) {
        reader.grow(height);
        return { kind: 'object', items, range: reader.lines.range(open.start, close.end) };
      }
      items.push(parseItem(reader, open));
      height = Math.max(height, reader.height);
      const token = reader.peek();
      if (token.kind === ',' || token.kind === 'newline') reader.next();
      else if (token.kind !== '}') {
        refuse(reader, open, token, 'hcl/missing-comma', 'comma or newline expected', {
          detail: `Items of an object are separated by a comma or a newline; there is ${reader.describe(token)}.`,
        });
      }
    }
  });
}

function parseItem(reader: Reader, open: Token): ObjectItem {
  const first = reader.peek();
  if (first.kind === 'end') refuse(reader, open, first, 'hcl/missing-expression', 'key expected', {});
  const key = reader.grammar.expression(reader);
  const height = reader.height;
  const sign = reader.peek();
  if (sign.kind !== '=' && sign.kind !== ':') {
    refuse(reader, open, sign, 'hcl/missing-object-value', 'key without a value', {
      detail: `\`=\` and a value must follow the key, not ${reader.describe(sign)}.`,
      ...(sign.kind === ',' || sign.kind === '}' ? { suggestion: 'for a list write `[ ]` in place of `{ }`' } : {}),
    });
  }
  reader.next();
  checkKey(reader, key);
  const value = reader.grammar.expression(reader);
  reader.grow(Math.max(height, reader.height) - 1);
  if (key.kind === 'variable') return { key, bareKey: key.name, value };
  if (key.kind === 'keyword') {
    const name = String(key.value);
    return { key: { kind: 'variable', name, range: key.range }, bareKey: name, value };
  }
  return { key, value };
}

/** `a.b = 1` could mean the text or the value of `a.b`. */
function checkKey(reader: Reader, key: Expression): void {
  let root: Expression = key;
  while (root.kind === 'attribute-access' || (root.kind === 'index-access' && isConstant(root.index)))
    root = root.object;
  if (root === key || root.kind !== 'variable') return;
  reader.report(key.range, 'hcl/ambiguous-object-key', 'ambiguous key', {
    detail: 'It is not clear whether this key is a text or refers to a value.',
    suggestion: `write \`(${reader.text.slice(key.range.start.offset, key.range.end.offset)})\` for the value, or quotes for the text`,
  });
}

function isConstant(index: Expression): boolean {
  if (index.kind === 'keyword') return true;
  return index.kind === 'number' || (index.kind === 'template' && index.parts.every((part) => part.kind === 'literal'));
}

function refuse(
  reader: Reader,
  open: Token,
  token: Token,
  code: string,
  summary: string,
  rest: { detail?: string; suggestion?: string },
): never {
  if (token.kind === 'end') {
    const openRange = reader.rangeOf(open);
    reader.fail(token, 'hcl/unclosed-bracket', 'unclosed bracket', {
      detail: `The file ends before the \`}\` for the \`{\` on line ${openRange.start.line}.`,
      context: openRange,
      suggestion: 'add the closing `}`',
    });
  }
  reader.fail(token, code, summary, { ...rest, context: reader.lines.range(open.start, token.end) });
}
