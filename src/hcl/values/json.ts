import { BigFloat } from './number.js';
import { Value } from './value.js';

const ESCAPES: Record<string, string> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
};

/** A string as JSON text in the manner of Go: `<`, `>`, `&`, U+2028 and U+2029 are escaped, other characters stay. */
export function jsonString(text: string): string {
  const escaped = text.replace(/["\\<>&\u0000-\u001f\u2028\u2029]/g, (char) => {
    return ESCAPES[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}

/**
 * A wholly known value as compact JSON: keys in byte order, numbers in full.
 * @throws RangeError for an infinite number
 */
export function toJsonText(value: Value): string {
  if (value.isNull) return 'null';
  switch (value.type.kind) {
    case 'string':
      return jsonString(value.text);
    case 'number':
      if (value.numeric.isInfinite) throw new RangeError('an infinite number has no JSON form');
      return value.numeric.toString();
    case 'bool':
      return String(value.truth);
    case 'any':
      return 'null';
    case 'list':
    case 'set':
    case 'tuple':
      return `[${value.items.map(toJsonText).join(',')}]`;
    case 'map':
    case 'object':
      return `{${[...value.entries].map(([key, item]) => `${jsonString(key)}:${toJsonText(item)}`).join(',')}}`;
  }
}

/** Plain data as a value: arrays become tuples, objects objects. */
export function fromJson(data: unknown): Value {
  if (data === null || data === undefined) return Value.null();
  if (typeof data === 'string') return Value.string(data);
  if (typeof data === 'boolean') return Value.bool(data);
  if (typeof data === 'number') return Value.number(BigFloat.fromNumber(data));
  if (typeof data === 'bigint') return Value.number(BigFloat.fromInteger(data));
  if (Array.isArray(data)) return Value.tuple(data.map(fromJson));
  return Value.object(Object.entries(data as Record<string, unknown>).map(([key, item]) => [key, fromJson(item)]));
}

/** A known value as plain data; numbers become doubles, unknown parts undefined. */
export function toJs(value: Value): unknown {
  if (!value.isKnown) return undefined;
  if (value.isNull) return null;
  switch (value.type.kind) {
    case 'string':
      return value.text;
    case 'number':
      return value.numeric.toNumber();
    case 'bool':
      return value.truth;
    case 'any':
      return null;
    case 'list':
    case 'set':
    case 'tuple':
      return value.items.map(toJs);
    case 'map':
    case 'object':
      return Object.fromEntries([...value.entries].map(([key, item]) => [key, toJs(item)]));
  }
}
