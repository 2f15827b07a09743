import { builtins, LAZY_FUNCTIONS, type GoFunctions } from './builtins.js';
import { GoTemplateError } from './error.js';
import { execute } from './execute.js';
import { parse } from './parser.js';

export type { GoFunction, GoFunctions } from './builtins.js';
export { GoFunctionError, GoTemplateError, type GoTemplateErrorCode } from './error.js';

/** How often a text is rendered again before it counts as never becoming stable. */
const MAX_PASSES = 100;

/**
 * Renders a `{{ }}` template once, as options are rendered when a component is prepared.
 * @param data what `.` stands for; fields that are not there give `<no value>`
 * @throws GoTemplateError with the place in the text
 */
export function renderGoTemplate(text: string, data: unknown, functions: GoFunctions): string {
  if (!text.includes('{{')) return text;
  const all = { ...builtins, ...functions };
  return execute(parse(text, new Set([...Object.keys(all), ...LAZY_FUNCTIONS])), data ?? undefined, all);
}

/**
 * Renders again and again until nothing changes, as at run time.
 * @throws GoTemplateError, also where the text never becomes stable
 */
export function renderUntilStable(text: string, data: unknown, functions: GoFunctions): string {
  let current = text;
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const next = renderGoTemplate(current, data, functions);
    if (next === current) return current;
    current = next;
  }
  throw new GoTemplateError('go-template/unstable', 'the text changes each time it is rendered', text, 0);
}
