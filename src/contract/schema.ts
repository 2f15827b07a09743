/**
 * A component's options as data. Decoding, validation, "did you mean", reference pages and the TypeScript type of the
 * decoded configuration all come from it.
 */
export interface Schema {
  readonly attributes: Readonly<Record<string, AttributeSpec>>;
  readonly blocks?: Readonly<Record<string, BlockSpec>>;
}

/** The shape of an option's value. */
export type OptionType =
  | { readonly kind: 'string' | 'number' | 'bool' | 'duration' | 'any' }
  | { readonly kind: 'list' | 'map'; readonly element: OptionType };

export interface AttributeSpec<T = unknown> {
  readonly type: OptionType;
  readonly description: string;
  readonly required: boolean;
  /** Value of an unset option, in the form in which it would be written (a duration as text). */
  readonly default?: unknown;
  /** How an unset option is filled where that is not a constant: `1, or the topology's product`. */
  readonly defaultNote?: string;
  /** The only accepted values. */
  readonly values?: readonly string[];
  /** Set where the option is obsolete: what to use instead. */
  readonly deprecated?: string;
  /** The value is a secret: it is masked everywhere. */
  readonly sensitive: boolean;
  /** Whether `{{ }}` in the value is rendered when the component is prepared, or left to the component at run time. */
  readonly template: 'early' | 'late';
  /** Carries the decoded TypeScript type; never set. */
  readonly decoded?: T;
}

export interface BlockSpec<S extends Schema = Schema, Repeated extends boolean = boolean> {
  readonly schema: S;
  readonly repeated: Repeated;
  readonly required: boolean;
  readonly description: string;
  readonly deprecated?: string;
}

interface AttributeOptions {
  readonly description: string;
  readonly defaultNote?: string;
  readonly values?: readonly string[];
  readonly deprecated?: string;
  readonly sensitive?: boolean;
  readonly template?: 'early' | 'late';
}

type Unset<O, T> = O extends { default: unknown } | { required: true } ? T : T | undefined;
type Options<T> = AttributeOptions &
  ({ readonly default?: T; readonly required?: undefined } | { readonly required: true; readonly default?: undefined });

function spec(type: OptionType, options: Options<unknown>): AttributeSpec<never> {
  return {
    ...options,
    type,
    required: options.required === true,
    sensitive: options.sensitive === true,
    template: options.template ?? 'early',
  };
}

/** A text option. */
export function text<const O extends Options<string>>(
  options: O,
): AttributeSpec<Unset<O, O extends { values: readonly (infer V)[] } ? V & string : string>> {
  return spec({ kind: 'string' }, options);
}
/** A number option. */
export function number<const O extends Options<number>>(options: O): AttributeSpec<Unset<O, number>> {
  return spec({ kind: 'number' }, options);
}
/** A bool option; without a default, unset differs from false. */
export function bool<const O extends Options<boolean>>(options: O): AttributeSpec<Unset<O, boolean>> {
  return spec({ kind: 'bool' }, options);
}
/** A Go duration such as `5m`; decoded to milliseconds. */
export function duration<const O extends Options<string>>(options: O): AttributeSpec<Unset<O, number>> {
  return spec({ kind: 'duration' }, options);
}
/** A list of texts; decoded to an empty array where unset. */
export function textList<const O extends Options<readonly string[]>>(options: O): AttributeSpec<string[]> {
  return spec({ kind: 'list', element: { kind: 'string' } }, options);
}
/** A list of numbers; decoded to an empty array where unset. */
export function numberList<const O extends Options<readonly number[]>>(options: O): AttributeSpec<number[]> {
  return spec({ kind: 'list', element: { kind: 'number' } }, options);
}
/** A list of lists of texts; decoded to an empty array where unset. */
export function textRows<const O extends Options<readonly (readonly string[])[]>>(
  options: O,
): AttributeSpec<string[][]> {
  return spec({ kind: 'list', element: { kind: 'list', element: { kind: 'string' } } }, options);
}
/** A map of texts; decoded to an empty object where unset. */
export function textMap<const O extends Options<Readonly<Record<string, string>>>>(
  options: O,
): AttributeSpec<Record<string, string>> {
  return spec({ kind: 'map', element: { kind: 'string' } }, options);
}

/** A nested block that may stand at most once. */
export function block<S extends Schema>(
  schema: S,
  options: { description: string; required?: boolean; deprecated?: string },
): BlockSpec<S, false> {
  return { schema, repeated: false, ...options, required: options.required === true };
}
/** A nested block that may stand any number of times. */
export function blocks<S extends Schema>(
  schema: S,
  options: { description: string; required?: boolean; deprecated?: string },
): BlockSpec<S, true> {
  return { schema, repeated: true, ...options, required: options.required === true };
}

type DecodedAttributes<A> = { [K in keyof A]: A[K] extends AttributeSpec<infer T> ? T : never };
type DecodedBlocks<B> = {
  [K in keyof B]: B[K] extends BlockSpec<infer S, infer R>
    ? R extends true
      ? Decoded<S>[]
      : Decoded<S> | undefined
    : never;
};

/** The TypeScript type of a configuration that was decoded by `S`. */
export type Decoded<S extends Schema> = DecodedAttributes<S['attributes']> &
  (S['blocks'] extends object ? DecodedBlocks<S['blocks']> : unknown);

/** Checks a schema's own type while keeping its exact shape for `Decoded`. */
export function defineSchema<const S extends Schema>(schema: S): S {
  return schema;
}
