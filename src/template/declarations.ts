import type { SourceRange } from '../hcl/source.js';
import type { Attribute, Body, Expression } from '../hcl/syntax/ast.js';
import type { ContentBlock } from './body.js';
import type { Scopes } from './scopes.js';
import type { RequiredPlugin } from './template.js';
import type { VariableDeclaration } from './variables.js';

/** What the files of a template, or of a module, declare; unevaluated. */
export interface Declarations {
  /** `path.root`. */
  readonly root: string;
  readonly scopes: Scopes;
  readonly blocks: readonly ContentBlock[];
  /** With those of its modules. */
  readonly plugins: readonly RequiredPlugin[];
  readonly variables: ReadonlyMap<string, VariableDeclaration>;
  /** Locals, data sources and modules. */
  readonly definitions: ReadonlyMap<string, Definition>;
}

/** A local as written. */
export interface LocalDefinition {
  readonly kind: 'local';
  readonly key: string;
  readonly name: string;
  readonly expression: Expression;
  readonly sensitive: boolean;
  readonly range: SourceRange;
}

/** A data source as written. */
export interface DataDefinition {
  readonly kind: 'data';
  readonly key: string;
  readonly type: string;
  readonly name: string;
  readonly typeRange: SourceRange;
  readonly body: Body;
  readonly headerRange: SourceRange;
  readonly range: SourceRange;
}

export type Definition = LocalDefinition | DataDefinition | ModuleDefinition;

/** A `module` block: its arguments, and what the files of its folder declare. */
export interface ModuleDefinition {
  readonly kind: 'module';
  /** `module.NAME`. */
  readonly key: string;
  readonly name: string;
  /** `for_each`, `count` and `enabled`. */
  readonly meta: ReadonlyMap<string, Attribute>;
  /** Values for the variables of the module. */
  readonly values: ReadonlyMap<string, Attribute>;
  readonly content: Declarations;
  readonly headerRange: SourceRange;
  readonly range: SourceRange;
}
