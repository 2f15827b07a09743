import type { Diagnostics } from '../diagnostic.js';
import type { SourceRange } from '../source.js';
import type { AttributeAccess, Expression, IndexAccess } from '../syntax/ast.js';
import { ConversionError, convert } from '../values/convert.js';
import { BigFloat } from '../values/number.js';
import { ANY, NUMBER, STRING, type Type } from '../values/type.js';
import { Value } from '../values/value.js';
import type { Evaluate } from './function.js';
import { didYouMean } from './near.js';
import { marksOf } from './operands.js';
import type { Scope } from './scope.js';
import { isTellable, misfit, valueInWords } from './words.js';

export function evaluateAttributeAccess(
  node: AttributeAccess,
  scope: Scope,
  diagnostics: Diagnostics,
  evaluate: Evaluate,
): Value {
  const object = evaluate(node.object, scope, diagnostics);
  return node.legacyIndex
    ? legacyIndex(object, node.name, node.nameRange, diagnostics, node.object)
    : attributeOf(object, node.name, node.nameRange, diagnostics, node.object);
}

export function evaluateIndexAccess(
  node: IndexAccess,
  scope: Scope,
  diagnostics: Diagnostics,
  evaluate: Evaluate,
): Value {
  const object = evaluate(node.object, scope, diagnostics);
  const index = evaluate(node.index, scope, diagnostics);
  return elementAt(object, index, node.index.range, diagnostics, node.object);
}

/** `value.name`: an attribute of an object or a key of a map. */
export function attributeOf(
  value: Value,
  name: string,
  range: SourceRange,
  diagnostics: Diagnostics,
  origin?: Expression,
): Value {
  const { type } = value;
  if (type.kind === 'any' && !value.isKnown) return value;
  if (value.isKnown && value.isNull) return refuseNull(value, range, diagnostics, origin);
  if (type.kind === 'object') {
    const attribute = type.attributes.get(name);
    if (!attribute) {
      const suggestion = isTellable(value) ? didYouMean(name, type.attributes.keys()) : undefined;
      diagnostics.error('hcl/unsupported-attribute', 'unsupported attribute', {
        subject: range,
        detail: `${describe(origin)} has no attribute named \`${name}\`.`,
        ...(suggestion && { suggestion }),
      });
      return Value.unknown();
    }
    return value.isKnown ? marked(value.entries.get(name) as Value, value) : marked(Value.unknown(attribute), value);
  }
  if (type.kind === 'map') return elementAt(value, Value.string(name), range, diagnostics, origin);
  const isSequence = type.kind === 'list' || type.kind === 'set' || type.kind === 'tuple';
  diagnostics.error('hcl/unsupported-attribute', 'unsupported attribute', {
    subject: range,
    detail: `${describe(origin)} is ${valueInWords(value)} and has no attributes.`,
    ...(isSequence && {
      suggestion: `use \`[*].${name}\` for that attribute of every element, or an index such as \`[0].${name}\` for one`,
    }),
  });
  return Value.unknown();
}

/** `value.0`, the older form of an index. */
export function legacyIndex(
  value: Value,
  digits: string,
  range: SourceRange,
  diagnostics: Diagnostics,
  origin?: Expression,
): Value {
  return elementAt(value, Value.number(BigFloat.parse(digits) ?? BigFloat.ZERO), range, diagnostics, origin);
}

/** `value[index]`. */
export function elementAt(
  value: Value,
  index: Value,
  range: SourceRange,
  diagnostics: Diagnostics,
  origin?: Expression,
): Value {
  const { type } = value;
  const marks = marksOf(value, index);
  if (value.isKnown && value.isNull) return refuseNull(value, range, diagnostics, origin);
  if (index.isKnown && index.isNull) {
    diagnostics.error('hcl/invalid-index', 'invalid index', { subject: range, detail: 'A null is no index.' });
    return Value.unknown();
  }
  if (type.kind === 'any' || index.type.kind === 'any') return Value.unknown().withMarks(marks);
  const keyType: Type | undefined =
    type.kind === 'list' || type.kind === 'tuple'
      ? NUMBER
      : type.kind === 'map' || type.kind === 'object'
        ? STRING
        : undefined;
  if (!keyType) {
    diagnostics.error('hcl/invalid-index', 'invalid index', {
      subject: range,
      detail: `${describe(origin)} is ${valueInWords(value)}, whose elements have no index.`,
      ...(type.kind === 'set' && { suggestion: 'turn it into a list first, for example with `convert(…, list(any))`' }),
    });
    return Value.unknown();
  }
  const key = keyOf(index, keyType, range, diagnostics);
  if (!key) return Value.unknown();
  const found = key.isKnown ? lookUp(value, key, range, diagnostics, origin) : Value.unknown(elementType(type));
  return found.withMarks(marks);
}

function keyOf(index: Value, type: Type, range: SourceRange, diagnostics: Diagnostics): Value | undefined {
  try {
    return convert(index, type);
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error;
    diagnostics.error('hcl/invalid-index', 'invalid index', {
      subject: range,
      detail: `This index does not fit: ${misfit(error, index)}.`,
    });
    return undefined;
  }
}

function lookUp(value: Value, key: Value, range: SourceRange, diagnostics: Diagnostics, origin?: Expression): Value {
  const { type } = value;
  const refuse = (detail: string, rest: { suggestion?: string } = {}) => {
    diagnostics.error('hcl/invalid-index', 'invalid index', { subject: range, detail, ...rest });
    return Value.unknown();
  };
  if (type.kind === 'list' || type.kind === 'tuple') {
    if (type.kind === 'list' && !value.isKnown) return Value.unknown(type.element);
    const number = key.numeric;
    if (!number.isInteger || (number.isNegative && !number.isZero))
      return refuse('An index of a list is a whole number from 0.');
    const length = type.kind === 'tuple' ? type.elements.length : value.items.length;
    const at = number.toBigInt();
    if (at >= BigInt(length)) {
      return refuse(
        length === 0
          ? `${describe(origin)} is empty.`
          : `${describe(origin)} has ${length} element${length > 1 ? 's' : ''}; the last index is ${length - 1}.`,
      );
    }
    if (!value.isKnown)
      return Value.unknown(type.kind === 'tuple' ? (type.elements[Number(at)] as Type) : elementType(type));
    return value.items[Number(at)] as Value;
  }
  const named = key.isSensitive ? 'with this key' : `with the key \`${key.text}\``;
  if (!value.isKnown) {
    const attribute = type.kind === 'object' ? type.attributes.get(key.text) : elementType(type);
    return attribute ? Value.unknown(attribute) : refuse(`${describe(origin)} has no element ${named}.`);
  }
  const found = value.entries.get(key.text);
  if (found) return found;
  const isOpen = isTellable(value) && isTellable(key);
  const suggestion = isOpen ? didYouMean(key.text, value.entries.keys()) : undefined;
  return refuse(`${describe(origin)} has no element ${named}.`, suggestion ? { suggestion } : {});
}

function elementType(type: Type): Type {
  return type.kind === 'list' || type.kind === 'map' || type.kind === 'set' ? type.element : ANY;
}

function refuseNull(value: Value, range: SourceRange, diagnostics: Diagnostics, origin?: Expression): Value {
  diagnostics.error('hcl/null-access', 'access to a part of null', {
    subject: range,
    detail: `${describe(origin)} is null and has no parts.`,
  });
  return Value.unknown().withMarks(value.marks);
}

function marked(part: Value, whole: Value): Value {
  return part.withMarks(whole.marks);
}

/** The name of what is accessed, as written. */
function describe(origin: Expression | undefined): string {
  const name = origin && nameOf(origin);
  return name === undefined ? 'This value' : `\`${name}\``;
}

function nameOf(expression: Expression): string | undefined {
  if (expression.kind === 'variable') return expression.name;
  if (expression.kind !== 'attribute-access') return undefined;
  const object = nameOf(expression.object);
  return object === undefined ? undefined : `${object}.${expression.name}`;
}
