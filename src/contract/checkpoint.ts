import type { JsonObject } from './json.js';
import type { ResourceReference } from './resources.js';

/** A place on this host for one state of a machine. States lie over one another, as layers do. */
export interface Layer {
  /** Unique for ever. */
  readonly id: string;
  /** Absolute; it exists, and is for its owner alone. Paths into it stay valid as long as the layer is there. */
  readonly folder: string;
}

/** A state of a machine: enough to start another one from there, in another process. */
export interface MachineState {
  /** Where its files are; absent where it lies elsewhere (an image in an engine or a cloud). */
  readonly layer?: Layer;
  /** Whatever the builder needs to start from it. */
  readonly data: JsonObject;
  /** Resolves when its files do not change any more; absent: they do not. */
  readonly settled?: Promise<void>;
  /** What goes with the checkpoint when it is removed, beside the layer. */
  readonly remove?: readonly ResourceReference[];
}

/** What a builder gets whose machines can be saved. */
export interface Checkpoints {
  /** Start from here; absent: start from nothing. */
  readonly restore?: MachineState;
  /**
   * Makes the layer that a machine writes to from now on, over `parent`. It belongs to the build: what was not made a
   * checkpoint goes with it.
   */
  begin(parent?: Layer): Promise<Layer>;
  /** The disk is full: removes states that nobody uses. @returns whether that made room */
  makeRoom(): Promise<boolean>;
}
