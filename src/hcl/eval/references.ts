import type { Expression, SplatStep, TemplatePart } from '../syntax/ast.js';
import type { SourceRange } from '../source.js';

/** A use of a name: its root, the attribute names that follow it as far as they are fixed, and the whole span. */
export interface Reference {
  readonly root: string;
  readonly path: readonly string[];
  readonly range: SourceRange;
}

/** Every reference in an expression, in the order written; names bound by loops are left out. */
export function references(expression: Expression): Reference[] {
  const found: Reference[] = [];
  visit(expression, new Set(), found);
  return found;
}

type Bound = ReadonlySet<string>;

function visit(node: Expression, bound: Bound, found: Reference[]): void {
  const each = (...nodes: readonly (Expression | undefined)[]) =>
    nodes.forEach((child) => child && visit(child, bound, found));
  switch (node.kind) {
    case 'number':
    case 'keyword':
      return;
    case 'variable':
    case 'attribute-access':
    case 'index-access':
      return visitTraversal(node, bound, found);
    case 'template':
      return visitParts(node.parts, bound, found);
    case 'splat':
      each(node.source);
      return visitSteps(node.each, bound, found);
    case 'call':
      // The second argument of `convert` is a type: its words are no names.
      return each(...(node.name === 'convert' ? node.args.slice(0, 1) : node.args));
    case 'unary':
      return each(node.operand);
    case 'binary':
      return each(node.left, node.right);
    case 'conditional':
      return each(node.condition, node.then, node.else);
    case 'tuple':
      return each(...node.items);
    case 'object':
      return node.items.forEach((item) => each(item.bareKey === undefined ? item.key : undefined, item.value));
    case 'for': {
      each(node.collection);
      const inner = new Set([...bound, node.valueName, ...(node.keyName === undefined ? [] : [node.keyName])]);
      return [node.key, node.value, node.condition].forEach((child) => child && visit(child, inner, found));
    }
    case 'parentheses':
      return each(node.inner);
  }
}

function visitSteps(steps: readonly SplatStep[], bound: Bound, found: Reference[]): void {
  for (const step of steps) {
    if (step.kind === 'index') visit(step.index, bound, found);
    else if (step.kind === 'splat') visitSteps(step.each, bound, found);
  }
}

function visitTraversal(node: Expression, bound: Bound, found: Reference[]): void {
  const path: string[] = [];
  let at: Expression = node;
  const indexes: Expression[] = [];
  while (at.kind === 'attribute-access' || at.kind === 'index-access') {
    if (at.kind === 'attribute-access') path.unshift(at.name);
    else {
      indexes.push(at.index);
      const key = literalKey(at.index);
      if (key === undefined) path.length = 0;
      else path.unshift(key);
    }
    at = at.object;
  }
  if (at.kind === 'variable') {
    if (!bound.has(at.name)) found.push({ root: at.name, path, range: node.range });
  } else visit(at, bound, found);
  for (const index of indexes.reverse()) visit(index, bound, found);
}

function literalKey(index: Expression): string | undefined {
  if (index.kind === 'number') return index.text;
  if (index.kind !== 'template' || index.parts.length !== 1) return undefined;
  const [part] = index.parts;
  return part?.kind === 'literal' ? part.value : undefined;
}

function visitParts(parts: readonly TemplatePart[], bound: Bound, found: Reference[]): void {
  for (const part of parts) {
    switch (part.kind) {
      case 'literal':
        break;
      case 'interpolation':
        visit(part.expression, bound, found);
        break;
      case 'if':
        visit(part.condition, bound, found);
        visitParts(part.then, bound, found);
        visitParts(part.else, bound, found);
        break;
      case 'for':
        visit(part.collection, bound, found);
        visitParts(
          part.body,
          new Set([...bound, part.valueName, ...(part.keyName === undefined ? [] : [part.keyName])]),
          found,
        );
        break;
    }
  }
}
