import type { Diagnostic } from '../../src/hcl/diagnostic.js';
import type { SourceRange } from '../../src/hcl/source.js';
import { parseExpression, parseFile } from '../../src/hcl/syntax/parser.js';

/** `code line:column-line:column` of each diagnostic. */
export function places(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(({ code, subject }) => `${code} ${subject ? span(subject) : '?'}`);
}

/** `1:5-1:8` */
export function span({ start, end }: SourceRange): string {
  return `${start.line}:${start.column}-${end.line}:${end.column}`;
}

/** The faults of a file, with their places. */
export function faults(text: string): string[] {
  return places(parseFile({ name: 'test.hcl', text }).diagnostics);
}

/** The tree of one expression, or a thrown error with its faults. */
export function tree(text: string): unknown {
  const { expression, diagnostics } = parseExpression({ name: 'test.hcl', text });
  if (expression === undefined || diagnostics.length > 0) throw new Error(places(diagnostics).join('; '));
  return slim(expression, text);
}

/** A tree with every range replaced by the text that it spans. */
export function slim(node: unknown, text: string): unknown {
  if (Array.isArray(node)) return node.map((item) => slim(item, text));
  if (typeof node !== 'object' || node === null) return node;
  if (isRange(node)) return text.slice(node.start.offset, node.end.offset);
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, slim(value, text)]));
}

export function isRange(node: object): node is SourceRange {
  return 'file' in node && 'start' in node && 'end' in node;
}

/** Every object of a tree that has a range of its own, with the range of the one around it. */
export function* nodesOf(
  node: unknown,
  around?: SourceRange,
): Generator<{ node: object; range: SourceRange; around?: SourceRange }> {
  if (typeof node !== 'object' || node === null || isRange(node)) return;
  const own = 'range' in node && isRange(node.range as object) ? (node.range as SourceRange) : undefined;
  if (own !== undefined) yield { node, range: own, around };
  for (const value of Object.values(node)) yield* nodesOf(value, own ?? around);
}
