import type { Diagnostics } from '../hcl/diagnostic.js';
import type { SourceRange } from '../hcl/source.js';
import { isJsonBody, jsonItems } from '../hcl/json-syntax/parser.js';
import type { Attribute, Block, BlockLabel, Body, BodyItem } from '../hcl/syntax/ast.js';
import type { Value } from '../hcl/values/value.js';
import { nearest } from '../messages/near.js';
import { messages } from './messages.js';
import { reportError } from './report.js';

/** What a body may hold. HCL-JSON cannot be read without it: a property is an argument or a block by its name alone. */
export interface BodySchema {
  readonly attributes: ReadonlyMap<string, { readonly required: boolean }>;
  /** Block types with the names of their labels. */
  readonly blocks: ReadonlyMap<string, readonly string[]>;
  /** Names beyond these are arguments, too (`locals`). */
  readonly anyAttribute?: boolean;
}

/** Values of the iterators of the dynamic blocks around a body. */
export type Iterators = ReadonlyMap<string, Value>;
export const NO_ITERATORS: Iterators = new Map();

/** A block as it counts: written, or made by a dynamic block. */
export interface ContentBlock {
  readonly type: string;
  readonly typeRange: SourceRange;
  readonly labels: readonly BlockLabel[];
  readonly body: Body;
  readonly headerRange: SourceRange;
  readonly range: SourceRange;
  readonly iterators: Iterators;
}

/** A body read against a schema. */
export interface Content {
  readonly attributes: ReadonlyMap<string, Attribute>;
  /** In the order written. */
  readonly blocks: readonly ContentBlock[];
}

/** See `dynamicBlocks`. */
export type Expand = (
  block: Block,
  schema: BodySchema,
  options: { readonly iterators: Iterators; readonly partial: boolean },
  diagnostics: Diagnostics,
) => ContentBlock[];

export interface ReadOptions {
  /** What the schema does not name is left alone instead of being reported. */
  readonly partial?: boolean;
  /** Turns a `dynamic` block into the blocks that it stands for; absent: it is an ordinary block. */
  readonly expand?: Expand;
  readonly iterators?: Iterators;
  /** Where a missing argument is reported. */
  readonly header?: SourceRange;
}

/** Makes a schema: required arguments end in `!`. */
export function bodySchema(
  attributes: readonly string[],
  blocks: Readonly<Record<string, readonly string[]>> = {},
): BodySchema {
  return {
    attributes: new Map(attributes.map((name) => [name.replace(/!$/, ''), { required: name.endsWith('!') }])),
    blocks: new Map(Object.entries(blocks)),
  };
}

/** Reads a body: sorts its items by the schema, expands `dynamic` blocks and reports what does not fit, in the order written. */
export function readBody(body: Body, schema: BodySchema, diagnostics: Diagnostics, options: ReadOptions = {}): Content {
  const attributes = new Map<string, Attribute>();
  const blocks: ContentBlock[] = [];
  const iterators = options.iterators ?? NO_ITERATORS;
  const items = itemsOf(body, schema, options.expand !== undefined, diagnostics);
  const written = new Set(items.map((item) => (item.kind === 'attribute' ? item.name : '')));
  for (const [name, { required }] of schema.attributes) {
    if (required && !written.has(name))
      reportError(diagnostics, messages.missingArgument(name), { subject: options.header ?? body.endRange });
  }
  for (const item of items) {
    if (item.kind === 'attribute') {
      if (schema.attributes.has(item.name) || schema.anyAttribute) attributes.set(item.name, item);
      else if (!options.partial) reportAttribute(item, schema, diagnostics);
    } else if (schema.blocks.has(item.type)) {
      if (checkLabels(item, schema.blocks.get(item.type) as readonly string[], diagnostics))
        blocks.push({ ...item, iterators });
    } else if (item.type === 'dynamic' && options.expand) {
      blocks.push(...options.expand(item, schema, { iterators, partial: options.partial === true }, diagnostics));
    } else if (!options.partial) reportBlock(item, schema, diagnostics);
  }
  return { attributes, blocks };
}

function itemsOf(body: Body, schema: BodySchema, dynamic: boolean, diagnostics: Diagnostics): readonly BodyItem[] {
  if (!isJsonBody(body)) return body.items;
  const labels = new Map([...schema.blocks].map(([type, names]) => [type, names.length]));
  if (dynamic) labels.set('dynamic', 1);
  return jsonItems(body, { blocks: labels }, diagnostics);
}

/** Whether a block has as many labels as it should. */
export function checkLabels(block: Block, names: readonly string[], diagnostics: Diagnostics): boolean {
  const extra = block.labels[names.length];
  if (extra) {
    reportError(diagnostics, messages.extraneousLabel(block.type, names), {
      subject: extra.range,
      context: block.headerRange,
    });
    return false;
  }
  const missing = names[block.labels.length];
  if (missing === undefined) return true;
  reportError(diagnostics, messages.missingLabel(block.type, missing), { subject: block.headerRange });
  return false;
}

function reportAttribute(item: Attribute, schema: BodySchema, diagnostics: Diagnostics): void {
  const message = schema.blocks.has(item.name)
    ? messages.argumentForBlock(item.name)
    : messages.unsupportedArgument(item.name, nearest(item.name, schema.attributes.keys()));
  reportError(diagnostics, message, { subject: item.nameRange, context: item.range });
}

/** Reports a block that is not expected. */
export function reportBlock(
  item: Pick<Block, 'type' | 'typeRange' | 'headerRange'>,
  schema: BodySchema,
  diagnostics: Diagnostics,
): void {
  const message = schema.attributes.has(item.type)
    ? messages.blockForArgument(item.type)
    : messages.unsupportedBlock(item.type, nearest(item.type, schema.blocks.keys()));
  reportError(diagnostics, message, { subject: item.typeRange, context: item.headerRange });
}
