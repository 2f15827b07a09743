import type { JsonObject } from './json.js';
import type { ResourceReference } from './resources.js';

/**
 * What a build or post-processor made. Plain data: it can be written down and found again by another run.
 */
export interface Artifact {
  /** Names the maker for post-processors and tools: `transcend.qemu`, `packer.file`. */
  readonly builderId: string;
  /** The artifact's own id: an image id, `VM`, `Null`. */
  readonly id: string;
  /** Paths of local files, as they are shown. */
  readonly files: readonly string[];
  /** One sentence (or several lines) for the closing summary. */
  readonly description: string;
  /** `build.*` values that later post-processors may read; none after `checksum`, `compress` and `artifice`. */
  readonly values?: BuildValues;
  /** Facts for later steps: a disk format, a region. */
  readonly state?: JsonObject;
  /** How to remove it; done in this order when the artifact is not kept. */
  readonly remove: readonly ResourceReference[];
}

/** Values behind `build.KEY`. */
export type BuildValues = Readonly<Record<string, string | number | boolean>>;
