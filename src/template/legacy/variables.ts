import type { Diagnostics } from '../../hcl/diagnostic.js';
import type { SourceRange } from '../../hcl/source.js';
import { GoTemplateError, renderGoTemplate } from '../../go-template/render.js';
import { reportError } from '../report.js';
import type { ValueOrigin } from '../template.js';
import type { LegacyDocument } from './document.js';
import { UnsetUserVariable, variableFunctions, type LegacyWorld } from './functions.js';
import { messages } from './messages.js';

/** How often variables are gone through, so that each may refer to any other. */
const MAX_PASSES = 100;

/** A value that a variable was given, not yet rendered. */
export interface GivenValue {
  readonly text: string;
  readonly origin: ValueOrigin;
  readonly range?: SourceRange;
}

/**
 * The values of all variables: given ones before defaults, each rendered once those that it refers to have a value.
 * `{{ .NAME }}` is kept for later. What is not set, or cannot be rendered, is reported.
 */
export function evaluateVariables(
  document: LegacyDocument,
  given: ReadonlyMap<string, GivenValue>,
  world: LegacyWorld,
  onSecret: (text: string) => void,
  diagnostics: Diagnostics,
): Map<string, string> {
  const waiting = startingValues(document, given, diagnostics);
  const known = new Map<string, string>();
  const functions = variableFunctions(world, known, onSecret);
  const failures = new Map<string, GoTemplateError>();
  for (let pass = 0; pass < MAX_PASSES && waiting.size > 0; pass++) {
    const before = waiting.size;
    for (const [name, { text, range }] of waiting) {
      try {
        known.set(name, renderGoTemplate(keepFields(text), {}, functions));
        waiting.delete(name);
      } catch (error) {
        if (!(error instanceof GoTemplateError)) throw error;
        if (error.cause instanceof UnsetUserVariable && waiting.has(error.cause.variable)) failures.set(name, error);
        else {
          reportError(diagnostics, messages.variable(name, error.message), range ? { subject: range } : {});
          waiting.delete(name);
        }
      }
    }
    if (waiting.size === before) break;
  }
  const [first] = waiting;
  if (first) {
    const [, { range }] = first;
    reportError(diagnostics, messages.variableCycle([...waiting.keys()]), range ? { subject: range } : {});
  }
  return known;
}

function startingValues(
  document: LegacyDocument,
  given: ReadonlyMap<string, GivenValue>,
  diagnostics: Diagnostics,
): Map<string, { text: string; range?: SourceRange }> {
  const values = new Map<string, { text: string; range?: SourceRange }>();
  for (const { name, default: text, range, nameRange } of document.variables.values()) {
    if (text !== undefined) values.set(name, { text, range });
    else if (!given.has(name)) reportError(diagnostics, messages.requiredVariable(name), { subject: nameRange });
  }
  for (const [name, { text, range }] of given) values.set(name, { text, ...(range && { range }) });
  return values;
}

/** Actions that begin with a field stay as they are: what they mean is known where the variable is used. */
function keepFields(text: string): string {
  return text.replace(/\{\{-?\s*\.[^{}]*\}\}/g, (action) => `{{${JSON.stringify(action)}}}`);
}
