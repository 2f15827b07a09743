import type { Diagnostics } from '../hcl/diagnostic.js';
import { evaluateTypeExpression, type TypeConstraint } from '../hcl/eval/type-expression.js';
import { applyDefaults } from '../hcl/eval/type-defaults.js';
import type { Scope } from '../hcl/eval/scope.js';
import { expressionInString } from '../hcl/json-syntax/parser.js';
import type { SourceRange } from '../hcl/source.js';
import type { Attribute, Expression } from '../hcl/syntax/ast.js';
import { ANY, BOOL, STRING, type Type } from '../hcl/values/type.js';
import { Value } from '../hcl/values/value.js';
import { readBody, type ContentBlock } from './body.js';
import { convertOr, evaluateAs, evaluateConstant } from './constant.js';
import { messages } from './messages.js';
import { at, reportError } from './report.js';
import { ANYTHING, VARIABLE } from './structure.js';
import type { ValueOrigin } from './template.js';
import { readValidations, type Validation } from './validation.js';

/** A value for a variable, from wherever it came. */
export interface Assignment {
  readonly origin: ValueOrigin;
  readonly value: Value;
  readonly range: SourceRange;
}

/** A variable as declared, with the values that it was given in order of rising precedence. */
export interface VariableDeclaration {
  readonly name: string;
  readonly description?: string;
  readonly sensitive: boolean;
  readonly constraint: TypeConstraint;
  readonly validations: readonly Validation[];
  readonly range: SourceRange;
  readonly assignments: Assignment[];
}

const IDENTIFIER = /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u;

/** Whether a text can be a name in a reference. */
export function isIdentifier(text: string): boolean {
  return IDENTIFIER.test(text);
}

/** Reads `variable` and `variables` blocks in order. `defaults` is the scope of default values: `env` and nothing else. */
export function declareVariables(
  blocks: readonly ContentBlock[],
  scopes: { readonly defaults: Scope; readonly empty: Scope },
  diagnostics: Diagnostics,
): Map<string, VariableDeclaration> {
  const variables = new Map<string, VariableDeclaration>();
  const add = (declaration: VariableDeclaration | undefined): void => {
    if (!declaration) return;
    const before = variables.get(declaration.name);
    if (before) {
      reportError(diagnostics, messages.duplicateVariable(declaration.name, at(before.range)), {
        subject: declaration.range,
      });
    } else variables.set(declaration.name, declaration);
  };
  for (const block of blocks) {
    if (block.type === 'variable') add(declareVariable(block, scopes, diagnostics));
    else {
      const { attributes } = readBody(block.body, ANYTHING, diagnostics);
      for (const attribute of attributes.values()) add(declareByValue(attribute, scopes.defaults, diagnostics));
    }
  }
  return variables;
}

/** An argument of `variables`: its type is exactly that of its value. */
function declareByValue(attribute: Attribute, scope: Scope, diagnostics: Diagnostics): VariableDeclaration | undefined {
  const value = evaluateConstant(attribute.expression, scope, diagnostics);
  return {
    name: attribute.name,
    sensitive: false,
    constraint: { type: value?.type ?? ANY },
    validations: [],
    range: attribute.nameRange,
    assignments: [{ origin: 'default', value: value ?? Value.unknown(), range: attribute.range }],
  };
}

function declareVariable(
  block: ContentBlock,
  scopes: { readonly defaults: Scope; readonly empty: Scope },
  diagnostics: Diagnostics,
): VariableDeclaration | undefined {
  const [label] = block.labels;
  if (!label) return undefined;
  if (!isIdentifier(label.value)) {
    reportError(diagnostics, messages.invalidName('variable', label.value), { subject: label.range });
    return undefined;
  }
  const { attributes, blocks } = readBody(block.body, VARIABLE, diagnostics, { header: block.headerRange });
  const constant = (expression: Expression): Value | undefined =>
    evaluateConstant(expression, scopes.empty, diagnostics);
  const text = (name: string): string | undefined => {
    const attribute = attributes.get(name);
    return attribute && evaluateAs(attribute, STRING, constant, diagnostics)?.text;
  };
  const sensitiveAttribute = attributes.get('sensitive');
  const description = text('description');
  const sensitive = sensitiveAttribute && evaluateAs(sensitiveAttribute, BOOL, constant, diagnostics)?.truth;
  const typeAttribute = attributes.get('type');
  const typeExpression = typeAttribute && nativeExpression(block, typeAttribute.expression, diagnostics);
  const declared = typeExpression && readType(typeExpression, constant, diagnostics);
  const { constraint, fallback } = readDefault(
    label.value,
    attributes.get('default'),
    declared,
    scopes.defaults,
    diagnostics,
  );
  return {
    name: label.value,
    ...(description !== undefined && { description }),
    sensitive: sensitive === true,
    constraint,
    validations: readValidations(label.value, blocks, scopes.empty, diagnostics),
    range: block.headerRange,
    assignments: fallback ? [fallback] : [],
  };
}

/** In JSON a type stands in a string. */
function nativeExpression(
  block: ContentBlock,
  expression: Expression,
  diagnostics: Diagnostics,
): Expression | undefined {
  return block.body.syntax === 'json' ? expressionInString(expression, diagnostics) : expression;
}

function readType(
  expression: Expression,
  constant: (expression: Expression) => Value | undefined,
  diagnostics: Diagnostics,
): TypeConstraint {
  const evaluateDefault = (item: Expression, type: Type, found: Diagnostics): Value | undefined => {
    const value = constant(item);
    return (
      value &&
      convertOr(value, type, (reason) =>
        reportError(found, messages.defaultValue('optional', reason), { subject: item.range }),
      )
    );
  };
  return evaluateTypeExpression(expression, diagnostics, { allowOptional: true, evaluateDefault }) ?? { type: ANY };
}

/** The default converted to the type; an untyped variable takes the exact type of its default unless that is empty or null. */
function readDefault(
  name: string,
  attribute: Attribute | undefined,
  declared: TypeConstraint | undefined,
  scope: Scope,
  diagnostics: Diagnostics,
): { constraint: TypeConstraint; fallback?: Assignment } {
  const constraint = declared ?? { type: ANY };
  if (!attribute) return { constraint };
  const given = evaluateConstant(attribute.expression, scope, diagnostics);
  if (!given)
    return {
      constraint,
      fallback: { origin: 'default', value: Value.unknown(constraint.type), range: attribute.range },
    };
  const typed = constraint.type.kind === 'any' && !isEmpty(given) ? { type: given.type } : constraint;
  const value = toConstraint(given, typed, (reason) =>
    reportError(diagnostics, messages.defaultValue(name, reason), { subject: attribute.expression.range }),
  );
  return {
    constraint: typed,
    fallback: { origin: 'default', value: value ?? Value.unknown(typed.type), range: attribute.range },
  };
}

/** Fills in the defaults of optional attributes and converts. */
export function toConstraint(
  value: Value,
  constraint: TypeConstraint,
  refuse: (reason: string) => void,
): Value | undefined {
  const filled = constraint.defaults ? applyDefaults(value, constraint.defaults) : value;
  return convertOr(filled, constraint.type, refuse);
}

function isEmpty(value: Value): boolean {
  if (!value.isKnown) return false;
  return (
    value.isNull || ((value.type.kind === 'tuple' || value.type.kind === 'object') && value.children().length === 0)
  );
}
