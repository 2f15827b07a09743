import type { ConversionError } from '../values/convert.js';
import type { Value } from '../values/value.js';
import { typeInWords } from '../values/words.js';

/** Whether anything about the value may be told: names of attributes can be made of a secret, too. */
export function isTellable(value: Value): boolean {
  return !value.deepMarks().has('sensitive');
}

/** The type of a value in words; of a secret only its kind. */
export function valueInWords(value: Value): string {
  const { kind } = value.type;
  if (isTellable(value)) return typeInWords(value.type);
  return kind === 'object' ? 'an object' : `a ${kind}`;
}

/** Why a value does not convert, and where in it; of a secret only what is required. */
export function misfit(error: ConversionError, value: Value): string {
  if (!isTellable(value)) return error.required;
  return error.path === '' ? error.message : `${error.message} (at ${error.path})`;
}
