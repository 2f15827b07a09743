import type { DigestCache } from '../../cache/digests.js';
import type { Lease } from '../../cache/lease.js';
import type { CheckpointStore } from '../../cache/store.js';
import type { KnownArtifact } from '../../plan/late-values.js';
import type { PlannedBuild } from '../../plan/plan.js';

/** What a run takes from earlier ones. */
export type Reuse =
  /** Finished builds and checkpoints. */
  | 'everything'
  /** Checkpoints: what exists is made again (`-force`). */
  | 'checkpoints'
  /** Nothing (`-no-cache`); what it makes is kept all the same. */
  | 'nothing';

/** What is kept between runs, as one run sees it. */
export interface RunCache {
  readonly store: CheckpointStore;
  readonly digests: DigestCache;
  /** Absolute path of the template: builds of the same name in it are the same build. */
  readonly template: string;
  readonly reuse: Reuse;
  /** Whether states of machines are saved. */
  readonly saves: boolean;
  /** A step by its name or number: it and what follows run again. */
  readonly fromStep?: string;
}

/** The cache of a run that is going on. */
export interface OpenRunCache extends RunCache {
  readonly lease: Lease;
  /** The artifacts of the builds that are done, by build id. */
  readonly artifacts: Map<string, KnownArtifact>;
}

/**
 * What one build takes from earlier runs: where it is there only because others read it, what was made before, whatever the
 * command line asks of those. `-no-cache` counts for all.
 */
export function cacheFor<C extends RunCache>(cache: C, isForOthers: boolean): C {
  if (!isForOthers || cache.reuse === 'nothing') return cache;
  const { fromStep: _, ...rest } = cache;
  return { ...rest, reuse: 'everything' } as C;
}

/** Whether the selection did not take a build, which others read. */
export const isForOthers = ({ neededBy }: PlannedBuild): boolean => neededBy !== undefined;
