import type { Json, JsonObject } from './json.js';

/** Enough to destroy a resource in another process, days later. */
export interface ResourceReference<A extends JsonObject = JsonObject> {
  /** The resource kind's name: `file`, `process`, `amazon-ebs/instance`. */
  readonly kind: string;
  /** What was known before the creation, written to the journal first. */
  readonly args: A;
  /** Unique per creation: a client token, a tag, a part of a name. Finds what was created but not yet recorded. */
  readonly token: string;
  /** What the creation returned: an id, a process number. Absent where the process died in between. */
  readonly data?: Json;
}

/**
 * A kind of thing that exists outside this process. `destroy` takes only what the journal holds, succeeds when the thing is
 * already gone, and with `data` absent looks for what `token` marks.
 */
export interface ResourceKind<A extends JsonObject = JsonObject> {
  readonly name: string;
  /** For people: ``process 4711 (qemu-system-x86_64)``. */
  describe(reference: ResourceReference<A>): string;
  destroy(reference: ResourceReference<A>, context: DestroyContext): Promise<void>;
}

export interface DestroyContext {
  readonly signal: AbortSignal;
  readonly log: (text: string) => void;
}

/** A created resource as held by the step that made it. */
export interface Resource<T> {
  readonly value: T;
  readonly reference: ResourceReference;
  /** Destroys it now instead of at the end, and records that. */
  destroy(): Promise<void>;
  /** It now belongs to the user (it became part of the artifact): undo leaves it alone from here on. */
  keep(): Promise<void>;
}

/**
 * The only way to create something outside. The journal gets the intent before `create` runs and `data` after it, and
 * undo destroys in reverse order on success, failure and cancellation.
 */
export interface Resources {
  create<A extends JsonObject, T>(
    kind: ResourceKind<A>,
    args: A,
    create: (token: string) => Promise<{ readonly value: T; readonly data?: Json }>,
  ): Promise<Resource<T>>;
}
