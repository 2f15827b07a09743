import { describeType, type Type } from './type.js';

const LONGEST = 80;

/** A type with its article for a sentence: `a list(string)`, `an object of 12 attributes` where all of it would be too long. */
export function typeInWords(type: Type): string {
  if (type.kind === 'any') return 'a value of any type';
  const full = describeType(type);
  const name = full.length <= LONGEST ? full : inShort(type);
  return `${/^[aeio]/.test(name) ? 'an' : 'a'} ${name}`;
}

function inShort(type: Type): string {
  if (type.kind === 'object') return `object of ${type.attributes.size} attributes`;
  if (type.kind === 'tuple') return `tuple of ${type.elements.length} elements`;
  return 'element' in type ? `${type.kind} of ${type.element.kind}s` : type.kind;
}
