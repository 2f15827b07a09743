import type { Type } from './type.js';
import { typeInWords } from './words.js';

/**
 * A value does not fit a type. `path` leads to the faulty part: `.a[0]`. `required` says less than the message: nothing of
 * the value, whose attributes may have secret names.
 */
export class ConversionError extends Error {
  constructor(
    message: string,
    readonly path: string = '',
    readonly required: string = message,
  ) {
    super(message);
    this.name = 'ConversionError';
  }

  /** The same, seen from the collection around it. */
  inside(step: string): ConversionError {
    return new ConversionError(this.message, step + this.path, this.required);
  }
}

/** Runs `action` for the part that `step` leads to. */
export function at<T>(step: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof ConversionError ? error.inside(step) : error;
  }
}

export function refused(from: Type, to: Type): ConversionError {
  const required = `${typeInWords(to)} is required`;
  return new ConversionError(`${required}, this is ${typeInWords(from)}`, '', required);
}
