import { typesEqual, type Type } from './type.js';

/**
 * Which of two types is the more general one, in which a value of the other may be written: negative for `a`, positive for
 * `b`, 0 where neither is. It only says in which order types are tried; that values convert is another question.
 * String is above number and bool, a map above an object, a list above a tuple, both above a set, and everything above `any`.
 */
export function compareGenerality(a: Type, b: Type): number {
  if (a.kind === 'any' || b.kind === 'any') return Number(a.kind === 'any') - Number(b.kind === 'any');
  if (a.kind === 'tuple' && b.kind === 'tuple') {
    return a.elements.length === b.elements.length
      ? together(a.elements.map((element, i) => compareGenerality(element, b.elements[i] as Type)))
      : 0;
  }
  if (a.kind === 'object' && b.kind === 'object') {
    if (a.attributes.size !== b.attributes.size) return 0;
    const pairs = [...a.attributes].map(([name, type]) => [type, b.attributes.get(name)] as const);
    if (pairs.some(([, other]) => other === undefined)) return 0;
    return together(pairs.map(([type, other]) => compareGenerality(type, other as Type)));
  }
  if ('element' in a && a.kind === b.kind && 'element' in b) return compareGenerality(a.element, b.element);
  if (a.kind === b.kind) return 0;
  if (isPrimitive(a) && isPrimitive(b)) return a.kind === 'string' ? -1 : b.kind === 'string' ? 1 : 0;
  return Number(isBelow(a, b)) - Number(isBelow(b, a));
}

function isPrimitive({ kind }: Type): boolean {
  return kind === 'string' || kind === 'number' || kind === 'bool';
}

/** Whether kinds differ so that `b` is the more general one. */
function isBelow(a: Type, b: Type): boolean {
  switch (a.kind) {
    case 'set':
      return b.kind === 'list' || b.kind === 'tuple';
    case 'tuple':
      return b.kind === 'list';
    case 'object':
      return b.kind === 'map';
    default:
      return false;
  }
}

/** Parts that lean to both sides lean to none. */
function together(parts: readonly number[]): number {
  const isLess = parts.some((order) => order < 0);
  const isMore = parts.some((order) => order > 0);
  return isLess === isMore ? 0 : isLess ? -1 : 1;
}

/** Each type once, in the order in which they come. */
export function distinctTypes(types: readonly Type[]): Type[] {
  const kept: Type[] = [];
  // Most types are one and the same object; only others are compared part by part.
  for (const type of new Set(types)) if (!kept.some((other) => typesEqual(other, type))) kept.push(type);
  return kept;
}

/** Types with the more general ones first; what cannot be compared stays in its order. */
export function byGenerality(types: readonly Type[]): Type[] {
  const below = types.map((): number[] => []);
  const above = types.map(() => 0);
  for (let i = 0; i < types.length; i++) {
    for (let j = i + 1; j < types.length; j++) {
      const order = compareGenerality(types[i] as Type, types[j] as Type);
      if (order === 0) continue;
      const [upper, lower] = order < 0 ? [i, j] : [j, i];
      (below[upper] as number[]).push(lower);
      above[lower] = (above[lower] as number) + 1;
    }
  }
  const queue = types.flatMap((_, i) => (above[i] === 0 ? [i] : []));
  // The queue grows while it is gone through.
  for (const upper of queue) {
    for (const lower of below[upper] as number[]) {
      above[lower] = (above[lower] as number) - 1;
      if (above[lower] === 0) queue.push(lower);
    }
  }
  return queue.map((i) => types[i] as Type);
}
