import { compareBytes } from '../../hcl/values/type.js';

/**
 * JSON as Go writes it with an indent of two blanks: names in order of their bytes, empty lists and objects closed at
 * once, `&` and the two line separators of Unicode as escapes, `<` and `>` as they are.
 */
export function sortedJson(value: unknown): string {
  return write(value, '');
}

function write(value: unknown, indent: string): string {
  const inner = `${indent}  `;
  const enclosed = (open: string, lines: readonly string[], close: string): string =>
    lines.length === 0
      ? `${open}${close}`
      : `${open}\n${lines.map((line) => inner + line).join(',\n')}\n${indent}${close}`;
  if (Array.isArray(value))
    return enclosed(
      '[',
      value.map((item) => write(item, inner)),
      ']',
    );
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => compareBytes(a, b));
    return enclosed(
      '{',
      entries.map(([key, item]) => `${text(key)}: ${write(item, inner)}`),
      '}',
    );
  }
  if (typeof value === 'string') return text(value);
  return Object.is(value, -0) ? '-0' : JSON.stringify(value);
}

function text(value: string): string {
  return JSON.stringify(value).replace(
    /[&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
