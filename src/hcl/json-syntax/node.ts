import type { SourceRange } from '../source.js';

/** A JSON value with the place of everything in it. */
export type JsonNode = JsonScalar | JsonString | JsonArray | JsonObjectNode;

export interface JsonScalar {
  readonly kind: 'null' | 'boolean' | 'number';
  /** As written: `true`, `-1.50`. */
  readonly text: string;
  readonly range: SourceRange;
}

export interface JsonString {
  readonly kind: 'string';
  /** With its escapes resolved. */
  readonly value: string;
  /** For each UTF-16 unit of the value the offset in the file, and one more for the end; absent without escapes. */
  readonly offsets?: readonly number[];
  /** Of the text with its quotes. */
  readonly range: SourceRange;
}

export interface JsonArray {
  readonly kind: 'array';
  readonly items: readonly JsonNode[];
  readonly range: SourceRange;
}

/** Properties in the order written; a name may come more than once. */
export interface JsonObjectNode {
  readonly kind: 'object';
  readonly properties: readonly JsonProperty[];
  readonly range: SourceRange;
}

export interface JsonProperty {
  readonly key: JsonString;
  readonly value: JsonNode;
}
