import { randomBytes } from 'node:crypto';
import { invalid, notFound, Refusal } from '../refusal.js';
import { Operations } from './operations.js';
import type { Asked, Thing } from './types.js';

/** What all resources of Compute Engine have in common: where they are, what they are called, and how they come and go. */
export class Store {
  readonly operations = new Operations();
  private readonly things = new Map<string, Thing>();
  private count = 0;

  get(path: string): Thing {
    const thing = this.things.get(path);
    if (!thing) throw notFound(path);
    return thing;
  }

  find(path: string): Thing | undefined {
    return this.things.get(path);
  }

  /** Everything below a path: `projects/p/global/images/`. */
  below(prefix: string): Thing[] {
    return [...this.things].filter(([path]) => path.startsWith(prefix)).map(([, thing]) => thing);
  }

  paths(): string[] {
    return [...this.things.keys()].sort();
  }

  put(path: string, base: string, fields: Record<string, unknown>): Thing {
    if (this.things.has(path)) throw new Refusal(409, 'alreadyExists', `The resource '${path}' already exists`);
    const thing: Thing = {
      creationTimestamp: new Date().toISOString().replace('Z', '-00:00'),
      ...fields,
      name: path.split('/').pop() as string,
      id: String(4_000_000_000_000_000_000n + BigInt(++this.count)),
      selfLink: `${base}/compute/v1/${path}`,
    };
    this.things.set(path, thing);
    return thing;
  }

  remove(path: string): void {
    this.things.delete(path);
  }
}

const NAME = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** The name in a body, which Google wants in a certain form. */
export function nameIn({ body }: Asked): string {
  const { name } = body;
  if (typeof name !== 'string' || !NAME.test(name))
    throw invalid(`Invalid value for field 'resource.name': '${String(name)}'`);
  return name;
}

/** The path of a resource from its name, a part of its address, or all of it. */
export function pathOf(reference: string, project: string): string {
  const partial = reference.replace(/^.*?\/compute\/v1\//, '').replace(/^https?:\/\/[^/]+\//, '');
  // Packer 1.6.6 leaves `projects/` out, and Google takes it.
  return /^(global|zones|regions)\//.test(partial)
    ? `projects/${project}/${partial}`
    : partial.startsWith('projects/')
      ? partial
      : `projects/${partial}`;
}

export const fingerprint = (): string => randomBytes(8).toString('base64');
