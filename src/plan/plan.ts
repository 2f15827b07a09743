import type { BuildIdentity } from '../contract/context.js';
import type { JsonObject } from '../contract/json.js';
import type {
  AnyDefinition,
  BuilderDefinition,
  PostProcessorDefinition,
  ProvisionerDefinition,
} from '../contract/plugin.js';
import type { Place } from '../messages/message.js';
import type { LeftOut } from '../template/template.js';
import type { ArtifactReference, LateValues } from './late-values.js';

/** What will be done, in order: pure data beside `definition` and `configure`. */
export interface Plan {
  readonly builds: readonly PlannedBuild[];
  /** What `enabled = false` switches off; absent: nothing. */
  readonly leftOut?: readonly LeftOut[];
}

/** One source in one build block. */
export interface PlannedBuild {
  /** Unique within the plan, stable between runs of one template. */
  readonly id: string;
  readonly identity: Omit<BuildIdentity, 'runId'>;
  readonly place: Place;
  readonly builder: PlannedComponent<BuilderDefinition>;
  readonly provisioners: readonly PlannedProvisioner[];
  readonly errorCleanup?: PlannedProvisioner;
  /** Each chain starts from the builder's artifact. */
  readonly chains: readonly (readonly PlannedPostProcessor[])[];
  /** Ids of builds whose artifact this one reads. */
  readonly dependsOn: readonly string[];
  /** Names of the builds for which it is made although it was not selected; absent: it was. */
  readonly neededBy?: readonly string[];
}

/** A component with its options as known before the run. */
export interface PlannedComponent<D extends AnyDefinition = AnyDefinition> {
  readonly type: string;
  /** The `name` argument in the template. */
  readonly name?: string;
  readonly place: Place;
  /** Options as evaluated with placeholders for late values; secrets are in it: redact before printing. */
  readonly options: JsonObject;
  readonly definition: D;
  /** Keys of `build.*` that the options refer to; `*` where the whole of `build` is used. */
  readonly buildKeys: readonly string[];
  /** What the options refer to of the artifacts of other builds. */
  readonly artifacts: readonly ArtifactReference[];
  /** `options` with these late values: with a key's own name as its value, references are told apart. */
  optionsWith(values: LateValues): JsonObject;
  /** The decoded configuration with these values, not validated: for the key of the step. */
  configWith(values: LateValues): JsonObject;
  /**
   * Evaluates the options with real late values (absent: placeholders), renders `{{ }}`, decodes and validates.
   * @throws ImgpackError with the place of the faulty option
   */
  configure(values?: LateValues): Promise<ConfiguredComponent>;
}

export interface ConfiguredComponent {
  /** Of the type that the definition's schema describes. */
  readonly config: never;
  /** Secrets among the options that were not known before. */
  readonly secrets: readonly string[];
}

export interface PlannedProvisioner extends PlannedComponent<ProvisionerDefinition> {
  /** Milliseconds. */
  readonly pauseBefore?: number;
  /** Milliseconds per attempt. */
  readonly timeout?: number;
  /** Additional attempts. */
  readonly maxRetries: number;
  readonly continueOnError: boolean;
  /** `cache`: false, it runs every time; true, its result counts although its kind would always run. */
  readonly cache?: boolean;
  /** Milliseconds after which its result counts no more. */
  readonly cacheMaxAge?: number;
}

export interface PlannedPostProcessor extends PlannedComponent<PostProcessorDefinition> {
  readonly keepInputArtifact?: boolean;
}
