import type * as Yaml from 'yaml';
import type { Scalar } from 'yaml';
import { lazily } from '../lazy.js';
import { Value } from '../../values/value.js';
import { resolveScalar } from './yaml-resolve.js';

const yaml = lazily<typeof Yaml>('yaml');

/** Aliases may multiply a small text; a document of more nodes than this is refused. */
const MOST_NODES = 1_000_000;

/** Reads the one document of a YAML text. Throws an error whose message says what is wrong. */
export function readYaml(text: string): Value {
  // The library makes a pattern of the indentation; one of many thousand columns would end the process.
  if (/^[ \t]*(?:[-?:][ \t]+){400}|^[ \t]{4000}/m.test(text)) throw new Error('the YAML text is nested too deeply');
  // The failsafe schema leaves every scalar a text; what a bare word means is decided here.
  const documents = yaml().parseAllDocuments(text, {
    schema: 'failsafe',
    resolveKnownTags: false,
    uniqueKeys: false,
    prettyErrors: true,
    logLevel: 'silent',
  });
  if ('empty' in documents) throw new Error('the YAML text holds no document');
  const [document, ...more] = documents;
  if (!document || more.length > 0) throw new Error('the YAML text must hold one document');
  const { version, explicit } = document.directives?.yaml ?? {};
  if (explicit && version !== '1.1') throw new Error(`the YAML text is of version ${version}, and 1.1 is supported`);
  const [fault] = document.errors;
  if (fault) throw new Error(`the YAML text is not valid: ${fault.message.split('\n')[0]?.replace(/:$/, '')}`);
  const reader = new YamlReader(text);
  const root = document.contents;
  if (root === null && !hasStart(text)) throw new Error('the YAML text holds no document');
  return reader.node(root);
}

/** Whether a document was started by its mark, though nothing stands in it. */
function hasStart(text: string): boolean {
  return /^---(?:\s|$)/m.test(text);
}

/** What an anchor stands for, with the number of values in it; `undefined` until its definition has ended. */
type Anchored = { readonly value: Value; readonly size: number } | undefined;

class YamlReader {
  private count = 0;
  private readonly anchors = new Map<string, Anchored>();

  constructor(private readonly text: string) {}

  node(node: unknown): Value {
    const { isAlias, isMap, isScalar, isSeq } = yaml();
    const before = this.count;
    this.grow(1);
    if (isAlias(node)) return this.alias(node.source);
    const anchor = isScalar(node) || isSeq(node) || isMap(node) ? node.anchor : undefined;
    if (anchor !== undefined) this.anchors.set(anchor, undefined);
    let value = Value.null();
    if (isScalar(node)) value = this.scalar(node);
    else if (isSeq(node)) {
      requireTag(node.tag, 'seq');
      value = Value.tuple(node.items.map((item) => this.node(item)));
    } else if (isMap(node)) {
      requireTag(node.tag, 'map');
      value = this.mapping(node.items);
    }
    if (anchor !== undefined) this.anchors.set(anchor, { value, size: this.count - before });
    return value;
  }

  private alias(name: string): Value {
    if (!this.anchors.has(name)) throw new Error(`the anchor \`${name}\` does not exist`);
    const anchored = this.anchors.get(name);
    if (!anchored) throw new Error(`the anchor \`${name}\` is used inside itself`);
    this.grow(anchored.size);
    return anchored.value;
  }

  private grow(size: number): void {
    this.count += size;
    if (this.count > MOST_NODES) throw new Error(`the YAML text stands for more than ${MOST_NODES} values`);
  }

  private mapping(pairs: readonly { key: unknown; value: unknown }[]): Value {
    const entries = pairs.flatMap(({ key, value }): (readonly [string, Value])[] => {
      if (yaml().isScalar(key) && key.type === 'PLAIN' && key.source === '<<') return this.merged(value);
      return [[this.key(key), this.node(value)]];
    });
    return Value.object(entries);
  }

  private merged(value: unknown): (readonly [string, Value])[] {
    const source = this.node(value);
    if (source.isNull || source.type.kind !== 'object') throw new Error('only a mapping can be merged with `<<`');
    return [...source.entries];
  }

  private key(node: unknown): string {
    const key = this.node(node);
    if (key.isNull) throw new Error('null cannot be a key of a mapping');
    switch (key.type.kind) {
      case 'string':
        return key.text;
      case 'number':
        return key.numeric.toString();
      case 'bool':
        return String(key.truth);
      default:
        throw new Error('a key of a mapping must be a string, number or bool');
    }
  }

  private scalar(node: Scalar): Value {
    const isPlain = node.type === 'PLAIN' || node.type === undefined || node.type === null;
    const written = String(isPlain ? (node.source ?? node.value ?? '') : node.value);
    if (node.type === 'QUOTE_DOUBLE' && /(?<!\\)(?:\\\\)*\\u[dD][89a-fA-F]/.test(this.sourceOf(node))) {
      throw new Error('a `\\u` escape must not name half of a surrogate pair');
    }
    return resolveScalar(this.isCutOff(node) ? written.replace(/\n$/, '') : written, node.tag, isPlain);
  }

  /** Whether a block ends with the text, without a line break that it could keep. */
  private isCutOff(node: Scalar): boolean {
    const isBlock = node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED';
    return isBlock && !this.text.endsWith('\n') && node.range?.[1] === this.text.length;
  }

  private sourceOf(node: Scalar): string {
    const [start, end] = node.range ?? [0, 0];
    return this.text.slice(start, end);
  }
}

function requireTag(tag: string | undefined, kind: 'seq' | 'map'): void {
  if (tag !== undefined && tag !== `tag:yaml.org,2002:${kind}`) throw new Error(`the tag \`${tag}\` is not supported`);
}
