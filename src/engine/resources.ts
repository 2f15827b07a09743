import { randomBytes } from 'node:crypto';
import { formatDuration } from '../contract/duration.js';
import type { RunEvent } from '../contract/events.js';
import type { Json, JsonObject } from '../contract/json.js';
import type { Resource, ResourceKind, ResourceReference, Resources } from '../contract/resources.js';
import { engineMessages } from '../messages/engine.js';
import { CancelledError, ImgpackError } from '../messages/message.js';
import type { Journal } from './journal.js';
import { atMost } from './waiting.js';

/** Longest time that the removal of one resource may take. */
const DESTROY_MILLISECONDS = 5 * 60_000;

/** Something that undo could not remove. */
export interface UndoFailure {
  readonly what: string;
  readonly error: unknown;
}

interface Entry {
  readonly number: number;
  readonly kind: ResourceKind;
  reference: ResourceReference;
  /** Settles when the creation is over, one way or the other. */
  readonly settled: Promise<void>;
  pending: boolean;
  destroying?: Promise<void>;
}

export interface ResourceOptions {
  readonly build: string;
  readonly journal: Journal;
  /** Nothing new is created once it has fired. */
  readonly signal: AbortSignal;
  /** Milliseconds that undo waits for a creation under way: what is complete is removed more surely. */
  readonly grace: number;
  emit(event: RunEvent): void;
  log(text: string): void;
}

/** The resources of one build: what was created and is not yet gone, in the order of creation. */
export class BuildResources implements Resources {
  private readonly entries: Entry[] = [];
  private count = 0;
  private closed = false;

  constructor(private readonly options: ResourceOptions) {}

  async create<A extends JsonObject, T>(
    kind: ResourceKind<A>,
    args: A,
    create: (token: string) => Promise<{ readonly value: T; readonly data?: Json }>,
  ): Promise<Resource<T>> {
    if (this.closed || this.options.signal.aborted) throw new CancelledError();
    const token = randomBytes(8).toString('hex');
    const { journal } = this.options;
    await journal.creating(token, this.options.build, kind.name, args);
    let settle: () => void = () => undefined;
    const entry: Entry = {
      number: this.count++,
      kind: kind as unknown as ResourceKind,
      reference: { kind: kind.name, args, token },
      pending: true,
      settled: new Promise((resolve) => {
        settle = () => {
          entry.pending = false;
          resolve();
        };
      }),
    };
    this.entries.push(entry);
    this.tell('creating', entry);
    try {
      const { value, data } = await create(token);
      if (data !== undefined) entry.reference = { ...entry.reference, data };
      await journal.created(token, data);
      this.tell('created', entry);
      settle();
      if (this.closed) throw new CancelledError();
      return this.resource(value, entry);
    } catch (error) {
      settle();
      // It may exist in part or in whole. Where this fails the entry stays, and undo and clean-up try again.
      await this.destroy(entry).catch((reason: unknown) =>
        this.options.log(`${this.describe(entry)}: ${String(reason)}`),
      );
      throw error;
    }
  }

  /** A point to undo back to. */
  mark(): number {
    return this.count;
  }

  /**
   * Destroys what was created since `mark`, the last first; without a mark everything, and nothing can be created after it.
   * One failure does not keep the others from being tried.
   */
  async undo(mark?: number): Promise<UndoFailure[]> {
    if (mark === undefined) this.closed = true;
    const failures: UndoFailure[] = [];
    for (const entry of this.entries.filter(({ number }) => number >= (mark ?? 0)).reverse()) {
      await atMost(this.options.grace, entry.settled);
      // What is still being made may come up after it was looked for in vain: it stays in the journal for a later clean-up.
      const undone = entry.pending
        ? Promise.reject(new ImgpackError(engineMessages.stillCreating()))
        : this.destroy(entry);
      await undone.catch((error: unknown) => failures.push({ what: this.describe(entry), error }));
    }
    return failures;
  }

  /** What is left, in words, in the order of creation. */
  left(): string[] {
    return this.entries.map((entry) => this.describe(entry));
  }

  private resource<T>(value: T, entry: Entry): Resource<T> {
    return {
      value,
      get reference() {
        return entry.reference;
      },
      destroy: () => this.destroy(entry),
      keep: async () => {
        if (!this.entries.includes(entry)) return;
        await this.options.journal.kept(entry.reference.token);
        this.forget(entry);
        this.tell('kept', entry);
      },
    };
  }

  /** Once at a time, and not again when it is gone. A failed attempt may be repeated. */
  private destroy(entry: Entry): Promise<void> {
    if (!this.entries.includes(entry)) return Promise.resolve();
    entry.destroying ??= this.destroyNow(entry).finally(() => delete entry.destroying);
    return entry.destroying;
  }

  private async destroyNow(entry: Entry): Promise<void> {
    await destroyReference(entry.kind, entry.reference, this.options.log);
    await this.options.journal.destroyed(entry.reference.token);
    this.forget(entry);
    this.tell('destroyed', entry);
  }

  private forget(entry: Entry): void {
    const index = this.entries.indexOf(entry);
    if (index >= 0) this.entries.splice(index, 1);
  }

  private describe({ kind, reference }: Entry): string {
    return kind.describe(reference);
  }

  private tell(action: 'creating' | 'created' | 'destroyed' | 'kept', entry: Entry): void {
    const id = this.describe(entry);
    this.options.emit({
      type: 'resource',
      origin: { build: this.options.build },
      action,
      kind: entry.kind.name,
      id,
    });
  }
}

/**
 * Destroys one resource within a time limit.
 * @throws what the destroyer throws, or ImgpackError `engine/destroy-timeout`
 */
export async function destroyReference(
  kind: ResourceKind,
  reference: ResourceReference,
  log: (text: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const limit = AbortSignal.timeout(DESTROY_MILLISECONDS);
  let onLate: () => void = () => undefined;
  const late = new Promise<never>((_, reject) => {
    onLate = () => reject(new ImgpackError(engineMessages.destroyTimeout(formatDuration(DESTROY_MILLISECONDS))));
    limit.addEventListener('abort', onLate);
  });
  const context = { signal: signal ? AbortSignal.any([signal, limit]) : limit, log };
  try {
    await Promise.race([kind.destroy(reference, context), late]);
  } finally {
    limit.removeEventListener('abort', onLate);
  }
}
