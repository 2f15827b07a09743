/** What kind of fault it is: the text, the run, or a function that refused its arguments. */
export type GoTemplateErrorCode =
  | 'go-template/syntax'
  | 'go-template/unknown-function'
  | 'go-template/execution'
  | 'go-template/function-failed'
  | 'go-template/unstable';

/** A fault of a `{{ }}` template, with its place in the template's text. */
export class GoTemplateError extends Error {
  /** Count from 1; the column counts UTF-16 units. */
  readonly line: number;
  readonly column: number;

  constructor(
    readonly code: GoTemplateErrorCode,
    message: string,
    readonly template: string,
    /** UTF-16 units from the start. */
    readonly offset: number,
    options: { readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'GoTemplateError';
    const before = template.slice(0, offset).split('\n');
    this.line = before.length;
    this.column = (before[before.length - 1] as string).length + 1;
  }
}

/** Thrown by a function that cannot do what its arguments ask; the executor adds the place. */
export class GoFunctionError extends Error {}
