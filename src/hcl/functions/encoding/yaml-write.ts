import type { Value } from '../../values/value.js';
import { isBlockText, literalBlock, quoted } from './yaml-scalar.js';

/** Keys longer than this, or of several lines, are written behind `? `. */
const LONGEST_SIMPLE_KEY = 128;

/**
 * A value as a YAML document in block style: keys and strings in double quotes, texts of several lines as literal
 * blocks, lists not indented below their key. Precondition: wholly known.
 */
export function writeYaml(value: Value): string {
  if (isFilled(value)) return lines(value, 0);
  // A bare word at the top could go on, so it is ended.
  const isBare = value.isNull || value.type.kind === 'number' || value.type.kind === 'bool';
  return scalar(value, 0, 0) + (isBare ? '...\n' : '');
}

/** Whether the value is a collection with elements, which is written over several lines. */
function isFilled(value: Value): boolean {
  return !value.isNull && value.children().length > 0;
}

function isMapping(value: Value): boolean {
  return value.type.kind === 'map' || value.type.kind === 'object';
}

/** The lines of a filled collection whose marks or keys stand at `indent`. */
function lines(value: Value, indent: number): string {
  const margin = ' '.repeat(indent);
  if (!isMapping(value)) return value.items.map((item) => `${margin}-${behindMark(item, indent)}`).join('');
  return [...value.entries].map(([key, item]) => margin + entry(key, item, indent)).join('');
}

function entry(key: string, value: Value, indent: number): string {
  const simple = quoted(key, indent, indent + 2, false);
  const isSimple = !/[\n\r\x85\u2028\u2029]/.test(key) && Buffer.byteLength(key) <= LONGEST_SIMPLE_KEY;
  if (!isSimple) {
    const written = isBlockText(key) ? literalBlock(key, indent + 2) : `${quoted(key, indent + 2, indent + 2, true)}\n`;
    return `? ${written}${' '.repeat(indent)}:${behindMark(value, indent)}`;
  }
  if (!isFilled(value)) return `${simple}: ${scalar(value, indent + simple.length + 2, indent)}`;
  return `${simple}:\n${lines(value, isMapping(value) ? indent + 2 : indent)}`;
}

/** What follows `-`, `?` or `:` at `indent`; a collection starts on the same line. */
function behindMark(value: Value, indent: number): string {
  if (isFilled(value)) return ` ${lines(value, indent + 2).slice(indent + 2)}`;
  return ` ${scalar(value, indent + 2, indent)}`;
}

/** A value of one node with the line break at its end, written at `column` inside a collection at `indent`. */
function scalar(value: Value, column: number, indent: number): string {
  if (value.isNull) return 'null\n';
  switch (value.type.kind) {
    case 'string':
      return isBlockText(value.text)
        ? literalBlock(value.text, indent + 2)
        : `${quoted(value.text, column, indent + 2, true)}\n`;
    case 'number':
      return `${infinity(value) ?? value.numeric.toString()}\n`;
    case 'bool':
      return `${value.truth}\n`;
    default:
      return isMapping(value) ? '{}\n' : '[]\n';
  }
}

function infinity(value: Value): string | undefined {
  if (!value.numeric.isInfinite) return undefined;
  return value.numeric.isNegative ? '-Inf' : '+Inf';
}
