import type { Diagnostics } from '../diagnostic.js';
import type { CallExpression, Expression } from '../syntax/ast.js';
import type { Type } from '../values/type.js';
import type { Value } from '../values/value.js';
import type { Scope } from './scope.js';

/** One parameter. The argument is converted to `type` first; `ANY` takes everything. */
export interface Parameter {
  readonly name: string;
  readonly type: Type;
  /** A null is handed in instead of being refused. */
  readonly allowNull?: boolean;
  /** An unknown is handed in instead of making the result unknown; unknown parts of a known argument always are. */
  readonly allowUnknown?: boolean;
  /** A null or an unknown without a type is handed in; else it makes the result an unknown without a type. */
  readonly allowUntyped?: boolean;
  /** Marks stay on the argument, and the function sees to the marks of its result. */
  readonly allowMarked?: boolean;
}

export interface FunctionDefinition {
  readonly name: string;
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  /** Takes any number of further arguments. */
  readonly variadic?: Parameter;
  /** Type of the result for these converted, maybe unknown arguments; may throw `FunctionError`. */
  readonly returns: Type | ((args: readonly Value[]) => Type);
  /** The result may be null; while it is unknown, nothing is said about that. */
  readonly mayBeNull?: boolean;
  /** @throws FunctionError */
  call(args: readonly Value[], context: FunctionContext): Value;
}

/** A function that sees its arguments as expressions: `try`, `can`, `convert`. */
export interface LazyFunction {
  readonly name: string;
  readonly summary: string;
  lazy(call: CallExpression, scope: Scope, diagnostics: Diagnostics, evaluate: Evaluate): Value;
}

export type Evaluate = (expression: Expression, scope: Scope, diagnostics: Diagnostics) => Value;

export type FunctionTable = ReadonlyMap<string, FunctionDefinition | LazyFunction>;

/** A function refuses an argument (counted from 0), or fails as a whole where `argument` is undefined. */
export class FunctionError extends Error {
  constructor(
    readonly argument: number | undefined,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'FunctionError';
  }
}

/** What functions may know of the world around them. */
export interface FunctionContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `path.root` as typed: relative paths of `file` and its like count from here. */
  readonly templateDirectory: string;
  /** Absolute. */
  readonly workingDirectory: string;
  readonly homeDirectory: string;
  readonly now: () => Date;
  /** When the process started: `legacy_isotime`. */
  readonly startTime: Date;
  readonly randomBytes: (count: number) => Uint8Array;
  /** Renders a template file with `variables` alone in scope; `templatefile` itself is not available inside. */
  readonly renderTemplate?: (name: string, text: string, variables: ReadonlyMap<string, Value>) => Value;
}
