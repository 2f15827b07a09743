import { Diagnostics } from '../diagnostic.js';
import type { Diagnostic } from '../diagnostic.js';
import type { SourceFile } from '../source.js';
import { Lines } from '../syntax/lines.js';
import { MAX_DEPTH } from '../syntax/reader.js';
import { readJsonString } from './json-string.js';
import type { JsonNode, JsonProperty, JsonString } from './node.js';

/** Leaves the file; the one diagnostic has been given. */
class JsonFault extends Error {}

/**
 * Parses JSON with the place of every value and key; keys that come twice are kept. The first fault ends the work, as
 * nothing behind it can be trusted; then there is no value.
 */
export function parseJson(source: SourceFile): { value: JsonNode | undefined; diagnostics: Diagnostic[] } {
  const parser = new JsonParser(source);
  try {
    return { value: parser.document(), diagnostics: parser.diagnostics.list };
  } catch (fault) {
    if (!(fault instanceof JsonFault)) throw fault;
    return { value: undefined, diagnostics: parser.diagnostics.list };
  }
}

class JsonParser {
  readonly diagnostics = new Diagnostics();
  readonly #text: string;
  readonly #lines: Lines;
  #at: number;
  #depth = 0;

  constructor(source: SourceFile) {
    this.#text = source.text;
    this.#lines = new Lines(source);
    this.#at = source.text.startsWith('\ufeff') ? 1 : 0;
  }

  document(): JsonNode {
    this.#skip();
    if (this.#at === this.#text.length)
      this.#fail(this.#at, 'hcl/json-empty', 'empty file', 'A JSON file holds one object.', 'write `{}`');
    const value = this.#value();
    this.#skip();
    if (this.#at < this.#text.length) {
      this.#fail(
        this.#at,
        'hcl/json-extra-characters',
        'text behind the end',
        'The value that the file holds has ended before.',
      );
    }
    return value;
  }

  #value(): JsonNode {
    this.#skip();
    switch (this.#text.charAt(this.#at)) {
      case '{':
        return this.#nested(() => this.#object());
      case '[':
        return this.#nested(() => this.#array());
      case '"':
        return this.#string();
      default:
        return this.#scalar();
    }
  }

  #object(): JsonNode {
    const start = this.#at++;
    const properties: JsonProperty[] = [];
    this.#skip();
    if (this.#take('}')) return { kind: 'object', properties, range: this.#lines.range(start, this.#at) };
    for (;;) {
      this.#skip();
      if (this.#text.charAt(this.#at) !== '"') this.#refuseKey(start, properties.length > 0);
      const key = this.#string();
      this.#skip();
      if (!this.#take(':')) {
        const hint = this.#text.charAt(this.#at) === '=' ? 'write `:` in place of `=`' : undefined;
        this.#fail(
          this.#at,
          'hcl/json-missing-colon',
          'colon expected',
          'A colon and a value must follow the name.',
          hint,
        );
      }
      properties.push({ key, value: this.#value() });
      if (this.#endOfList(start, '}')) return { kind: 'object', properties, range: this.#lines.range(start, this.#at) };
    }
  }

  #array(): JsonNode {
    const start = this.#at++;
    const items: JsonNode[] = [];
    this.#skip();
    if (this.#take(']')) return { kind: 'array', items, range: this.#lines.range(start, this.#at) };
    for (;;) {
      this.#skip();
      if (this.#text.charAt(this.#at) === ']') this.#refuseTrailingComma();
      items.push(this.#value());
      if (this.#endOfList(start, ']')) return { kind: 'array', items, range: this.#lines.range(start, this.#at) };
    }
  }

  /** After an item: whether the list ends; a comma, which else must follow, is consumed. */
  #endOfList(start: number, closer: '}' | ']'): boolean {
    this.#skip();
    if (this.#take(closer)) return true;
    if (this.#take(',')) return false;
    const line = this.#lines.position(start).line;
    if (this.#at >= this.#text.length) this.#failUnclosed(start, closer);
    this.#fail(
      this.#at,
      'hcl/json-missing-comma',
      `comma or \`${closer}\` expected`,
      `In the list that starts on line ${line}, a comma or \`${closer}\` must follow the item before.`,
    );
  }

  #refuseKey(start: number, hasItems: boolean): never {
    if (this.#at >= this.#text.length) this.#failUnclosed(start, '}');
    if (hasItems && this.#text.charAt(this.#at) === '}') this.#refuseTrailingComma();
    this.#refuseComment();
    const word = /[\p{ID_Start}_'][\p{ID_Continue}'-]*/uy;
    word.lastIndex = this.#at;
    const name = word.exec(this.#text)?.[0].replaceAll("'", '');
    const hint = name === undefined ? undefined : `write \`"${name}"\``;
    this.#fail(
      this.#at,
      'hcl/json-missing-name',
      'name expected',
      'The name of a property, in double quotes, must stand here.',
      hint,
    );
  }

  #refuseTrailingComma(): never {
    const comma = this.#text.lastIndexOf(',', this.#at);
    this.#fail(
      comma,
      'hcl/json-trailing-comma',
      'comma behind the last item',
      'In JSON no comma may follow the last item.',
      'remove the comma',
    );
  }

  #refuseComment(): void {
    const sign = /#|\/\/|\/\*/y;
    sign.lastIndex = this.#at;
    if (!sign.test(this.#text)) return;
    this.#fail(
      this.#at,
      'hcl/json-comment',
      'comment in JSON',
      'JSON has no comments.',
      'use a property with the name `"//"`: it is ignored where arguments and blocks stand',
    );
  }

  #failUnclosed(start: number, closer: string): never {
    const line = this.#lines.position(start).line;
    const sign = this.#text.charAt(start);
    const detail = `The file ends before the \`${closer}\` for the \`${sign}\` on line ${line}.`;
    this.#fail(this.#text.length, 'hcl/json-unclosed', 'unclosed bracket', detail, `add the closing \`${closer}\``);
  }

  #string(): JsonString {
    const result = readJsonString(this.#lines, this.#at);
    if ('kind' in result) {
      this.#at = result.range.end.offset;
      return result;
    }
    const { start, end, summary, detail, suggestion } = result;
    this.#fail(start, 'hcl/json-invalid-string', summary, detail, suggestion, end);
  }

  #scalar(): JsonNode {
    this.#refuseComment();
    const word = /[\w.+-]+/y;
    word.lastIndex = this.#at;
    const text = word.exec(this.#text)?.[0] ?? '';
    const end = this.#at + text.length;
    const range = this.#lines.range(this.#at, end);
    const kind = kindOf(text);
    if (kind === undefined) this.#refuseScalar(text, end);
    this.#at = end;
    return { kind, text, range };
  }

  #refuseScalar(text: string, end: number): never {
    if (this.#at >= this.#text.length) {
      this.#fail(this.#at, 'hcl/json-missing-value', 'value expected', 'The file ends where a value must stand.');
    }
    if (/^[-+.\d]/.test(text)) {
      const detail = 'A JSON number has digits on both sides of its point, no `+` and no zeros in front.';
      this.#fail(this.#at, 'hcl/json-invalid-number', 'invalid number', detail, undefined, end);
    }
    const hint = text === '' ? undefined : hintFor(text);
    const detail = 'A string, a number, `true`, `false`, `null`, a list or an object must stand here.';
    this.#fail(this.#at, 'hcl/json-missing-value', 'value expected', detail, hint, Math.max(end, this.#at + 1));
  }

  #nested(rule: () => JsonNode): JsonNode {
    if (++this.#depth > MAX_DEPTH) {
      const detail = `More than ${MAX_DEPTH} lists and objects stand inside each other here.`;
      this.#fail(this.#at, 'hcl/nesting-too-deep', 'nesting too deep', detail);
    }
    const node = rule();
    this.#depth--;
    return node;
  }

  #take(sign: string): boolean {
    if (this.#text.charAt(this.#at) !== sign) return false;
    this.#at++;
    return true;
  }

  #skip(): void {
    const blanks = /[ \t\r\n]*/y;
    blanks.lastIndex = this.#at;
    blanks.exec(this.#text);
    this.#at = blanks.lastIndex;
  }

  #fail(start: number, code: string, summary: string, detail: string, suggestion?: string, end?: number): never {
    const stop = end ?? Math.min(this.#text.length, start + 1);
    const subject = this.#lines.range(start, stop);
    this.diagnostics.error(code, summary, { detail, subject, ...(suggestion === undefined ? {} : { suggestion }) });
    throw new JsonFault();
  }
}

function kindOf(text: string): 'null' | 'boolean' | 'number' | undefined {
  if (text === 'null') return 'null';
  if (text === 'true' || text === 'false') return 'boolean';
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text) ? 'number' : undefined;
}

function hintFor(word: string): string {
  const literal = ['true', 'false', 'null'].find((name) => name === word.toLowerCase());
  return literal === undefined ? `write \`"${word}"\`` : `write \`${literal}\``;
}
