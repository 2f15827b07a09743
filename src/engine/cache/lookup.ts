import type { CheckpointEntry } from '../../cache/entry.js';
import type { Artifact } from '../../contract/artifact.js';
import type { PostProcessorResult } from '../../contract/plugin.js';
import type { BuildKeys, StepKey } from '../../plan/keys/step-key.js';
import { areIntact, ARTIFACTS, type ArtifactRecord } from './records.js';
import type { RunCache } from './run-cache.js';
import { stepIndex } from './steps.js';

/** A saved state from which a build can go on. */
export interface StartingPoint {
  /** Steps that are done: 1 is the launch, 2 the first provisioner too. */
  readonly done: number;
  readonly step: string;
  readonly entry: CheckpointEntry;
}

/** What earlier runs left of one build. Looking changes nothing. */
export class CacheLookup {
  constructor(
    private readonly cache: RunCache,
    private readonly keys: BuildKeys,
    private readonly now: () => Date,
  ) {}

  /** Steps that end with a state of the machine. */
  get machineSteps(): readonly StepKey[] {
    return [this.keys.launch, ...this.keys.provisioners];
  }

  /** The deepest saved state that fits; those of `tried` did not. */
  async deepest(tried: ReadonlySet<string> = new Set()): Promise<StartingPoint | undefined> {
    const { reuse, store, fromStep } = this.cache;
    if (reuse === 'nothing') return undefined;
    const steps = this.machineSteps;
    const bound = fromStep === undefined ? steps.length : stepIndex(steps, fromStep);
    for (let done = bound; done > 0; done--) {
      const { key, step } = steps[done - 1] as StepKey;
      if (key === undefined || tried.has(key)) continue;
      const entry = await store.peek(key);
      if (entry && this.areFresh(entry.ran, steps.slice(0, done))) return { done, step, entry };
    }
    return undefined;
  }

  /**
   * The builder's artifact, where all is there that is needed of it: its own files where they are kept or where a
   * post-processor has to run on them, and else the artifacts that were made of it.
   */
  async artifact(): Promise<ArtifactRecord | undefined> {
    if (this.cache.reuse !== 'everything' || this.cache.fromStep !== undefined) return undefined;
    const record = await this.record(this.keys.finish);
    if (!record || !this.areFresh(record.ran, this.machineSteps)) return undefined;
    let isNeeded = this.keys.chains.length === 0;
    for (const [chain, steps] of this.keys.chains.entries()) {
      const [first] = await this.chain(chain);
      if (steps.length > 0 && (!first || first.keep === true)) isNeeded = true;
    }
    if (isNeeded && !(await areIntact(record.files, this.cache.digests))) return undefined;
    return record;
  }

  /** Of a builder's artifact and what was made of it, the first that is there: what other builds read. */
  async handedOn(builders: ArtifactRecord): Promise<Artifact | undefined> {
    const made = await Promise.all(this.keys.chains.map((_, index) => this.chain(index)));
    for (const { artifact, files } of [builders, ...made.flat()])
      if (await areIntact(files, this.cache.digests)) return artifact;
    return undefined;
  }

  /** What the post-processors at the begin of a chain made that need not run again. */
  async chain(index: number): Promise<readonly ArtifactRecord[]> {
    if (this.cache.reuse !== 'everything') return [];
    const records: ArtifactRecord[] = [];
    for (const step of this.keys.chains[index] ?? []) {
      const record = await this.record(step);
      if (!record) break;
      records.push(record);
    }
    // Up to the last one that is there; what lies before it may be gone, unless it was kept.
    for (let count = records.length; count > 0; count--) {
      const needed = records.slice(0, count).filter((_record, i) => i === count - 1 || records[i + 1]?.keep === true);
      const intact = await Promise.all(needed.map(({ files }) => areIntact(files, this.cache.digests)));
      if (intact.every(Boolean)) return records.slice(0, count);
    }
    return [];
  }

  /** Whether none of these steps is older than it may be. */
  areFresh(ran: Readonly<Record<string, string>>, steps: readonly StepKey[]): boolean {
    return steps.every(
      ({ step, maxAge }) => maxAge === undefined || this.now().getTime() - Date.parse(ran[step] ?? '') <= maxAge,
    );
  }

  private async record({ key }: StepKey): Promise<ArtifactRecord | undefined> {
    if (key === undefined) return undefined;
    const record = (await this.cache.store.records.get(ARTIFACTS, key)) as ArtifactRecord | undefined;
    return record?.version === 1 ? record : undefined;
  }
}

/** The result of a post-processor as it was when it ran. */
export const resultOf = ({ artifact, keep, forceKeep }: ArtifactRecord): PostProcessorResult => ({
  artifact,
  keep: keep === true,
  ...(forceKeep === true && { forceKeep }),
});
