import { Diagnostics } from '../hcl/diagnostic.js';
import { evaluate } from '../hcl/eval/evaluate.js';
import type { FunctionTable } from '../hcl/eval/function.js';
import { references } from '../hcl/eval/references.js';
import type { Scope } from '../hcl/eval/scope.js';
import type { Attribute, Expression } from '../hcl/syntax/ast.js';
import { ConversionError, convert } from '../hcl/values/convert.js';
import type { BOOL, NUMBER, STRING } from '../hcl/values/type.js';
import { describeType, type Type } from '../hcl/values/type.js';
import type { Value } from '../hcl/values/value.js';
import { messages } from './messages.js';
import { reportError } from './report.js';

export const NO_FUNCTIONS: FunctionTable = new Map();

/** Evaluates an expression in which no reference may stand. Undefined, with a diagnostic, where it fails. */
export function evaluateConstant(expression: Expression, scope: Scope, diagnostics: Diagnostics): Value | undefined {
  const found = new Diagnostics();
  for (const { range } of references(expression))
    reportError(found, messages.referenceNotAllowed(), { subject: range });
  const value = found.hasErrors ? undefined : evaluate(expression, scope, found);
  diagnostics.add(found.list);
  return found.hasErrors ? undefined : value;
}

/** Evaluates an argument to a string, number or bool. Undefined, with a diagnostic, where that fails or it is null. */
export function evaluateAs(
  attribute: Attribute,
  type: typeof STRING | typeof NUMBER | typeof BOOL,
  run: (expression: Expression, diagnostics: Diagnostics) => Value | undefined,
  diagnostics: Diagnostics,
): Value | undefined {
  const before = diagnostics.list.length;
  const value = run(attribute.expression, diagnostics);
  if (!value || diagnostics.list.length > before) return undefined;
  const subject = attribute.expression.range;
  if (value.isKnown && value.isNull) {
    reportError(diagnostics, messages.unsuitableNull(attribute.name), { subject });
    return undefined;
  }
  const converted = convertOr(value, type, (reason) =>
    reportError(diagnostics, messages.unsuitableType(attribute.name, wantedText(type)), { subject, detail: reason }),
  );
  if (converted && !converted.isKnown) {
    reportError(diagnostics, messages.notKnownYet(attribute.name), { subject });
    return undefined;
  }
  return converted;
}

/** Converts, or tells `refuse` why not. */
export function convertOr(value: Value, type: Type, refuse: (reason: string) => void): Value | undefined {
  try {
    return convert(value, type);
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error;
    refuse(conversionReason(error));
    return undefined;
  }
}

/** The sentence of a failed conversion, with the path to the faulty part. */
export function conversionReason(error: ConversionError): string {
  return error.path === '' ? error.message : `\`${error.path.replace(/^\./, '')}\`: ${error.message}`;
}

function wantedText(type: Type): string {
  return `a ${describeType(type)}`;
}
