import type { JsonObject } from '../../contract/json.js';
import type { GoFunctions } from '../../go-template/render.js';
import type { LegacyBuild } from './functions.js';
import type { LegacyBuilder, LegacyDocument } from './document.js';

/** What a legacy JSON template adds to a template: its components, and the functions that its `{{ }}` know. */
export interface LegacyTemplate {
  readonly document: LegacyDocument;
  /** Sorted by name. */
  readonly builders: readonly NamedBuilder[];
  /** Values of variables by name; those given without a declaration are among them. */
  readonly variables: ReadonlyMap<string, string>;
  readonly sensitive: ReadonlySet<string>;
  /** Functions for options; `values` answers `build`, which is not there without. */
  functions(build: LegacyBuild | undefined, values: JsonObject | undefined): GoFunctions;
}

export interface NamedBuilder extends LegacyBuilder {
  /** As rendered. */
  readonly label: string;
}

/** How builds are called on the screen: by their builder's name where that is the type, else with the type in front. */
export function buildNameOf({ type, label }: NamedBuilder): string {
  return label === type ? type : `${type}.${label}`;
}
