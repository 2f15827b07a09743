import { ConversionError, refused } from './conversion-error.js';
import type { Effort } from './effort.js';
import { typesEqual, type Type } from './type.js';
import { canConvert, unify } from './unify.js';
import { typeInWords } from './words.js';

/** Why no value of type `from` converts to `to`: the innermost part that stands in the way. */
export function mismatch(from: Type, to: Type, effort: Effort): ConversionError {
  for (const [step, given, wanted] of partsOf(from, to)) {
    if (typesEqual(given, wanted) || canConvert(given, wanted, false, effort)) continue;
    return mismatch(given, wanted, effort).inside(step);
  }
  if (from.kind === 'object' && to.kind === 'object')
    return missingAttributes(
      [...to.attributes.keys()].filter((name) => !from.attributes.has(name) && !to.optional.has(name)),
    );
  if (from.kind === 'tuple' && to.kind === 'tuple')
    return new ConversionError(`a tuple of ${to.elements.length} elements is required; it has ${from.elements.length}`);
  const isOpen = 'element' in to && to.element.kind === 'any';
  const elements = isOpen ? elementsOf(from, to) : undefined;
  if (!elements || unify(elements, false, effort)) return refused(from, to);
  const names = [...new Set(elements.map(typeInWords))];
  const required = 'all elements must have the same type';
  return new ConversionError(`${required}; they are ${names.slice(0, 3).join(' and ')}`, '', required);
}

/** The attributes that an object or a map lacks. */
export function missingAttributes(names: readonly string[]): ConversionError {
  const list = names.map((name) => `\`${name}\``).join(', ');
  return new ConversionError(`the attribute${names.length > 1 ? 's' : ''} ${list} must be given`);
}

function elementsOf(from: Type, to: Type): readonly Type[] | undefined {
  if (to.kind === 'map') return from.kind === 'object' ? [...from.attributes.values()] : undefined;
  return from.kind === 'tuple' ? from.elements : undefined;
}

/** The parts of a type beside what they are to become. */
function partsOf(from: Type, to: Type): (readonly [step: string, given: Type, wanted: Type])[] {
  if (from.kind === 'tuple' && (to.kind === 'list' || to.kind === 'set'))
    return from.elements.map((type, i) => [`[${i}]`, type, to.element] as const);
  if (from.kind === 'tuple' && to.kind === 'tuple' && from.elements.length === to.elements.length)
    return from.elements.map((type, i) => [`[${i}]`, type, to.elements[i] as Type] as const);
  if (from.kind === 'object' && to.kind === 'map')
    return [...from.attributes].map(([name, type]) => [`.${name}`, type, to.element] as const);
  if (from.kind === 'object' && to.kind === 'object') {
    return [...to.attributes].flatMap(([name, type]) => {
      const given = from.attributes.get(name);
      return given ? [[`.${name}`, given, type] as const] : [];
    });
  }
  return [];
}
