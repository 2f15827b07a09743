import type { Diagnostics } from '../diagnostic.js';
import type { SourceRange } from '../source.js';
import type { Attribute, Block, BlockLabel, Body, BodyItem } from '../syntax/ast.js';
import type { StringMeaning } from './expression.js';
import { jsonExpression } from './expression.js';
import type { JsonNode, JsonObjectNode, JsonProperty } from './node.js';

/**
 * A body in JSON. By itself the syntax does not tell arguments from blocks, so `items` is empty until the body is read
 * by a schema; `jsonItems` can do so as often as there are schemas (first the meta arguments, then the plugin's).
 */
export interface JsonBody extends Body {
  readonly syntax: 'json';
  /** The objects whose properties, one after the other, are the content. */
  readonly objects: readonly JsonObjectNode[];
  readonly meaning: StringMeaning;
}

/** What the names in a body stand for. */
export interface JsonSchema {
  /** Number of labels of each block type. Everything else is an argument, known or not. */
  readonly blocks: ReadonlyMap<string, number>;
}

/** Whether a body comes from JSON and still is to be read with `jsonItems`. */
export function isJsonBody(body: Body): body is JsonBody {
  return body.syntax === 'json' && 'objects' in body;
}

/** Makes a body of an object, or of a list of objects that count as one. */
export function jsonBody(
  node: JsonNode,
  diagnostics: Diagnostics,
  meaning: StringMeaning = { literalStrings: false },
): JsonBody {
  return makeBody(objectsOf(node, diagnostics), node.range, meaning);
}

/**
 * Arguments and blocks of a body, in the order written, as a schema tells them apart. Strings are parsed here; their
 * faults, and names that come twice, go to `diagnostics`. The bodies of blocks are `JsonBody`s again.
 */
export function jsonItems(body: JsonBody, schema: JsonSchema, diagnostics: Diagnostics): BodyItem[] {
  const items: BodyItem[] = [];
  const seen = new Map<string, SourceRange>();
  for (const property of body.objects.flatMap(({ properties }) => properties)) {
    const name = property.key.value;
    const labels = schema.blocks.get(name);
    if (labels !== undefined) {
      items.push(...blocksOf(property, labels, body.meaning, diagnostics));
    } else if (name !== '//') {
      const first = seen.get(name);
      if (first === undefined) {
        seen.set(name, property.key.range);
        items.push(attributeOf(property, body.meaning, diagnostics));
      } else {
        diagnostics.error('hcl/argument-set-twice', 'argument set twice', {
          detail: `\`${name}\` has its value on line ${first.start.line} already.`,
          subject: property.key.range,
          suggestion: 'remove one of the two',
        });
      }
    }
  }
  return items;
}

function makeBody(objects: readonly JsonObjectNode[], range: SourceRange, meaning: StringMeaning): JsonBody {
  const end = objects.at(-1)?.range.end ?? range.end;
  const endRange = { ...range, start: { ...end, offset: end.offset - 1, column: end.column - 1 }, end };
  return { items: [], objects, range, endRange, syntax: 'json', meaning };
}

/** The objects of an object or a list of objects; null stands for none. */
function objectsOf(node: JsonNode, diagnostics: Diagnostics): JsonObjectNode[] {
  if (node.kind === 'object') return [node];
  if (node.kind === 'null') return [];
  if (node.kind === 'array') {
    return node.items.flatMap((item) => (item.kind === 'object' ? [item] : refuse(item, diagnostics)));
  }
  return refuse(node, diagnostics);
}

function refuse(node: JsonNode, diagnostics: Diagnostics): [] {
  diagnostics.error('hcl/json-object-expected', 'object expected', {
    detail: 'Arguments and blocks stand in an object, or in a list of objects.',
    subject: node.range,
    suggestion: 'write `{ … }`',
  });
  return [];
}

function attributeOf({ key, value }: JsonProperty, meaning: StringMeaning, diagnostics: Diagnostics): Attribute {
  return {
    kind: 'attribute',
    name: key.value,
    nameRange: key.range,
    expression: jsonExpression(value, meaning, diagnostics),
    range: { ...key.range, end: value.range.end },
  };
}

/** `"source": {"null": {"a": {…}}}`: a level of objects for each label, then a body or a list of bodies. */
function blocksOf(
  { key, value }: JsonProperty,
  count: number,
  meaning: StringMeaning,
  diagnostics: Diagnostics,
): Block[] {
  const blocks: Block[] = [];
  const visit = (node: JsonNode, labels: readonly BlockLabel[]): void => {
    for (const object of objectsOf(node, diagnostics)) {
      if (labels.length < count) {
        for (const inside of object.properties) {
          visit(inside.value, [...labels, { value: inside.key.value, range: inside.key.range, quoted: true }]);
        }
        continue;
      }
      blocks.push({
        kind: 'block',
        type: key.value,
        typeRange: key.range,
        labels,
        body: makeBody([object], object.range, meaning),
        // The type may stand far above its labels, and between them other blocks: the last name says most.
        headerRange: labels.at(-1)?.range ?? key.range,
        range: object.range,
      });
    }
  };
  visit(value, []);
  return blocks;
}
