import type { Block, Body, Expression, ObjectItem, TemplateExpression, TemplatePart } from '../syntax/ast.js';

/** JSON as `JSON.parse` gives it. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** Two things of one name that the JSON form has no place for, such as a block with labels and one without. */
export class NotRepresentable extends Error {}

/**
 * A file as HashiCorp's `hcl2json` writes it: blocks become objects by type and labels with lists at the end, literals
 * become JSON, every other expression its source text in `${ }`. Order between blocks of different types is lost.
 * @throws NotRepresentable
 */
export function bodyToJson(body: Body, text: string): { [name: string]: Json } {
  const result: { [name: string]: Json } = {};
  for (const item of body.items) if (item.kind === 'block') addBlock(result, item, text);
  for (const item of body.items) {
    if (item.kind === 'attribute') put(result, item.name, expressionToJson(item.expression, text));
  }
  return result;
}

function addBlock(into: { [name: string]: Json }, block: Block, text: string): void {
  const path = [block.type, ...block.labels.map(({ value }) => value)];
  const last = path.pop() ?? '';
  let at = into;
  for (const name of path) {
    const next = own(at, name) ?? {};
    if (typeof next !== 'object' || next === null || Array.isArray(next)) throw new NotRepresentable(name);
    put(at, name, next);
    at = next;
  }
  const list = own(at, last) ?? [];
  if (!Array.isArray(list)) throw new NotRepresentable(last);
  list.push(bodyToJson(block.body, text));
  put(at, last, list);
}

/** One expression in the same form. `text` is the file from which it comes. */
export function expressionToJson(expression: Expression, text: string): Json {
  switch (expression.kind) {
    case 'number':
      return Number(expression.text);
    case 'keyword':
      return expression.value;
    case 'unary': {
      const { operator, operand } = expression;
      if (operator === '-' && operand.kind === 'number') return -Number(operand.text);
      if (operator === '!' && operand.kind === 'keyword' && operand.value !== null) return !operand.value;
      // HashiCorp's tool computes an operator before a literal, and gives up where that is a fault.
      if (operand.kind === 'number' || operand.kind === 'keyword') throw new NotRepresentable(operator);
      return wrapped(expression, text);
    }
    case 'template':
      return templateToJson(expression, text);
    case 'tuple':
      return expression.items.map((item) => expressionToJson(item, text));
    case 'object': {
      const result: { [name: string]: Json } = {};
      for (const item of expression.items) put(result, keyOf(item, text), expressionToJson(item.value, text));
      return result;
    }
    default:
      return wrapped(expression, text);
  }
}

function keyOf(item: ObjectItem, text: string): string {
  if (item.bareKey !== undefined) return item.bareKey;
  const { key } = item;
  if (isStaticPath(key)) return sourceOf(key, text);
  const json = key.kind === 'unary' ? wrapped(key, text) : expressionToJson(key, text);
  return typeof json === 'object' && json !== null ? wrapped(key, text) : String(json);
}

/** `a.b[0]`, which as a key is taken by its words. */
function isStaticPath(key: Expression): boolean {
  if (key.kind === 'attribute-access') return isStaticPath(key.object);
  if (key.kind !== 'index-access') return key.kind === 'variable';
  const { index } = key;
  const isText = index.kind === 'template' && index.parts.every(({ kind }) => kind === 'literal');
  return (isText || index.kind === 'number' || index.kind === 'keyword') && isStaticPath(key.object);
}

function templateToJson(template: TemplateExpression, text: string): Json {
  const first = template.parts[0];
  if (template.isWrap && first?.kind === 'interpolation') return expressionToJson(first.expression, text);
  return partsToText(template.parts, text).normalize('NFC');
}

function partToText(part: TemplatePart, text: string): string {
  switch (part.kind) {
    case 'literal':
      return part.value.replace(/[$%]\{/g, (sign) => sign.charAt(0) + sign);
    case 'interpolation': {
      const { expression } = part;
      if (expression.kind === 'template') return partsToText(expression.parts, text);
      if (expression.kind === 'number') return plainDecimal(expression.text);
      if (expression.kind === 'keyword') return String(expression.value);
      if (expression.kind === 'conditional') {
        // In HashiCorp's tree a condition looks nearly the same in both forms, and the directive is written.
        const branch = (inner: Expression): string =>
          partToText({ kind: 'interpolation', expression: inner, range: inner.range }, text);
        return directive(sourceOf(expression.condition, text), branch(expression.then), branch(expression.else));
      }
      return `\${${sourceOf(expression, text)}}`;
    }
    case 'if': {
      // A branch that is null and nothing else is dropped there; where it is the first one, the whole directive.
      if (isNullAlone(part.then)) return '';
      const otherwise = isNullAlone(part.else) ? '' : partsToText(part.else, text);
      return directive(sourceOf(part.condition, text), partsToText(part.then, text), otherwise);
    }
    case 'for': {
      if (isNullAlone(part.body)) throw new NotRepresentable('null');
      const names = part.keyName === undefined ? part.valueName : `${part.keyName}, ${part.valueName}`;
      return `%{for ${names} in ${sourceOf(part.collection, text)}}${partsToText(part.body, text)}%{endfor}`;
    }
  }
}

function directive(condition: string, then: string, otherwise: string): string {
  return `%{if ${condition}}${then}${otherwise === '' ? '' : `%{else}${otherwise}`}%{endif}`;
}

function isNullAlone(parts: readonly TemplatePart[]): boolean {
  const [first] = parts;
  if (parts.length !== 1 || first?.kind !== 'interpolation') return false;
  return first.expression.kind === 'keyword' && first.expression.value === null;
}

/** A number literal without exponent and without zeros that say nothing. */
function plainDecimal(literal: string): string {
  const [, whole = '', fraction = '', exponent = '0'] = /^(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(literal) ?? [];
  const point = whole.length + Number(exponent);
  const digits = whole + fraction;
  const padded = digits.padStart(digits.length + Math.max(0, -point), '0').padEnd(point, '0');
  const at = Math.max(0, point);
  const integer = padded.slice(0, at).replace(/^0+(?=\d)/, '') || '0';
  const rest = padded.slice(at).replace(/0+$/, '');
  return rest === '' ? integer : `${integer}.${rest}`;
}

function partsToText(parts: readonly TemplatePart[], text: string): string {
  return parts.map((part) => partToText(part, text)).join('');
}

function wrapped(expression: Expression, text: string): string {
  return `\${${sourceOf(expression, text)}}`;
}

function sourceOf(expression: Expression, text: string): string {
  return text.slice(expression.range.start.offset, expression.range.end.offset);
}

function own(object: { [name: string]: Json }, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Also for the name `__proto__`, which a plain assignment would swallow. */
function put(object: { [name: string]: Json }, name: string, value: Json): void {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}
