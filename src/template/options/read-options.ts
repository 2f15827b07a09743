import type { Schema } from '../../contract/schema.js';
import type { Diagnostics } from '../../hcl/diagnostic.js';
import { evaluate } from '../../hcl/eval/evaluate.js';
import type { Scope } from '../../hcl/eval/scope.js';
import type { SourceRange } from '../../hcl/source.js';
import type { Body, Expression } from '../../hcl/syntax/ast.js';
import type { Value } from '../../hcl/values/value.js';
import { readBody, type Iterators } from '../body.js';
import { dynamicBlocks } from '../dynamic.js';
import { messages } from '../messages.js';
import { at, reportError } from '../report.js';
import { bodySchemaOf } from './schema.js';

/** The value of an option, not yet converted. */
export interface RawOption {
  readonly value: Value;
  readonly range: SourceRange;
  readonly nameRange: SourceRange;
  /** Where it was written as an expression. */
  readonly expression?: Expression;
}

/** Options as evaluated: values by name, and nested blocks in order. */
export interface RawOptions {
  readonly attributes: ReadonlyMap<string, RawOption>;
  readonly blocks: ReadonlyMap<string, readonly RawOptions[]>;
  /** What a missing option is reported at. */
  readonly headerRange: SourceRange;
}

export interface ReadingOptions {
  readonly schema: Schema;
  readonly scope: Scope;
  readonly iterators: Iterators;
  readonly headerRange: SourceRange;
  /** Arguments that are not the component's. */
  readonly ignored?: readonly string[];
  /** `dynamic` is not expanded (data sources). */
  readonly withoutDynamic?: boolean;
}

/** Reads a component's body and evaluates its arguments. What fails is reported and unknown. */
export function readOptions(body: Body, reading: ReadingOptions, diagnostics: Diagnostics): RawOptions {
  const { schema, scope, ignored = [] } = reading;
  const shape = bodySchemaOf(schema);
  const evaluateWith = (expression: Expression, iterators: Iterators): Value =>
    evaluate(expression, iterators.size > 0 ? scope.child(iterators) : scope, diagnostics);
  const content = readBody(
    body,
    ignored.length === 0
      ? shape
      : {
          ...shape,
          attributes: new Map([...shape.attributes, ...ignored.map((name) => [name, { required: false }] as const)]),
        },
    diagnostics,
    {
      iterators: reading.iterators,
      header: reading.headerRange,
      ...(!reading.withoutDynamic && { expand: dynamicBlocks(evaluateWith) }),
    },
  );
  const attributes = new Map<string, RawOption>();
  for (const [name, { expression, nameRange }] of content.attributes) {
    if (ignored.includes(name)) continue;
    attributes.set(name, {
      value: evaluateWith(expression, reading.iterators),
      range: expression.range,
      nameRange,
      expression,
    });
  }
  const blocks = new Map<string, RawOptions[]>();
  for (const block of content.blocks) {
    const inner = schema.blocks?.[block.type];
    if (!inner) continue;
    const options = readOptions(
      block.body,
      {
        schema: inner.schema,
        scope,
        iterators: block.iterators,
        headerRange: block.headerRange,
        withoutDynamic: reading.withoutDynamic === true,
      },
      diagnostics,
    );
    blocks.set(block.type, [...(blocks.get(block.type) ?? []), options]);
  }
  return { attributes, blocks, headerRange: reading.headerRange };
}

/** A source with what a `source` block within a build adds. An argument that both set is reported. */
export function addOptions(base: RawOptions, addition: RawOptions, diagnostics: Diagnostics): RawOptions {
  const attributes = new Map(base.attributes);
  for (const [name, option] of addition.attributes) {
    const before = base.attributes.get(name);
    if (before)
      reportError(diagnostics, messages.duplicateArgument(name, at(before.nameRange)), { subject: option.nameRange });
    else attributes.set(name, option);
  }
  const blocks = new Map(base.blocks);
  for (const [name, more] of addition.blocks) blocks.set(name, [...(blocks.get(name) ?? []), ...more]);
  return { attributes, blocks, headerRange: base.headerRange };
}

/** Options with those of an `override` in their place. `value` is a known object, `range` where it stands. */
export function overrideOptions(
  base: RawOptions,
  value: Value,
  range: SourceRange,
  schema: Schema,
  diagnostics: Diagnostics,
): RawOptions {
  const attributes = new Map(base.attributes);
  const blocks = new Map(base.blocks);
  const over = optionsFromValue(value, range, schema, diagnostics);
  for (const [name, option] of over.attributes) attributes.set(name, option);
  for (const [name, more] of over.blocks) blocks.set(name, more);
  return { attributes, blocks, headerRange: base.headerRange };
}

/** Options given as an object value: an `override`. */
function optionsFromValue(value: Value, range: SourceRange, schema: Schema, diagnostics: Diagnostics): RawOptions {
  const shape = bodySchemaOf(schema);
  const attributes = new Map<string, RawOption>();
  const blocks = new Map<string, RawOptions[]>();
  for (const [name, item] of value.entries) {
    const block = schema.blocks?.[name];
    if (shape.attributes.has(name)) attributes.set(name, { value: item, range, nameRange: range });
    else if (block && item.isKnown && !item.isNull) {
      const isObject = item.type.kind === 'object' || item.type.kind === 'map';
      const items = isObject ? [item] : item.children();
      blocks.set(
        name,
        items.map((inner) => optionsFromValue(inner, range, block.schema, diagnostics)),
      );
    } else if (!block) {
      reportError(diagnostics, messages.unsupportedArgument(name, undefined), { subject: range });
    }
  }
  return { attributes, blocks, headerRange: range };
}
