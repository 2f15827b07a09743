import type { OptionType } from '../../contract/schema.js';
import { BigFloat } from '../../hcl/values/number.js';
import { NUMBER, STRING } from '../../hcl/values/type.js';
import { fromJson } from '../../hcl/values/json.js';
import { Value } from '../../hcl/values/value.js';
import { memberOf, plainJson, stringIn, type JsonNode } from './json-document.js';

const TRUE_WORDS = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE_WORDS = new Set(['', '0', 'f', 'F', 'FALSE', 'false', 'False']);

/** A value that cannot be taken for the type of its option. */
export class WeakTypeError extends Error {}

/**
 * An option's value for its type, as generously as Packer takes it in JSON: numbers and bools for strings and the other
 * way round, one value for a list, a string with commas for a list, a list of objects for a map.
 * @throws WeakTypeError
 */
export function weakValue(node: JsonNode, type: OptionType): Value {
  switch (type.kind) {
    case 'string':
      return Value.string(textOf(node));
    case 'duration':
      return Value.string(node.kind === 'number' ? `${String(node.value)}ns` : textOf(node));
    case 'number':
      return Value.number(numberOf(node));
    case 'bool':
      return Value.bool(boolOf(node));
    case 'list':
      return Value.tuple(itemsOf(node).map((item) => weakValue(item, type.element)));
    case 'map':
      return mapOf(node, type.element);
    case 'any':
      return fromJson(plainJson(node));
  }
}

/** Text of a scalar: bools are `1` and `0`, null is empty, numbers have no exponent. */
export function textOf(node: JsonNode): string {
  switch (node.kind) {
    case 'string':
      return node.value as string;
    case 'number':
      return BigFloat.fromNumber(node.value as number).toString();
    case 'bool':
      return node.value === true ? '1' : '0';
    case 'null':
      return '';
    default:
      throw new WeakTypeError(`a string is needed, not ${nameOf(node)}`);
  }
}

function numberOf(node: JsonNode): BigFloat {
  if (node.kind === 'number') return BigFloat.fromNumber(node.value as number);
  if (node.kind === 'bool') return BigFloat.fromNumber(node.value === true ? 1 : 0);
  const text = node.kind === 'null' ? '' : stringIn(node);
  const parsed = text === undefined ? undefined : BigFloat.parse(text === '' ? '0' : text);
  if (!parsed) throw new WeakTypeError(`a number is needed, not ${nameOf(node)}`);
  return parsed;
}

function boolOf(node: JsonNode): boolean {
  if (node.kind === 'bool') return node.value === true;
  if (node.kind === 'number') return node.value !== 0;
  if (node.kind === 'null' || (node.kind === 'string' && FALSE_WORDS.has(node.value as string))) return false;
  if (node.kind === 'string' && TRUE_WORDS.has(node.value as string)) return true;
  throw new WeakTypeError(`\`true\` or \`false\` is needed, not ${nameOf(node)}`);
}

function itemsOf(node: JsonNode): readonly JsonNode[] {
  if (node.kind === 'list') return node.items;
  if (node.kind === 'string') {
    const text = node.value as string;
    return text === '' ? [] : text.split(',').map((value) => ({ kind: 'string', value, range: node.range }));
  }
  if (node.kind === 'null' || (node.kind === 'map' && node.members.length === 0)) return [];
  return [node];
}

function mapOf(node: JsonNode, element: OptionType): Value {
  const parts = node.kind === 'list' ? node.items : [node];
  const entries = new Map<string, Value>();
  for (const part of parts) {
    if (part.kind !== 'map') throw new WeakTypeError(`an object is needed, not ${nameOf(part)}`);
    for (const { name } of part.members) {
      const member = memberOf(part, name);
      if (member) entries.set(name, weakValue(member.value, element));
    }
  }
  return entries.size === 0 ? Value.map(element.kind === 'number' ? NUMBER : STRING, []) : Value.object(entries);
}

function nameOf(node: JsonNode): string {
  switch (node.kind) {
    case 'string':
      return `the string \`${String(node.value)}\``;
    case 'list':
      return 'a list';
    case 'map':
      return 'an object';
    case 'null':
      return 'null';
    default:
      return `\`${String(node.value)}\``;
  }
}
