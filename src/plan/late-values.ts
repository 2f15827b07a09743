import type { BuildValues } from '../contract/artifact.js';
import type { SourceRange } from '../hcl/source.js';

/** Values that are known only while a plan runs. What is absent stands as unknown. */
export interface LateValues {
  /** `build.*`. */
  readonly build?: BuildValues;
  /** `artifact.*`, by the id of the build that made it. */
  readonly artifacts?: ReadonlyMap<string, ArtifactValues>;
}

/** What other builds see of the artifact of a build. */
export interface ArtifactValues {
  readonly id: string;
  readonly builderType: string;
  /** Absolute. */
  readonly files: readonly string[];
  /** The first of the files; absent where there is none. */
  readonly path?: string;
}

/** A place where a component reads the artifact of another build. */
export interface ArtifactReference {
  /** Id of the build that makes it. */
  readonly build: string;
  /** Name of that build. */
  readonly name: string;
  /** Where it lies within `artifact`. */
  readonly path: readonly string[];
  /** The attribute that is read, where one is fixed. */
  readonly attribute?: string;
  readonly range: SourceRange;
}

/** An artifact that is there. */
export interface KnownArtifact {
  readonly values: ArtifactValues;
  /** Digest of what it is: equal ones are as good as each other. */
  readonly key: string;
}
