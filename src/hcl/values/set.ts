import { identityOf } from './equal.js';
import { quote } from './print.js';
import { compareBytes, type Type } from './type.js';
import { Value } from './value.js';

/**
 * A set of values that are all of type `element`: without duplicates, in canonical order, marks of the items on the set.
 * Items that are not wholly known come behind others; as they could equal others, how many elements there are is then not known.
 * Strings are ordered by bytes, numbers by size, false comes before true and null last; others have the order of a text.
 */
export function makeSet(element: Type, items: readonly Value[]): Value {
  const marks = items.flatMap((item) => [...item.deepMarks()]);
  const byIdentity = new Map<string, Value>();
  const open: Value[] = [];
  for (const item of items.map((marked) => marked.withoutDeepMarks())) {
    if (!item.isWhollyKnown) {
      open.push(item);
      continue;
    }
    const identity = identityOf(item);
    if (!byIdentity.has(identity)) byIdentity.set(identity, item);
  }
  const ordered = [...byIdentity.values()]
    .map((item) => ({ item, text: isPrimitive(item) ? '' : orderText(item) }))
    .sort((a, b) => compareItems(a.item, b.item) || compareBytes(a.text, b.text));
  const known = ordered.map(({ item }) => item);
  const nulls = known.filter((item) => item.isNull);
  return Value.setOfSorted(element, [...known.slice(0, known.length - nulls.length), ...open, ...nulls]).withMarks(
    marks,
  );
}

function isPrimitive({ type: { kind } }: Value): boolean {
  return kind === 'string' || kind === 'number' || kind === 'bool';
}

/** 0 also where only the text of the items tells them apart. */
function compareItems(a: Value, b: Value): number {
  if (a.isNull || b.isNull) return Number(a.isNull) - Number(b.isNull);
  if (a.type.kind !== b.type.kind) return compareBytes(a.type.kind, b.type.kind);
  if (a.type.kind === 'string') return compareBytes(a.text, b.text);
  if (a.type.kind === 'number') return a.numeric.compare(b.numeric);
  if (a.type.kind === 'bool') return Number(a.truth) - Number(b.truth);
  return 0;
}

/** The text by which collections in a set are ordered, as they were seen to be. */
function orderText(value: Value): string {
  if (value.isNull) return '~';
  switch (value.type.kind) {
    case 'string':
      return quote(value.text);
    case 'number':
      return tenDigits(value.numeric.toNumber());
    case 'bool':
      return value.truth ? 'T' : 'F';
    case 'any':
      return '';
    case 'list':
    case 'set':
      return `[${value.items.map((item) => `${orderText(item)};`).join('')}]`;
    case 'tuple':
      return `<${value.items.map((item) => `${orderText(item)};`).join('')}>`;
    case 'map':
      return `{${[...value.entries].map(([key, item]) => `${quote(key)}:${orderText(item)};`).join('')}}`;
    case 'object':
      return `<${[...value.entries.values()].map((item) => `${orderText(item)};`).join('')}>`;
  }
}

/** A double with ten digits at most, and an exponent below 1e-4 and from 1e10. */
function tenDigits(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const [mantissa = '', power = '0'] = value.toExponential(9).split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 10) return String(Number(value.toPrecision(10)));
  const size = String(Math.abs(exponent)).padStart(2, '0');
  return `${mantissa.replace(/\.?0+$/, '')}e${exponent < 0 ? '-' : '+'}${size}`;
}
