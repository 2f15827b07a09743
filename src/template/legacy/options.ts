import type { Schema } from '../../contract/schema.js';
import type { Diagnostics } from '../../hcl/diagnostic.js';
import type { SourceRange } from '../../hcl/source.js';
import type { Value } from '../../hcl/values/value.js';
import { GoTemplateError } from '../../go-template/render.js';
import { nearest } from '../../messages/near.js';
import { messages as templateMessages } from '../messages.js';
import type { RawOption, RawOptions } from '../options/read-options.js';
import { bodySchemaOf } from '../options/schema.js';
import { reportError } from '../report.js';
import type { JsonMember, JsonNode } from './json-document.js';
import { messages } from './messages.js';
import { WeakTypeError, weakValue } from './weak-value.js';

/** Renders one text. `isSecret`: a sensitive variable went into it. */
export type RenderText = (text: string) => { readonly text: string; readonly isSecret: boolean };

export interface LegacyReading {
  readonly schema: Schema;
  /** Options that are rendered when the component is prepared. */
  readonly early: RenderText;
  /** Options that the component renders itself while it runs. */
  readonly late: RenderText;
  readonly headerRange: SourceRange;
}

/** Reads the options of a component: names in any case, `{{ }}` rendered, values taken generously. */
export function readLegacyOptions(
  members: readonly JsonMember[],
  reading: LegacyReading,
  diagnostics: Diagnostics,
): RawOptions {
  const { schema } = reading;
  const attributes = new Map<string, RawOption>();
  const blocks = new Map<string, RawOptions[]>();
  const attributeNames = Object.keys(schema.attributes);
  const blockNames = Object.keys(schema.blocks ?? {});
  for (const { name, nameRange, value } of members) {
    const attribute = matching(name, attributeNames);
    const block = attribute === undefined ? matching(name, blockNames) : undefined;
    if (attribute !== undefined) {
      const option = readAttribute(attribute, value, reading, diagnostics);
      if (option) attributes.set(attribute, { value: option, range: value.range, nameRange });
    } else if (block !== undefined) {
      const inner = { ...reading, schema: (schema.blocks?.[block] as { schema: Schema }).schema };
      blocks.set(block, readBlocks(block, value, inner, diagnostics));
    } else if (!bodySchemaOf(schema).attributes.has(name)) {
      const near = nearest(name, [...attributeNames, ...blockNames]);
      reportError(diagnostics, templateMessages.unsupportedArgument(name, near), { subject: nameRange });
    }
  }
  return { attributes, blocks, headerRange: reading.headerRange };
}

function readAttribute(
  name: string,
  node: JsonNode,
  { schema, early, late }: LegacyReading,
  diagnostics: Diagnostics,
): Value | undefined {
  const spec = schema.attributes[name];
  if (!spec || node.kind === 'null') return undefined;
  let isSecret = false;
  const render = (text: string): string => {
    const rendered = spec.template === 'early' ? early(text) : late(text);
    isSecret ||= rendered.isSecret;
    return rendered.text;
  };
  const rendered = renderNode(name, node, render, diagnostics);
  if (!rendered) return undefined;
  try {
    const value = weakValue(rendered, spec.type);
    return isSecret ? value.withMarks(['sensitive']) : value;
  } catch (error) {
    if (!(error instanceof WeakTypeError)) throw error;
    reportError(diagnostics, messages.optionType(name, error.message), { subject: node.range });
    return undefined;
  }
}

function readBlocks(name: string, node: JsonNode, inner: LegacyReading, diagnostics: Diagnostics): RawOptions[] {
  if (node.kind === 'null') return [];
  const items = node.kind === 'list' ? node.items : [node];
  return items.flatMap((item) => {
    if (item.kind === 'map')
      return [readLegacyOptions(item.members, { ...inner, headerRange: item.range }, diagnostics)];
    reportError(diagnostics, messages.notAnObject(`\`${name}\``), { subject: item.range });
    return [];
  });
}

/** The node with every string in it rendered; names of members stay as they are. Undefined where one cannot be. */
function renderNode(
  name: string,
  node: JsonNode,
  render: (text: string) => string,
  diagnostics: Diagnostics,
): JsonNode | undefined {
  switch (node.kind) {
    case 'string':
      try {
        return { ...node, value: render(node.value as string) };
      } catch (error) {
        if (!(error instanceof GoTemplateError)) throw error;
        reportError(diagnostics, messages.goTemplate(name, error.message), { subject: node.range });
        return undefined;
      }
    case 'list': {
      const items = node.items.map((item) => renderNode(name, item, render, diagnostics));
      return items.every((item) => item !== undefined) ? { ...node, items } : undefined;
    }
    case 'map': {
      const members = node.members.map((member) => {
        const value = renderNode(name, member.value, render, diagnostics);
        return value && { ...member, value };
      });
      return members.every((member) => member !== undefined) ? { ...node, members } : undefined;
    }
    default:
      return node;
  }
}

/** The name of the schema that is meant: names of other case count, too. */
function matching(name: string, names: readonly string[]): string | undefined {
  if (names.includes(name)) return name;
  const folded = name.toLowerCase();
  return names.find((candidate) => candidate.toLowerCase() === folded);
}
