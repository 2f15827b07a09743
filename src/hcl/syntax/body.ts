import type { SourceRange } from '../source.js';
import { rangeBetween } from '../source.js';
import type { Attribute, Block, BlockLabel, Body, BodyItem } from './ast.js';
import { plainString } from './quoted.js';
import type { Reader } from './reader.js';
import { SyntaxFault } from './reader.js';
import type { Token } from './tokens.js';

/** A whole file: arguments and blocks up to the end of the text. */
export function parseFileBody(reader: Reader): Body {
  const items: BodyItem[] = [];
  const start = reader.text.startsWith('\ufeff') ? 1 : 0;
  try {
    parseItems(reader, items, undefined);
  } finally {
    checkNames(reader, items);
  }
  return makeBody(items, reader.lines.range(start, reader.text.length));
}

/** Makes a body; `endRange` is the empty place behind the last item, or at the start of an empty body. */
export function makeBody(items: readonly BodyItem[], range: SourceRange): Body {
  const last = items[items.length - 1];
  const at = last === undefined ? range.start : last.range.end;
  return { items, range, endRange: { file: range.file, start: at, end: at }, syntax: 'native' };
}

/** Reads items up to a closing brace (consumed) or the end of the file; gives the brace, if there was one. */
function parseItems(reader: Reader, items: BodyItem[], header: SourceRange | undefined): Token | undefined {
  for (;;) {
    while (reader.take('newline') !== undefined);
    const token = reader.peek();
    if (token.kind === 'end') return undefined;
    if (token.kind === '}' && header !== undefined) return reader.next();
    const mark = reader.mark();
    try {
      parseItem(reader, items);
    } catch (fault) {
      if (!(fault instanceof SyntaxFault)) throw fault;
      if (reader.peek().kind === '}' && header === undefined) reader.next();
      reader.skipItem(mark);
    }
  }
}

function parseItem(reader: Reader, items: BodyItem[]): void {
  const name = reader.next();
  if (name.kind === 'open-quote') {
    reader.fail(name, 'hcl/quoted-name', 'quoted argument name', {
      detail: 'The name of an argument or the type of a block is written without quotes.',
      suggestion: 'remove the quotes',
    });
  }
  if (name.kind === '}') {
    reader.fail(name, 'hcl/unexpected-closing-brace', 'closing brace without a block', {
      detail: 'No block is open here that this `}` could end.',
      suggestion: 'remove it, or look for a brace too many in the lines above',
    });
  }
  if (name.kind !== 'identifier') {
    reader.fail(name, 'hcl/expected-item', 'argument or block expected', {
      detail: `An argument (\`name = value\`) or a block (\`type "label" {\`) must start here, not ${reader.describe(name)}.`,
    });
  }
  const after = reader.peek();
  switch (after.kind) {
    case '=':
      items.push(parseAttribute(reader, name));
      endItem(reader, 'argument');
      return;
    case '{':
    case 'identifier':
    case 'open-quote':
      items.push(parseBlock(reader, name));
      endItem(reader, 'block');
      return;
    default: {
      const word = reader.textOf(name);
      reader.fail(after.kind === 'invalid' ? after : name, 'hcl/expected-item', 'argument or block expected', {
        detail: `\`${word}\` is followed by ${reader.describe(after)}; an argument needs \`=\` and a value, a block needs \`{\`.`,
        suggestion: after.kind === ':' ? 'write `=` in place of `:`' : `write \`${word} = …\` or \`${word} { … }\``,
      });
    }
  }
}

function parseAttribute(reader: Reader, nameToken: Token): Attribute {
  const nameRange = reader.rangeOf(nameToken);
  reader.next();
  const value = reader.peek();
  if (value.kind === 'newline' || value.kind === 'end') {
    reader.fail(value, 'hcl/missing-value', 'missing value', {
      detail: `A value for \`${reader.textOf(nameToken)}\` must follow on this line.`,
      context: nameRange,
      suggestion: 'give a value, or remove the argument; to leave it unset write `null`',
    });
  }
  const expression = reader.grammar.expression(reader);
  return {
    kind: 'attribute',
    name: reader.textOf(nameToken),
    nameRange,
    expression,
    range: rangeBetween(nameRange, expression.range),
  };
}

function parseBlock(reader: Reader, typeToken: Token): Block {
  const type = reader.textOf(typeToken);
  const typeRange = reader.rangeOf(typeToken);
  const labels: BlockLabel[] = [];
  for (let token = reader.peek(); token.kind !== '{'; token = reader.peek()) {
    if (token.kind === 'identifier') {
      reader.next();
      labels.push({ value: reader.textOf(token), range: reader.rangeOf(token), quoted: false });
    } else if (token.kind === 'open-quote') {
      labels.push({ ...plainString(reader, 'a block label'), quoted: true });
    } else if (token.kind === '=') {
      reader.fail(token, 'hcl/expected-block-body', 'block body expected', {
        detail: `An argument has one name; \`${type}\` is followed by another word.`,
        context: typeRange,
        suggestion: 'write one word (with `_` or `-`) before the `=`',
      });
    } else {
      reader.fail(token, 'hcl/expected-block-body', 'block body expected', {
        detail: `The \`{\` of the block \`${type}\` must follow on this line, not ${reader.describe(token)}.`,
        context: typeRange,
        suggestion: 'end the line with `{`',
      });
    }
  }
  const headerRange = rangeBetween(typeRange, labels[labels.length - 1]?.range ?? typeRange);
  const open = reader.next();
  const items: BodyItem[] = [];
  const close = reader.nested(() =>
    ['newline', 'end', '}'].includes(reader.peek().kind)
      ? parseItems(reader, items, headerRange)
      : parseSingleLine(reader, items, type),
  );
  checkNames(reader, items);
  if (close === undefined) {
    // The blocks around this one are cut off by the same end of the file: one report is enough.
    if (!reader.isCutOff && !reader.diagnostics.list.some(({ code }) => code.startsWith('hcl/unclosed'))) {
      reader.report(headerRange, 'hcl/unclosed-block', 'unclosed block', {
        detail: `The file ends before the \`}\` of this block.`,
        suggestion: 'add the closing `}`, here or for a block inside',
      });
    }
  }
  const end = close === undefined ? reader.lines.position(reader.text.length) : reader.rangeOf(close).end;
  const body = makeBody(items, { file: typeRange.file, start: reader.rangeOf(open).start, end });
  if (items.length === 0) {
    const at = reader.rangeOf(open).end;
    return finish({ ...body, endRange: { file: typeRange.file, start: at, end: at } });
  }
  return finish(body);

  function finish(inside: Body): Block {
    return { kind: 'block', type, typeRange, labels, body: inside, headerRange, range: { ...typeRange, end } };
  }
}

/** `{ name = value }` on the line of the header: one argument, no block. */
function parseSingleLine(reader: Reader, items: BodyItem[], type: string): Token {
  const name = reader.next();
  if (name.kind !== 'identifier') {
    reader.fail(name, 'hcl/expected-item', 'argument expected', {
      detail: `Behind the \`{\` of a block stands the end of the line, or a single argument, not ${reader.describe(name)}.`,
      suggestion: 'start a new line behind `{`',
    });
  }
  if (reader.peek().kind !== '=') {
    reader.fail(name, 'hcl/single-line-block', 'single-line block with more than an argument', {
      detail: `A block on one line holds at most one argument; \`${reader.textOf(name)}\` is followed by ${reader.describe(reader.peek())}.`,
      suggestion: `put the content of \`${type}\` on lines of its own`,
    });
  }
  items.push(parseAttribute(reader, name));
  const close = reader.next();
  if (close.kind !== '}') {
    reader.fail(close, 'hcl/single-line-block', 'single-line block with more than an argument', {
      detail: `A block that starts with an argument behind its \`{\` must end behind it, on the same line; there is ${reader.describe(close)}.`,
      suggestion: `put the content of \`${type}\` on lines of its own`,
    });
  }
  return close;
}

function endItem(reader: Reader, what: 'argument' | 'block'): void {
  const token = reader.peek();
  if (token.kind === 'newline') {
    reader.next();
    return;
  }
  if (token.kind === 'end') return;
  reader.fail(token, 'hcl/missing-newline', `missing newline behind the ${what}`, {
    detail: `The line must end behind this ${what}; there is ${reader.describe(token)}.`,
    suggestion: token.kind === ',' ? 'remove the comma: arguments stand on lines of their own' : hintFor(token, what),
  });
}

function hintFor(token: Token, what: 'argument' | 'block'): string {
  if (token.kind === '}') return 'put the `}` on a line of its own';
  if (what === 'argument' && token.kind !== 'identifier')
    return 'start a new line, or put the expression in parentheses';
  return 'start a new line here';
}

function checkNames(reader: Reader, items: readonly BodyItem[]): void {
  const seen = new Map<string, Attribute>();
  for (const item of items) {
    if (item.kind !== 'attribute') continue;
    const first = seen.get(item.name);
    if (first === undefined) {
      seen.set(item.name, item);
      continue;
    }
    reader.report(item.nameRange, 'hcl/argument-set-twice', 'argument set twice', {
      detail: `\`${item.name}\` has its value on line ${first.nameRange.start.line} already.`,
      suggestion: 'remove one of the two',
    });
  }
}
