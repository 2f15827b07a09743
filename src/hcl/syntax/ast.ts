import type { SourceRange } from '../source.js';

/** A parsed file or the inside of a block. Attributes and blocks stand in `items` in the order written. */
export interface Body {
  readonly items: readonly BodyItem[];
  readonly range: SourceRange;
  /** Where a missing argument is reported: the position behind the last item. */
  readonly endRange: SourceRange;
  /** How the body was written: the two syntaxes differ in what a string or a block list means. */
  readonly syntax: 'native' | 'json';
}

export type BodyItem = Attribute | Block;

export interface Attribute {
  readonly kind: 'attribute';
  readonly name: string;
  readonly nameRange: SourceRange;
  readonly expression: Expression;
  readonly range: SourceRange;
}

export interface Block {
  readonly kind: 'block';
  readonly type: string;
  readonly typeRange: SourceRange;
  readonly labels: readonly BlockLabel[];
  readonly body: Body;
  /** From the type to the last label: what a diagnostic about the block underlines. */
  readonly headerRange: SourceRange;
  readonly range: SourceRange;
}

export interface BlockLabel {
  readonly value: string;
  readonly range: SourceRange;
  readonly quoted: boolean;
}

/** Every expression has the span of its source text; parentheses are kept as a node of their own. */
export type Expression =
  | NumberLiteral
  | KeywordLiteral
  | TemplateExpression
  | VariableExpression
  | AttributeAccess
  | IndexAccess
  | SplatExpression
  | CallExpression
  | UnaryExpression
  | BinaryExpression
  | ConditionalExpression
  | TupleExpression
  | ObjectExpression
  | ForExpression
  | ParenthesizedExpression;

interface Node {
  readonly range: SourceRange;
}

/** `text` is the literal as written (`1e3`). */
export interface NumberLiteral extends Node {
  readonly kind: 'number';
  readonly text: string;
}

export interface KeywordLiteral extends Node {
  readonly kind: 'keyword';
  readonly value: true | false | null;
}

/**
 * A quoted string, a heredoc or a template file. Escapes are processed, strip markers and `<<-` are applied: `parts` hold
 * what evaluation joins. A template of exactly one interpolation yields that value unchanged (`isWrap`).
 * A template without any part is the empty string; a literal that strip markers emptied stays as an empty part.
 */
export interface TemplateExpression extends Node {
  readonly kind: 'template';
  readonly form: 'quoted' | 'heredoc' | 'file';
  readonly parts: readonly TemplatePart[];
  readonly isWrap: boolean;
}

export type TemplatePart = TemplateLiteral | TemplateInterpolation | TemplateIf | TemplateFor;

export interface TemplateLiteral extends Node {
  readonly kind: 'literal';
  readonly value: string;
}

export interface TemplateInterpolation extends Node {
  readonly kind: 'interpolation';
  readonly expression: Expression;
}

export interface TemplateIf extends Node {
  readonly kind: 'if';
  readonly condition: Expression;
  readonly then: readonly TemplatePart[];
  readonly else: readonly TemplatePart[];
}

export interface TemplateFor extends Node {
  readonly kind: 'for';
  readonly keyName?: string;
  readonly valueName: string;
  readonly collection: Expression;
  readonly body: readonly TemplatePart[];
}

/** A root name: `var`, `local`, a loop variable. */
export interface VariableExpression extends Node {
  readonly kind: 'variable';
  readonly name: string;
}

/** `.name`, or a legacy index `.0` (`legacyIndex`, `name` is then the digits). */
export interface AttributeAccess extends Node {
  readonly kind: 'attribute-access';
  readonly object: Expression;
  readonly name: string;
  readonly nameRange: SourceRange;
  readonly legacyIndex: boolean;
}

export interface IndexAccess extends Node {
  readonly kind: 'index-access';
  readonly object: Expression;
  readonly index: Expression;
}

/** `source[*]…` or `source.*…`: `each` is applied to every element, which it names by `SplatItem`. */
export interface SplatExpression extends Node {
  readonly kind: 'splat';
  readonly source: Expression;
  readonly style: 'full' | 'attribute';
  /** The steps behind the star, in order. */
  readonly each: readonly SplatStep[];
  readonly markerRange: SourceRange;
}

export type SplatStep =
  | { readonly kind: 'attribute'; readonly name: string; readonly legacyIndex: boolean; readonly range: SourceRange }
  | { readonly kind: 'index'; readonly index: Expression; readonly range: SourceRange }
  /** A star behind a full splat, as in `a[*].b[*].c`: applied to each element's own `b`. */
  | {
      readonly kind: 'splat';
      readonly style: 'full' | 'attribute';
      readonly each: readonly SplatStep[];
      readonly markerRange: SourceRange;
      readonly range: SourceRange;
    };

export interface CallExpression extends Node {
  readonly kind: 'call';
  /** With namespaces as written: `a::b`. */
  readonly name: string;
  readonly nameRange: SourceRange;
  readonly args: readonly Expression[];
  /** Whether the last argument is followed by `...`. */
  readonly expandFinal: boolean;
  readonly closeRange: SourceRange;
}

export type UnaryOperator = '-' | '!';
export interface UnaryExpression extends Node {
  readonly kind: 'unary';
  readonly operator: UnaryOperator;
  readonly operand: Expression;
  readonly operatorRange: SourceRange;
}

export type BinaryOperator = '*' | '/' | '%' | '+' | '-' | '>' | '>=' | '<' | '<=' | '==' | '!=' | '&&' | '||';
export interface BinaryExpression extends Node {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly operatorRange: SourceRange;
}

export interface ConditionalExpression extends Node {
  readonly kind: 'conditional';
  readonly condition: Expression;
  readonly then: Expression;
  readonly else: Expression;
}

export interface TupleExpression extends Node {
  readonly kind: 'tuple';
  readonly items: readonly Expression[];
}

export interface ObjectExpression extends Node {
  readonly kind: 'object';
  readonly items: readonly ObjectItem[];
}

/** A bare identifier key is a `variable` expression with `bareKey`; `(x)` stays parenthesised. */
export interface ObjectItem {
  readonly key: Expression;
  readonly bareKey?: string;
  readonly value: Expression;
}

export interface ForExpression extends Node {
  readonly kind: 'for';
  readonly result: 'tuple' | 'object';
  readonly keyName?: string;
  readonly valueName: string;
  readonly collection: Expression;
  /** Object results only. */
  readonly key?: Expression;
  readonly value: Expression;
  readonly condition?: Expression;
  readonly grouping: boolean;
}

export interface ParenthesizedExpression extends Node {
  readonly kind: 'parentheses';
  readonly inner: Expression;
}
