import type { BinaryOperator, Expression } from './ast.js';
import { isNumber } from './characters.js';
import { parsePostfix } from './postfix.js';
import type { Reader } from './reader.js';
import type { Token } from './tokens.js';
import { parseFunctionCall, parseList, parseParentheses } from './brackets.js';
import { parseObject } from './objects.js';

const PRECEDENCE: Readonly<Partial<Record<Token['kind'], number>>> & Readonly<Record<BinaryOperator, number>> = {
  '||': 1,
  '&&': 2,
  '==': 3,
  '!=': 3,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '%': 6,
};

/** An expression up to the first token that cannot belong to it. */
export function parseExpression(reader: Reader): Expression {
  return reader.nested(() => parseConditional(reader));
}

function parseConditional(reader: Reader): Expression {
  const condition = parseBinary(reader, 1);
  if (reader.take('?') === undefined) return condition;
  const height = reader.height;
  const whenTrue = parseExpression(reader);
  const middle = Math.max(height, reader.height);
  if (reader.take(':') === undefined) {
    reader.fail(reader.peek(), 'hcl/missing-else', 'condition without its second value', {
      detail: `\`:\` and the value for "false" must follow, not ${reader.describe(reader.peek())}.`,
      context: condition.range,
      suggestion: 'write `condition ? value : other`; over several lines, in parentheses',
    });
  }
  const whenFalse = parseExpression(reader);
  reader.grow(Math.max(middle, reader.height));
  const range = { ...condition.range, end: whenFalse.range.end };
  return { kind: 'conditional', condition, then: whenTrue, else: whenFalse, range };
}

/** Operators by climbing precedence: one level of recursion for each operand that binds tighter. */
function parseBinary(reader: Reader, least: number): Expression {
  let left = parseUnary(reader);
  let height = reader.height;
  for (;;) {
    const token = reader.peek();
    const precedence = PRECEDENCE[token.kind] ?? 0;
    if (precedence < least) {
      checkNoOperator(reader, token);
      return left;
    }
    reader.next();
    const right = parseBinary(reader, precedence + 1);
    reader.grow(Math.max(height, reader.height));
    height = reader.height;
    left = {
      kind: 'binary',
      operator: token.kind as BinaryOperator,
      left,
      right,
      operatorRange: reader.rangeOf(token),
      range: { ...left.range, end: right.range.end },
    };
  }
}

/** A single `=` or a word where an operator could stand is worth a better message than "newline expected". */
function checkNoOperator(reader: Reader, token: Token): void {
  if (token.kind !== 'identifier') return;
  const word = reader.textOf(token);
  const sign = { and: '&&', or: '||', not: '!' }[word];
  if (sign === undefined) return;
  reader.fail(token, 'hcl/word-operator', 'word used as an operator', {
    detail: `\`${word}\` is no operator of this language.`,
    suggestion: `write \`${sign}\``,
  });
}

function parseUnary(reader: Reader): Expression {
  const token = reader.peek();
  if (token.kind !== '-' && token.kind !== '!') return parsePostfix(reader, parsePrimary(reader));
  reader.next();
  const operand = reader.nested(() => parseUnary(reader));
  reader.grow(reader.height);
  const operatorRange = reader.rangeOf(token);
  return {
    kind: 'unary',
    operator: token.kind,
    operand,
    operatorRange,
    range: { ...operatorRange, end: operand.range.end },
  };
}

function parsePrimary(reader: Reader): Expression {
  const token = reader.peek();
  switch (token.kind) {
    case 'number':
      reader.next();
      reader.grow(0);
      return { kind: 'number', text: numberText(reader, token), range: reader.rangeOf(token) };
    case 'identifier':
      return parseName(reader);
    case 'open-quote':
    case 'open-heredoc':
      return reader.grammar.template(reader);
    case '(':
      return parseParentheses(reader);
    case '[':
      return parseList(reader);
    case '{':
      return parseObject(reader);
    default:
      return refuse(reader, token);
  }
}

/** Exponents beyond 32 bits are no numbers to Packer either, and nobody could hold their digits. */
const LARGEST_EXPONENT = 2 ** 31 - 1;

function numberText(reader: Reader, token: Token): string {
  const text = reader.textOf(token);
  if (!isNumber(text)) {
    reader.fail(token, 'hcl/invalid-number', 'invalid number', {
      detail: 'A number has at most one point and one exponent.',
      suggestion: 'a version or an address is a text: put it in quotes',
    });
  }
  const exponent = Number(/[eE](.*)$/.exec(text)?.[1] ?? 0);
  if (Math.abs(exponent) <= LARGEST_EXPONENT) return text;
  return reader.fail(token, 'hcl/exponent-too-large', 'exponent too large', {
    detail: `The exponent of a number lies between -${LARGEST_EXPONENT} and ${LARGEST_EXPONENT}.`,
  });
}

function parseName(reader: Reader): Expression {
  const second = reader.peekSecond().kind;
  if (second === '(' || second === '::') return parseFunctionCall(reader);
  const token = reader.next();
  const name = reader.textOf(token);
  const range = reader.rangeOf(token);
  reader.grow(0);
  switch (name) {
    case 'true':
      return { kind: 'keyword', value: true, range };
    case 'false':
      return { kind: 'keyword', value: false, range };
    case 'null':
      return { kind: 'keyword', value: null, range };
    default:
      return { kind: 'variable', name, range };
  }
}

function refuse(reader: Reader, token: Token): never {
  const after = reader.last();
  const isOperator = PRECEDENCE[after.kind] !== undefined || after.kind === '?' || after.kind === ':';
  let suggestion: string | undefined;
  if (token.kind === 'newline' && isOperator) {
    suggestion = 'an expression over several lines needs parentheses around it';
  } else if (token.kind === '.') suggestion = 'write a digit before the point: `0.5`';
  else if (token.kind === '=') suggestion = 'comparison is written `==`';
  reader.fail(token, 'hcl/missing-expression', 'value expected', {
    detail: `An expression must start here, not ${reader.describe(token)}.`,
    ...(suggestion === undefined ? {} : { suggestion }),
  });
}
