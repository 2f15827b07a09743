// What an expression of the sources can say: its texts with ‹name› for whatever fills them.
import ts from 'typescript';

const MOST = 8;

/** Adds what the property `name` of the objects in `node` can say. */
export function addOf(node, name, target) {
  if (ts.isPropertyAssignment(node) && node.name.getText() === name) {
    for (const text of alternatives(node.initializer)) target.add(text);
    return;
  }
  if (ts.isShorthandPropertyAssignment(node) && node.name.getText() === name) target.add(`‹${name}›`);
  ts.forEachChild(node, (child) => addOf(child, name, target));
}

/** @returns {string[]} the texts that an expression can have */
export function alternatives(node) {
  return [...new Set(read(node))].slice(0, MOST);
}

function read(node) {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isNonNullExpression(node))
    return read(node.expression);
  if (ts.isTemplateExpression(node)) return readTemplate(node);
  if (ts.isConditionalExpression(node)) return [...read(node.whenTrue), ...read(node.whenFalse)];
  if (ts.isBinaryExpression(node)) return readBinary(node);
  if (ts.isCallExpression(node) && node.expression.getText() === 'meant')
    return ['did you mean `‹name›`?', ...(node.arguments[2] ? read(node.arguments[2]) : [])];
  if (ts.isIdentifier(node)) return node.text === 'undefined' ? [] : [`‹${words(node.text)}›`];
  if (ts.isPropertyAccessExpression(node)) return [`‹${words(node.name.text)}›`];
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const { expression, name } = node.expression;
    return name.text === 'join' || ts.isCallExpression(expression) ? ['‹…›'] : read(expression);
  }
  return ['‹…›'];
}

function readTemplate(node) {
  let texts = [node.head.text];
  for (const span of node.templateSpans) {
    const parts = read(span.expression);
    const filled = parts.length === 0 ? ['‹…›'] : parts;
    texts = texts.flatMap((text) => filled.map((part) => text + part + span.literal.text)).slice(0, MOST);
  }
  return texts;
}

function readBinary({ operatorToken, left, right }) {
  if (operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const ends = read(right);
    return read(left).flatMap((text) => ends.map((end) => text + end));
  }
  if (operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken) return read(right);
  return [...read(left), ...read(right)];
}

function words(name) {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
