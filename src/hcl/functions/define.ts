import { FunctionError, type FunctionContext, type FunctionDefinition, type Parameter } from '../eval/function.js';
import { ConversionError, convert } from '../values/convert.js';
import { BigFloat, NotANumberError } from '../values/number.js';
import { STRING, type Type } from '../values/type.js';
import { Value } from '../values/value.js';

type Fixed<P extends readonly Parameter[]> = { -readonly [K in keyof P]: Value };

interface Specification<P extends readonly Parameter[]> {
  readonly name: string;
  readonly summary: string;
  readonly parameters: P;
  readonly variadic?: Parameter;
  readonly returns: Type | ((args: readonly Value[]) => Type);
  readonly mayBeNull?: boolean;
  readonly call: (args: [...Fixed<P>, ...Value[]], context: FunctionContext) => Value;
}

/**
 * Makes a function whose `call` takes as many arguments as `parameters` names, then the variadic ones. They are known, if not
 * in all of their parts.
 */
export function define<const P extends readonly Parameter[]>(specification: Specification<P>): FunctionDefinition {
  const { call, ...definition } = specification;
  return { ...definition, call: (args, context) => call([...args] as [...Fixed<P>, ...Value[]], context) };
}

/** A function of one string to another. `convert` throws `FunctionError` for a text that it refuses. */
export function stringFunction(
  name: string,
  summary: string,
  convert: (text: string, context: FunctionContext) => string,
): FunctionDefinition {
  return define({
    name,
    summary,
    parameters: [{ name: 'text', type: STRING }],
    returns: STRING,
    call: ([text], context) => Value.string(convert(text.text, context)),
  });
}

/** A failure of the argument with this index, counted from 0. */
export function badArgument(index: number, text: string): FunctionError {
  return new FunctionError(index, text);
}

/** A failure of the call as a whole. */
export function failure(text: string): FunctionError {
  return new FunctionError(undefined, text);
}

const INT64 = 1n << 63n;

/** The exact integer of a number argument. Throws for fractions, infinities and what does not fit 64 bits. */
export function wholeNumber(value: Value, index: number): bigint {
  const number = value.numeric;
  if (number.isInfinite || !number.isInteger) throw badArgument(index, 'must be a whole number');
  const integer = number.toBigInt();
  if (integer >= INT64 || integer < -INT64) throw badArgument(index, 'must fit 64 bits');
  return integer;
}

/** As `wholeNumber`, as a double: exact up to 2^53, which is more than any length, offset or count. */
export function wholeDouble(value: Value, index: number): number {
  return Number(wholeNumber(value, index));
}

/** A number value from a whole JavaScript number. */
export function numberValue(number: number): Value {
  return Value.number(BigFloat.counted(number));
}

/** `list(string)` from texts. */
export function stringList(texts: readonly string[]): Value {
  return Value.list(STRING, texts.map(Value.string));
}

/** The argument with this index converted to a type. Throws `FunctionError` where it does not fit. */
export function convertArgument(value: Value, type: Type, index: number): Value {
  try {
    return convert(value, type);
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error;
    throw badArgument(index, `does not fit${error.path === '' ? '' : ` at \`${error.path}\``}: ${error.message}`);
  }
}

/** Runs arithmetic on numbers; what has no result, such as infinity less infinity, is a failure of the call. */
export function arithmetic<T>(compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof NotANumberError)) throw error;
    throw failure('the result is not a number');
  }
}

/** The words of any error that a library throws. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
