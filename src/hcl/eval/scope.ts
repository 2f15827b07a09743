import type { Value } from '../values/value.js';
import type { FunctionContext, FunctionTable } from './function.js';
import { fullBudget, type Budget } from './limits.js';

/** Names and functions that an expression may use. Inner scopes (loops) see the outer ones. */
export class Scope {
  private constructor(
    private readonly variables: ReadonlyMap<string, Value>,
    readonly functions: FunctionTable,
    readonly context: FunctionContext,
    private readonly outer: Scope | undefined,
    readonly budget: Budget,
  ) {}

  static create(options: {
    readonly variables: ReadonlyMap<string, Value>;
    readonly functions: FunctionTable;
    readonly context: FunctionContext;
  }): Scope {
    return new Scope(options.variables, options.functions, options.context, undefined, fullBudget());
  }

  /** The value of a root name; undefined where it is not there. */
  variable(name: string): Value | undefined {
    return this.variables.get(name) ?? this.outer?.variable(name);
  }

  /** A scope inside this one, in which `variables` come first. */
  child(variables: Iterable<readonly [string, Value]>): Scope {
    return new Scope(new Map(variables), this.functions, this.context, this, this.budget);
  }

  /** All root names. */
  names(): string[] {
    return [...new Set([...this.variables.keys(), ...(this.outer?.names() ?? [])])];
  }
}

/** See `Scope.create`. */
export const createScope = Scope.create;
