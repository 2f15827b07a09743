import { valuesEqual } from './equal.js';
import { toJsonText } from './json.js';
import { compareBytes, type Type } from './type.js';
import { Value } from './value.js';

/**
 * A set of values that are all of type `element`: without duplicates, in canonical order (strings by bytes, numbers by size,
 * false before true, others by their JSON text).
 */
export function makeSet(element: Type, items: readonly Value[]): Value {
  const marks = items.flatMap((item) => [...item.deepMarks()]);
  if (items.some((item) => !item.isWhollyKnown)) return Value.unknown({ kind: 'set', element }).withMarks(marks);
  const sorted = items.map((item) => item.withoutMarks()).sort(compareItems);
  const unique = sorted.filter((item, i) => i === 0 || valuesEqual(item, sorted[i - 1] as Value) !== true);
  return Value.setOfSorted(element, unique).withMarks(marks);
}

function compareItems(a: Value, b: Value): number {
  if (a.isNull || b.isNull) return Number(b.isNull) - Number(a.isNull);
  if (a.type.kind === 'string') return compareBytes(a.text, b.text);
  if (a.type.kind === 'number') return a.numeric.compare(b.numeric);
  if (a.type.kind === 'bool') return Number(a.truth) - Number(b.truth);
  return compareBytes(toJsonText(a), toJsonText(b));
}
