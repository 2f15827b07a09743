import type { Template } from '../template/template.js';
import type { Value } from '../hcl/values/value.js';

/** Variables of a template by name; sensitive ones are marked. */
export function variablesOf(template: Template): ReadonlyMap<string, Value> {
  return marked(template.variables);
}

/** Locals of a template by name; sensitive ones are marked. */
export function localsOf(template: Template): ReadonlyMap<string, Value> {
  return marked(template.locals);
}

function marked(
  entries: ReadonlyMap<string, { readonly value: Value; readonly sensitive: boolean }>,
): Map<string, Value> {
  return new Map(
    [...entries].map(([name, { value, sensitive }]) => [name, sensitive ? value.withMarks(['sensitive']) : value]),
  );
}
