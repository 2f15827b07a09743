import { Diagnostics } from '../hcl/diagnostic.js';
import { evaluate } from '../hcl/eval/evaluate.js';
import { references } from '../hcl/eval/references.js';
import type { Scope } from '../hcl/eval/scope.js';
import type { SourceRange } from '../hcl/source.js';
import type { Expression } from '../hcl/syntax/ast.js';
import { BOOL, STRING } from '../hcl/values/type.js';
import { Value } from '../hcl/values/value.js';
import { readBody, type ContentBlock } from './body.js';
import { convertOr, evaluateAs, evaluateConstant } from './constant.js';
import { messages } from './messages.js';
import { at, reportError } from './report.js';
import { VALIDATION } from './structure.js';
import type { ValueOrigin } from './template.js';

/** A condition that the value of a variable must meet. */
export interface Validation {
  readonly condition: Expression;
  readonly sentence: string;
  readonly range: SourceRange;
}

/** Reads the `validation` blocks of a variable. */
export function readValidations(
  name: string,
  blocks: readonly ContentBlock[],
  empty: Scope,
  diagnostics: Diagnostics,
): Validation[] {
  return blocks.flatMap((block) => {
    const { attributes } = readBody(block.body, VALIDATION, diagnostics, { header: block.headerRange });
    const condition = attributes.get('condition');
    const message = attributes.get('error_message');
    if (condition) checkReferences(name, condition.expression, diagnostics);
    const sentence =
      message &&
      evaluateAs(message, STRING, (expression) => evaluateConstant(expression, empty, diagnostics), diagnostics)?.text;
    if (message && sentence !== undefined) {
      const fault = sentenceFault(sentence);
      if (fault !== undefined)
        reportError(diagnostics, messages.validationMessage(fault), { subject: message.expression.range });
    }
    if (!condition || sentence === undefined) return [];
    return [{ condition: condition.expression, sentence: sentence.trim(), range: block.headerRange }];
  });
}

/** Why a text is not a full sentence. */
function sentenceFault(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return 'must not be empty';
  const first = String.fromCodePoint(trimmed.codePointAt(0) as number);
  if (/\p{L}/u.test(first) && !/\p{Lu}/u.test(first)) return 'must start with a capital';
  return /[.?!]$/.test(trimmed) ? undefined : 'must end in `.`, `?` or `!`';
}

function checkReferences(name: string, condition: Expression, diagnostics: Diagnostics): void {
  const found = references(condition);
  const own = found.filter(({ root, path }) => root === 'var' && path[0] === name);
  for (const reference of found) {
    if (!own.includes(reference))
      reportError(diagnostics, messages.validationReference(name), {
        subject: reference.range,
        context: condition.range,
      });
  }
  if (found.length === 0)
    reportError(diagnostics, messages.validationWithoutReference(name), { subject: condition.range });
}

/** Checks the final value of a variable against its conditions. `functions` is a scope without variables. */
export function checkValue(
  variable: { readonly name: string; readonly sensitive: boolean; readonly validations: readonly Validation[] },
  value: Value,
  origin: ValueOrigin,
  place: SourceRange | undefined,
  functions: Scope,
  diagnostics: Diagnostics,
): void {
  for (const { condition, sentence, range } of variable.validations) {
    const scope = functions.child([['var', Value.object([[variable.name, value]])]]);
    const found = new Diagnostics();
    const result = evaluate(condition, scope, found);
    diagnostics.add(found.list);
    if (found.hasErrors) continue;
    const refuse = (reason: string): void =>
      reportError(diagnostics, messages.validationResult(reason), { subject: condition.range });
    const truth = convertOr(result, BOOL, refuse);
    if (!truth || !truth.isKnown) continue;
    if (truth.isNull) refuse('it is null');
    else if (!truth.truth) {
      reportError(diagnostics, messages.validationFailed(variable.name, origin, sentence), {
        subject: place ?? range,
        detail: `The condition stands at ${at(range)}.`,
      });
    }
  }
}
