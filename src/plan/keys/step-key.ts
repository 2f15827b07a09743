import type { KeyInput } from '../../contract/keys.js';

/** What decides one step of a build, and its key where it has one. */
export interface StepKey {
  /** As plan and events name it: `launch`, `provisioner 2: shell`, `finish`, `post-processor: compress`. */
  readonly step: string;
  /** Absent: its result can neither be found nor kept, for the reason in `always`. */
  readonly key?: string;
  readonly inputs: readonly KeyInput[];
  /** Why it runs every time. */
  readonly always?: AlwaysRuns;
  /** Milliseconds after which its result counts no more. */
  readonly maxAge?: number;
}

export interface AlwaysRuns {
  /** `own`: something about the step itself; `earlier`: a step before it runs every time. */
  readonly cause: 'own' | 'earlier';
  readonly text: string;
}

/** The keys of one build: each step's over the one before, the chains' over `finish`. */
export interface BuildKeys {
  readonly launch: StepKey;
  readonly provisioners: readonly StepKey[];
  readonly finish: StepKey;
  readonly chains: readonly (readonly StepKey[])[];
}
