import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { modelPath } from './moto.js';

interface Shape {
  readonly type: string;
  readonly members?: Readonly<Record<string, Member>>;
  readonly member?: Member;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
}
interface Member {
  readonly shape: string;
  readonly locationName?: string;
  readonly queryName?: string;
}
interface Model {
  readonly operations: Readonly<Record<string, { readonly input?: { readonly shape: string } }>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

type Tree = { text?: string; children: Map<string, Tree> };

/** Holds EC2 requests against the description that AWS publishes for its own SDK. */
export class RequestCheck {
  private readonly model = JSON.parse(gunzipSync(readFileSync(modelPath())).toString('utf8')) as Model;

  /** What is wrong with a request, path by path. */
  violations(parameters: URLSearchParams): string[] {
    const action = parameters.get('Action') ?? '';
    const operation = this.model.operations[action];
    if (!operation) return [`${action}: unknown action`];
    const tree: Tree = { children: new Map() };
    for (const [path, text] of parameters) {
      if (path === 'Action' || path === 'Version') continue;
      let node = tree;
      for (const part of path.split('.')) {
        const next = node.children.get(part) ?? { children: new Map() };
        node.children.set(part, next);
        node = next;
      }
      node.text = text;
    }
    return operation.input ? [...this.walk(tree, operation.input.shape, action)] : [];
  }

  private *walk(tree: Tree, name: string, path: string): Generator<string> {
    const shape = this.model.shapes[name] as Shape;
    switch (shape.type) {
      case 'structure':
        yield* this.structure(tree, shape, path);
        break;
      case 'list':
        for (let i = 1; i <= tree.children.size; i++) {
          const item = tree.children.get(String(i));
          if (!item) yield `${path}: the list has a gap at ${i}`;
          else yield* this.walk(item, (shape.member as Member).shape, `${path}.${i}`);
        }
        if (tree.children.size === 0) yield `${path}: a list is missing its index`;
        break;
      default:
        yield* scalar(tree, shape, path);
    }
  }

  private *structure(tree: Tree, shape: Shape, path: string): Generator<string> {
    const byName = new Map(
      Object.entries(shape.members ?? {}).map(([name, member]) => [wireName(name, member), member]),
    );
    const required = (shape.required ?? []).map((name) => wireName(name, (shape.members ?? {})[name] as Member));
    for (const name of required) if (!tree.children.has(name)) yield `${path}: ${name} is missing`;
    for (const [name, child] of tree.children) {
      const member = byName.get(name);
      if (!member) yield `${path}: ${name} is unknown`;
      else yield* this.walk(child, member.shape, `${path}.${name}`);
    }
  }
}

function wireName(name: string, { queryName, locationName }: Member): string {
  if (queryName !== undefined) return queryName;
  return locationName === undefined ? name : locationName.charAt(0).toUpperCase() + locationName.slice(1);
}

function* scalar({ text = '' }: Tree, shape: Shape, path: string): Generator<string> {
  if (['integer', 'long'].includes(shape.type)) {
    if (!/^-?\d+$/.test(text)) yield `${path}: \`${text}\` is no whole number`;
    else if (Number(text) < (shape.min ?? -Infinity) || Number(text) > (shape.max ?? Infinity))
      yield `${path}: ${text} is out of range`;
  }
  if (shape.type === 'boolean' && !/^(true|false)$/.test(text)) yield `${path}: \`${text}\` is no boolean`;
  if (shape.enum && !shape.enum.includes(text)) yield `${path}: \`${text}\` is none of the values`;
}
