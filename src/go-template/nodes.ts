import type { GoFloat } from './values.js';

/** The parsed template. `offset` is the place of a node in the template's text. */
export type Node =
  | { readonly kind: 'text'; readonly offset: number; readonly text: string }
  | { readonly kind: 'action'; readonly offset: number; readonly pipeline: Pipeline }
  | {
      readonly kind: 'if' | 'with' | 'range';
      readonly offset: number;
      readonly pipeline: Pipeline;
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
    }
  | { readonly kind: 'break' | 'continue'; readonly offset: number }
  | {
      readonly kind: 'template';
      readonly offset: number;
      readonly name: string;
      readonly pipeline: Pipeline | undefined;
    };

/** `$a, $b := command | command`. */
export interface Pipeline {
  readonly offset: number;
  readonly variables: readonly string[];
  /** `:=` makes new variables, `=` changes existing ones. */
  readonly declares: boolean;
  readonly commands: readonly Command[];
}

/** An operand, or a function or field with arguments. */
export interface Command {
  readonly offset: number;
  readonly operands: readonly Operand[];
}

export type Operand =
  | { readonly kind: 'constant'; readonly offset: number; readonly value: string | number | bigint | boolean | GoFloat }
  | { readonly kind: 'nil' | 'dot'; readonly offset: number }
  | { readonly kind: 'function'; readonly offset: number; readonly name: string }
  | { readonly kind: 'field'; readonly offset: number; readonly path: readonly string[] }
  | { readonly kind: 'variable'; readonly offset: number; readonly name: string; readonly path: readonly string[] }
  | {
      readonly kind: 'pipeline';
      readonly offset: number;
      readonly pipeline: Pipeline;
      readonly path: readonly string[];
    };

export interface ParsedTemplate {
  readonly text: string;
  readonly root: readonly Node[];
  /** What `define` and `block` named. */
  readonly definitions: ReadonlyMap<string, readonly Node[]>;
}
