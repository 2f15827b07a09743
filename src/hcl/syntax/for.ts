import type { Expression } from './ast.js';
import type { Reader } from './reader.js';
import type { Token } from './tokens.js';

/** `for k, v in collection : …`, from the word `for` up to and with the closing bracket. Newlines must not count. */
export function parseFor(reader: Reader, open: Token, result: 'tuple' | 'object'): Expression {
  const closer = result === 'tuple' ? ']' : '}';
  reader.next();
  const names = [variableName(reader)];
  if (reader.take(',') !== undefined) names.push(variableName(reader));
  if (!reader.isWord('in')) refuse(reader, '`in` and what to loop over');
  reader.next();
  const collection = reader.grammar.expression(reader);
  let height = reader.height;
  const parse = (): Expression => {
    const expression = reader.grammar.expression(reader);
    height = Math.max(height, reader.height);
    return expression;
  };
  if (reader.take(':') === undefined) refuse(reader, '`:` and the value of each element');
  const first = parse();
  let second: Expression | undefined;
  if (reader.peek().kind === '=>') {
    if (result === 'tuple') {
      reader.fail(reader.peek(), 'hcl/invalid-for', 'invalid `for`', {
        detail: 'A loop in `[ ]` makes a list; its elements have no keys.',
        suggestion: 'write `{ }` around the loop to make an object',
      });
    }
    reader.next();
    second = parse();
  } else if (result === 'object') {
    refuse(reader, '`=>` and the value: a loop in `{ }` makes an object');
  }
  const grouping = reader.peek().kind === '...';
  if (grouping) {
    const token = reader.next();
    if (result === 'tuple') {
      reader.fail(token, 'hcl/invalid-for', 'invalid `for`', {
        detail: '`...` groups the values of equal keys, and a list has no keys.',
        suggestion: 'remove `...`',
      });
    }
  }
  let condition: Expression | undefined;
  if (reader.isWord('if')) {
    reader.next();
    condition = parse();
  }
  const close = reader.next();
  if (close.kind !== closer) {
    reader.fail(close, 'hcl/invalid-for', 'invalid `for`', {
      detail: `\`${closer}\` must end the loop here, not ${reader.describe(close)}.`,
      context: reader.lines.range(open.start, close.end),
    });
  }
  reader.grow(height);
  const [one = '', two] = names;
  return {
    kind: 'for',
    result,
    ...(two === undefined ? { valueName: one } : { keyName: one, valueName: two }),
    collection,
    ...(second === undefined ? { value: first } : { key: first, value: second }),
    ...(condition === undefined ? {} : { condition }),
    grouping,
    range: reader.lines.range(open.start, close.end),
  };
}

function variableName(reader: Reader): string {
  if (reader.peek().kind !== 'identifier') refuse(reader, 'the name of a loop variable');
  return reader.textOf(reader.next());
}

function refuse(reader: Reader, wanted: string): never {
  const token = reader.peek();
  reader.fail(token, 'hcl/invalid-for', 'invalid `for`', {
    detail: `In a loop, ${wanted} must follow, not ${reader.describe(token)}.`,
    suggestion: 'write `[for item in list : value]` or `{ for key, value in map : key => value }`',
  });
}
