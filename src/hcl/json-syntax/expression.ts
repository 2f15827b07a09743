import type { Diagnostics } from '../diagnostic.js';
import type { Position, SourceFile, SourceRange } from '../source.js';
import type { Expression, ObjectItem, TemplateExpression, TemplatePart } from '../syntax/ast.js';
import { parseExpression, parseTemplate } from '../syntax/parser.js';
import type { JsonNode, JsonObjectNode, JsonString } from './node.js';

export interface StringMeaning {
  /** Strings are taken as they are (variable files), not as templates. */
  readonly literalStrings: boolean;
}

/** The expression that a JSON value stands for. Strings, also as names of properties, are templates. */
export function jsonExpression(node: JsonNode, meaning: StringMeaning, diagnostics: Diagnostics): Expression {
  const { range } = node;
  switch (node.kind) {
    case 'null':
      return { kind: 'keyword', value: null, range };
    case 'boolean':
      return { kind: 'keyword', value: node.text === 'true', range };
    case 'number':
      return numberExpression(node.text, range);
    case 'string':
      return stringExpression(node, meaning, diagnostics);
    case 'array':
      return { kind: 'tuple', items: node.items.map((item) => jsonExpression(item, meaning, diagnostics)), range };
    case 'object':
      return objectExpression(node, meaning, diagnostics);
  }
}

/**
 * Where the language wants a piece of native syntax (`"type": "list(string)"`), JSON holds it in a string.
 * Gives the expression inside, or the given one if it is no plain string; undefined after a fault.
 */
export function expressionInString(expression: Expression, diagnostics: Diagnostics): Expression | undefined {
  if (expression.kind !== 'template') return expression;
  const text = plainText(expression);
  if (text === undefined) return expression;
  const { range } = expression;
  const isExact = range.end.offset - range.start.offset === text.length + 2;
  const place = isExact ? (offset: number) => behind(range.start, offset + 1) : () => undefined;
  const result = parseExpression({ name: range.file, text });
  diagnostics.add(result.diagnostics.map((diagnostic) => moveRanges(diagnostic, range, place)));
  return result.expression === undefined ? undefined : moveRanges(result.expression, range, place);
}

function plainText(template: TemplateExpression): string | undefined {
  if (template.parts.length > 1) return undefined;
  const part: TemplatePart | undefined = template.parts[0];
  if (part === undefined) return '';
  return part.kind === 'literal' ? part.value : undefined;
}

function numberExpression(text: string, range: SourceRange): Expression {
  if (!text.startsWith('-')) return { kind: 'number', text, range };
  const behindSign = behind(range.start, 1);
  const operatorRange = { ...range, end: behindSign };
  const operand: Expression = { kind: 'number', text: text.slice(1), range: { ...range, start: behindSign } };
  return { kind: 'unary', operator: '-', operand, operatorRange, range };
}

function stringExpression(node: JsonString, meaning: StringMeaning, diagnostics: Diagnostics): TemplateExpression {
  const { value, range } = node;
  const base = { kind: 'template', form: 'quoted', range } as const;
  if (meaning.literalStrings || !/[$%]\{/.test(value)) {
    return { ...base, parts: value === '' ? [] : [{ kind: 'literal', value, range: inner(range) }], isWrap: false };
  }
  const source: SourceFile = { name: range.file, text: value };
  const { offsets } = node;
  const place = (offset: number): Position =>
    behind(range.start, (offsets?.[offset] ?? range.start.offset + 1 + offset) - range.start.offset);
  const result = parseTemplate(source);
  diagnostics.add(result.diagnostics.map((diagnostic) => moveRanges(diagnostic, range, place)));
  if (result.template === undefined) return { ...base, parts: [], isWrap: false };
  const { parts, isWrap } = result.template;
  return { ...base, parts: parts.map((part) => moveRanges(part, range, place)), isWrap };
}

function objectExpression(node: JsonObjectNode, meaning: StringMeaning, diagnostics: Diagnostics): Expression {
  const seen = new Set<string>();
  const items: ObjectItem[] = [];
  for (const { key, value } of node.properties) {
    if (seen.has(key.value)) {
      diagnostics.error('hcl/json-name-twice', 'name used twice', {
        detail: `The object has a property \`${key.value}\` already.`,
        subject: key.range,
        suggestion: 'remove one of the two',
      });
    }
    seen.add(key.value);
    items.push({
      key: stringExpression(key, meaning, diagnostics),
      value: jsonExpression(value, meaning, diagnostics),
    });
  }
  return { kind: 'object', items, range: node.range };
}

function inner(range: SourceRange): SourceRange {
  const last = range.end;
  return {
    ...range,
    start: behind(range.start, 1),
    end: { ...last, offset: last.offset - 1, column: last.column - 1 },
  };
}

/** JSON strings end on their line. Columns of characters beyond U+FFFF are counted per unit here: close enough. */
function behind(start: Position, units: number): Position {
  return { offset: start.offset + units, line: start.line, column: start.column + units };
}

/**
 * A copy of a tree in which the ranges, which refer to the text of a string, refer to its file: moved one by one, or,
 * where a place is not known, replaced by that of the whole string.
 */
function moveRanges<T>(tree: T, whole: SourceRange, place: (offset: number) => Position | undefined): T {
  const visit = (item: unknown): unknown => {
    if (Array.isArray(item)) return item.map(visit);
    if (typeof item !== 'object' || item === null) return item;
    if (isRange(item)) {
      const start = place(item.start.offset);
      const end = place(item.end.offset);
      return start === undefined || end === undefined ? whole : { file: whole.file, start, end };
    }
    return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, visit(value)]));
  };
  return visit(tree) as T;
}

function isRange(item: object): item is SourceRange {
  return 'file' in item && 'start' in item && 'end' in item;
}
