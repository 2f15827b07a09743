import type { Diagnostics } from '../diagnostic.js';
import type { Expression } from '../syntax/ast.js';
import { ConversionError, convert } from '../values/convert.js';
import type { Type } from '../values/type.js';
import type { Mark, Value } from '../values/value.js';
import { misfit } from './words.js';

/** The union of the marks of values themselves. */
export function marksOf(...values: readonly Value[]): Mark[] {
  return values.flatMap((value) => [...value.marks]);
}

/**
 * Converts an operand and refuses null. Undefined, with a diagnostic, where that fails; an unknown stays one.
 * @param what names the operand: `the left operand of +`
 */
export function operand(
  value: Value,
  type: Type,
  expression: Expression,
  what: string,
  diagnostics: Diagnostics,
): Value | undefined {
  const converted = convertOperand(value, type, expression, what, diagnostics);
  if (converted?.isKnown && converted.isNull) {
    diagnostics.error('hcl/null-operand', 'null operand', {
      subject: expression.range,
      detail: `${capital(what)} is null.`,
    });
    return undefined;
  }
  return converted;
}

/** The same, with null allowed. */
export function convertOperand(
  value: Value,
  type: Type,
  expression: Expression,
  what: string,
  diagnostics: Diagnostics,
): Value | undefined {
  try {
    return convert(value, type);
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error;
    diagnostics.error('hcl/invalid-operand', 'unsuitable value', {
      subject: expression.range,
      detail: `${capital(what)} does not fit: ${misfit(error, value)}.`,
    });
    return undefined;
  }
}

export function capital(text: string): string {
  return `${text[0]?.toUpperCase()}${text.slice(1)}`;
}
