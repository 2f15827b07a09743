import type { Json, JsonObject } from '../../src/contract/json.js';
import type { Resource, ResourceKind, ResourceReference, Resources } from '../../src/contract/resources.js';

interface Entry {
  readonly kind: ResourceKind;
  readonly reference: ResourceReference;
}

/** Resources without a journal: what was created and is not gone, and the way to undo it. */
export class MemoryResources implements Resources {
  private entries: Entry[] = [];
  private count = 0;

  async create<A extends JsonObject, T>(
    kind: ResourceKind<A>,
    args: A,
    create: (token: string) => Promise<{ readonly value: T; readonly data?: Json }>,
  ): Promise<Resource<T>> {
    const token = `${process.pid}-${++this.count}-${Math.random().toString(36).slice(2)}`;
    const { value, data } = await create(token);
    const reference = { kind: kind.name, args, token, ...(data !== undefined && { data }) };
    const entry = { kind: kind as unknown as ResourceKind, reference };
    this.entries.push(entry);
    return {
      value,
      reference,
      destroy: () => this.destroy(entry),
      keep: () => {
        this.forget(entry);
        return Promise.resolve();
      },
    };
  }

  /** What is left, in words. */
  left(): string[] {
    return this.entries.map(({ kind, reference }) => kind.describe(reference));
  }

  async undo(): Promise<void> {
    for (const entry of [...this.entries].reverse()) await this.destroy(entry);
  }

  private async destroy(entry: Entry): Promise<void> {
    if (!this.entries.includes(entry)) return;
    this.forget(entry);
    await entry.kind.destroy(entry.reference, { signal: new AbortController().signal, log: () => undefined });
  }

  private forget(entry: Entry): void {
    this.entries = this.entries.filter((other) => other !== entry);
  }
}
