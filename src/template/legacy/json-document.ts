import type { Diagnostics } from '../../hcl/diagnostic.js';
import type { Position, SourceFile, SourceRange } from '../../hcl/source.js';
import { at, reportError } from '../report.js';
import { messages } from './messages.js';

/** A JSON value with its place. */
export type JsonNode = JsonScalar | JsonList | JsonMap;

export interface JsonScalar {
  readonly kind: 'string' | 'number' | 'bool' | 'null';
  readonly value: string | number | boolean | null;
  readonly range: SourceRange;
}

export interface JsonList {
  readonly kind: 'list';
  readonly items: readonly JsonNode[];
  readonly range: SourceRange;
}

export interface JsonMap {
  readonly kind: 'map';
  /** In the order written. */
  readonly members: readonly JsonMember[];
  readonly range: SourceRange;
}

export interface JsonMember {
  readonly name: string;
  readonly nameRange: SourceRange;
  readonly value: JsonNode;
}

/** Deeper nesting is refused: no template needs it. */
const MAX_DEPTH = 1000;

/**
 * Parses a JSON document. A fault of syntax ends the work; a name that stands twice in one object is reported with both
 * places.
 */
export function parseJsonDocument(source: SourceFile, diagnostics: Diagnostics): JsonNode | undefined {
  const parser = new JsonParser(source, diagnostics);
  try {
    return parser.document();
  } catch (error) {
    if (!(error instanceof JsonSyntaxFault)) throw error;
    const range = parser.range(error.offset, Math.min(error.offset + 1, source.text.length));
    reportError(diagnostics, messages.syntax(error.message), { subject: range });
    return undefined;
  }
}

/** The member of a name; names of other case count where no exact one is there, as they do to Packer. */
export function memberOf(map: JsonMap, name: string): JsonMember | undefined {
  const exact = map.members.find((member) => member.name === name);
  if (exact) return exact;
  const folded = name.toLowerCase();
  return map.members.find((member) => member.name.toLowerCase() === folded);
}

/** The text of a string; undefined for every other value. */
export function stringIn(node: JsonNode | undefined): string | undefined {
  return node?.kind === 'string' ? (node.value as string) : undefined;
}

/** The value as plain data. */
export function plainJson(node: JsonNode): unknown {
  switch (node.kind) {
    case 'list':
      return node.items.map(plainJson);
    case 'map':
      return Object.fromEntries(node.members.map(({ name, value }) => [name, plainJson(value)]));
    default:
      return node.value;
  }
}

class JsonSyntaxFault extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

class JsonParser {
  private offset = 0;
  private readonly lineStarts: readonly number[];
  private readonly text: string;
  private readonly isWide: boolean;

  constructor(
    private readonly source: SourceFile,
    private readonly diagnostics: Diagnostics,
  ) {
    this.text = source.text;
    this.isWide = /[\ud800-\udbff]/.test(source.text);
    const starts = [0];
    for (let i = this.text.indexOf('\n'); i >= 0; i = this.text.indexOf('\n', i + 1)) starts.push(i + 1);
    this.lineStarts = starts;
  }

  document(): JsonNode {
    if (this.text.startsWith('\ufeff')) this.offset = 1;
    const node = this.value(0);
    this.space();
    if (this.offset < this.text.length) this.fail('something stands behind the end of the document');
    return node;
  }

  range(start: number, end: number): SourceRange {
    return { file: this.source.name, start: this.position(start), end: this.position(end) };
  }

  private position(offset: number): Position {
    let [low, high] = [0, this.lineStarts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.lineStarts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    const start = this.lineStarts[low] as number;
    const before = this.isWide ? [...this.text.slice(start, offset)].length : offset - start;
    return { offset, line: low + 1, column: before + 1 };
  }

  private value(depth: number): JsonNode {
    if (depth > MAX_DEPTH) this.fail('the document is nested too deeply');
    this.space();
    const start = this.offset;
    switch (this.text[start]) {
      case '{':
        return this.map(start, depth);
      case '[':
        return this.list(start, depth);
      case '"': {
        const value = this.string();
        return { kind: 'string', value, range: this.range(start, this.offset) };
      }
      case undefined:
        return this.fail('the document ends where a value is expected');
      default:
        return this.word(start);
    }
  }

  private map(start: number, depth: number): JsonMap {
    this.offset++;
    const members: JsonMember[] = [];
    const seen = new Map<string, JsonMember>();
    this.space();
    if (this.take('}')) return { kind: 'map', members, range: this.range(start, this.offset) };
    do {
      this.space();
      const nameStart = this.offset;
      if (this.text[nameStart] !== '"') this.fail('a name in double quotes is expected');
      const name = this.string();
      const nameRange = this.range(nameStart, this.offset);
      this.space();
      if (!this.take(':')) this.fail('a `:` is expected behind the name');
      const member = { name, nameRange, value: this.value(depth + 1) };
      const before = seen.get(name);
      if (before)
        reportError(this.diagnostics, messages.duplicateKey(name, at(before.nameRange)), { subject: nameRange });
      else members.push(member);
      seen.set(name, member);
      this.space();
    } while (this.take(','));
    if (!this.take('}')) this.fail('a `,` or the closing `}` is expected');
    return { kind: 'map', members, range: this.range(start, this.offset) };
  }

  private list(start: number, depth: number): JsonList {
    this.offset++;
    const items: JsonNode[] = [];
    this.space();
    if (this.take(']')) return { kind: 'list', items, range: this.range(start, this.offset) };
    do {
      items.push(this.value(depth + 1));
      this.space();
    } while (this.take(','));
    if (!this.take(']')) this.fail('a `,` or the closing `]` is expected');
    return { kind: 'list', items, range: this.range(start, this.offset) };
  }

  private string(): string {
    const start = this.offset;
    const pattern = /["\\\u0000-\u001f]/g;
    pattern.lastIndex = start + 1;
    for (let match = pattern.exec(this.text); match; match = pattern.exec(this.text)) {
      if (match[0] === '"') {
        this.offset = match.index + 1;
        return JSON.parse(this.text.slice(start, this.offset)) as string;
      }
      this.offset = match.index;
      if (match[0] !== '\\') this.fail('a control character cannot stand in a string as it is');
      if (!/^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.test(this.text.slice(match.index, match.index + 6)))
        this.fail('an escape that JSON does not know');
      pattern.lastIndex = match.index + 2;
    }
    this.offset = start;
    return this.fail('a string is not closed');
  }

  private word(start: number): JsonScalar {
    const [word = ''] = /^[-+.\w]+/.exec(this.text.slice(start, start + 1100)) ?? [];
    const scalar = (kind: JsonScalar['kind'], value: JsonScalar['value']): JsonScalar => {
      this.offset += word.length;
      return { kind, value, range: this.range(start, this.offset) };
    };
    if (word === 'true' || word === 'false') return scalar('bool', word === 'true');
    if (word === 'null') return scalar('null', null);
    if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(word) && Number.isFinite(Number(word)))
      return scalar('number', Number(word));
    return this.fail('a value is expected');
  }

  private space(): void {
    while (' \t\r\n'.includes(this.text[this.offset] ?? 'x')) this.offset++;
  }

  private take(character: string): boolean {
    if (this.text[this.offset] !== character) return false;
    this.offset++;
    return true;
  }

  private fail(message: string): never {
    throw new JsonSyntaxFault(message, this.offset);
  }
}
