import type { Diagnostics } from '../diagnostic.js';
import type { CallExpression, Expression } from '../syntax/ast.js';
import { ANY, BOOL, NUMBER, STRING, listOf, mapOf, objectOf, setOf, tupleOf, type Type } from '../values/type.js';
import type { Value } from '../values/value.js';
import type { TypeDefaults } from './type-defaults.js';
import { didYouMean } from './near.js';

/** A type constraint with the defaults of its optional attributes. */
export interface TypeConstraint {
  readonly type: Type;
  readonly defaults?: TypeDefaults;
}

export interface TypeExpressionOptions {
  /** `optional(T)` may stand in an object. */
  readonly allowOptional?: boolean;
  /** Evaluates the second argument of `optional`; absent: it is refused. */
  readonly evaluateDefault?: (expression: Expression, type: Type, diagnostics: Diagnostics) => Value | undefined;
}

const PRIMITIVES: Record<string, Type> = { string: STRING, number: NUMBER, bool: BOOL, any: ANY };
const WITH_ARGUMENT = ['list', 'set', 'map', 'object', 'tuple'];
const NAMES = [...Object.keys(PRIMITIVES), ...WITH_ARGUMENT];

/** Reads `list(string)`, `object({ a = optional(number, 1) })` and their like. Undefined, with a diagnostic, where it is no type. */
export function evaluateTypeExpression(
  expression: Expression,
  diagnostics: Diagnostics,
  options: TypeExpressionOptions = {},
): TypeConstraint | undefined {
  switch (expression.kind) {
    case 'variable': {
      const primitive = PRIMITIVES[expression.name];
      if (primitive) return { type: primitive };
      if (WITH_ARGUMENT.includes(expression.name)) {
        return refuse(
          expression,
          diagnostics,
          `\`${expression.name}\` needs to know of what.`,
          `write \`${exampleOf(expression.name)}\``,
        );
      }
      return refuse(
        expression,
        diagnostics,
        `\`${expression.name}\` is not a type.`,
        didYouMean(expression.name, NAMES),
      );
    }
    case 'call':
      return evaluateConstructor(expression, diagnostics, options);
    case 'template': {
      const [part] = expression.parts;
      const text = expression.parts.length === 1 && part?.kind === 'literal' ? part.value : undefined;
      return refuse(
        expression,
        diagnostics,
        'A type is not written in quotes.',
        text && NAMES.includes(text) ? `write \`${exampleOf(text)}\`` : undefined,
      );
    }
    default:
      return refuse(expression, diagnostics, 'A type is a keyword such as `string`, or one such as `list(string)`.');
  }
}

function evaluateConstructor(
  call: CallExpression,
  diagnostics: Diagnostics,
  options: TypeExpressionOptions,
): TypeConstraint | undefined {
  const { name, args } = call;
  if (name in PRIMITIVES) return refuse(call, diagnostics, `\`${name}\` takes no argument.`, `write \`${name}\``);
  if (name === 'optional') return refuse(call, diagnostics, '`optional` stands only for an attribute of an object.');
  if (!WITH_ARGUMENT.includes(name))
    return refuse(call, diagnostics, `\`${name}\` is not a type.`, didYouMean(name, NAMES));
  const [argument] = args;
  if (!argument || args.length !== 1 || call.expandFinal) {
    return refuse(call, diagnostics, `\`${name}\` takes exactly one argument.`, `write \`${exampleOf(name)}\``);
  }
  if (name === 'tuple') return evaluateTuple(argument, diagnostics, options);
  if (name === 'object') return evaluateObjectType(argument, diagnostics, options);
  const element = evaluateTypeExpression(argument, diagnostics, options);
  if (!element) return undefined;
  const type = name === 'list' ? listOf(element.type) : name === 'set' ? setOf(element.type) : mapOf(element.type);
  return {
    type,
    ...(element.defaults && { defaults: { attributes: new Map(), children: new Map([['', element.defaults]]) } }),
  };
}

function evaluateTuple(
  argument: Expression,
  diagnostics: Diagnostics,
  options: TypeExpressionOptions,
): TypeConstraint | undefined {
  if (argument.kind !== 'tuple')
    return refuse(argument, diagnostics, '`tuple` takes a list of types.', 'write `tuple([string, number])`');
  const elements = argument.items.map((item) => evaluateTypeExpression(item, diagnostics, options));
  if (elements.some((element) => element === undefined)) return undefined;
  const known = elements as TypeConstraint[];
  const children = new Map(known.flatMap(({ defaults }, i) => (defaults ? [[String(i), defaults] as const] : [])));
  return {
    type: tupleOf(known.map(({ type }) => type)),
    ...(children.size > 0 && { defaults: { attributes: new Map(), children } }),
  };
}

function evaluateObjectType(
  argument: Expression,
  diagnostics: Diagnostics,
  options: TypeExpressionOptions,
): TypeConstraint | undefined {
  if (argument.kind !== 'object')
    return refuse(argument, diagnostics, '`object` takes attributes in braces.', 'write `object({ name = string })`');
  const types: [string, Type][] = [];
  const optional: string[] = [];
  const attributes = new Map<string, Value>();
  const children = new Map<string, TypeDefaults>();
  let failed = false;
  for (const item of argument.items) {
    const name = item.bareKey;
    if (name === undefined) {
      refuse(item.key, diagnostics, 'The name of an attribute is a plain word, without quotes.');
      failed = true;
      continue;
    }
    if (types.some(([other]) => other === name)) {
      refuse(item.key, diagnostics, `The attribute \`${name}\` stands here twice.`);
      failed = true;
      continue;
    }
    const attribute = evaluateAttribute(item.value, diagnostics, options);
    if (!attribute) {
      failed = true;
      continue;
    }
    types.push([name, attribute.type]);
    if (attribute.optional) optional.push(name);
    if (attribute.default) attributes.set(name, attribute.default);
    if (attribute.defaults) children.set(name, attribute.defaults);
  }
  if (failed) return undefined;
  const hasDefaults = attributes.size > 0 || children.size > 0;
  return { type: objectOf(types, optional), ...(hasDefaults && { defaults: { attributes, children } }) };
}

function evaluateAttribute(
  expression: Expression,
  diagnostics: Diagnostics,
  options: TypeExpressionOptions,
): (TypeConstraint & { optional: boolean; default?: Value }) | undefined {
  if (expression.kind !== 'call' || expression.name !== 'optional' || !options.allowOptional) {
    const required = evaluateTypeExpression(expression, diagnostics, options);
    return required && { ...required, optional: false };
  }
  const [typeExpression, defaultExpression] = expression.args;
  const most = options.evaluateDefault ? 2 : 1;
  if (!typeExpression || expression.args.length > most) {
    refuse(expression, diagnostics, `\`optional\` takes a type${most === 2 ? ' and maybe a default' : ''}.`);
    return undefined;
  }
  const constraint = evaluateTypeExpression(typeExpression, diagnostics, options);
  if (!constraint) return undefined;
  if (!defaultExpression || !options.evaluateDefault) return { ...constraint, optional: true };
  const value = options.evaluateDefault(defaultExpression, constraint.type, diagnostics);
  return value && { ...constraint, optional: true, default: value };
}

function exampleOf(name: string): string {
  if (name === 'object') return 'object({ name = string })';
  if (name === 'tuple') return 'tuple([string, number])';
  return WITH_ARGUMENT.includes(name) ? `${name}(string)` : name;
}

function refuse(expression: Expression, diagnostics: Diagnostics, detail: string, suggestion?: string): undefined {
  diagnostics.error('hcl/invalid-type', 'not a type', {
    subject: expression.range,
    detail,
    ...(suggestion && { suggestion }),
  });
  return undefined;
}
