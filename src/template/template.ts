import type { Scope } from '../hcl/eval/scope.js';
import type { SourceFile, SourceRange } from '../hcl/source.js';
import type { Attribute, Body } from '../hcl/syntax/ast.js';
import type { Type } from '../hcl/values/type.js';
import type { Value } from '../hcl/values/value.js';
import type { Iterators } from './body.js';
import type { LegacyTemplate } from './legacy/legacy-template.js';
import type { Secrets } from './secrets.js';
import type { VersionTerm } from './version-constraint.js';

/** Everything that the files say, with variables, locals and data sources evaluated. Sources and builds are still syntax. */
export interface Template {
  /** `path.root`. */
  readonly root: string;
  readonly variables: ReadonlyMap<string, InputVariable>;
  readonly locals: ReadonlyMap<string, Local>;
  readonly requiredPlugins: readonly RequiredPlugin[];
  /** By `TYPE.NAME`. */
  readonly sources: ReadonlyMap<string, SourceBlock>;
  readonly builds: readonly BuildBlock[];
  /** `var`, `local`, `data`, `path`, `packer`; `source` unknown and `build` empty. */
  readonly scope: Scope;
  readonly secrets: Secrets;
  readonly files: ReadonlyMap<string, SourceFile>;
  /** Set where the template is in the old JSON form: `sources` and `builds` then only list what there is. */
  readonly legacy?: LegacyTemplate;
}

/** Where a variable got its value; the last one counts. */
export type ValueOrigin = 'default' | 'environment' | 'variable file' | 'command line';

export interface InputVariable {
  readonly name: string;
  readonly description?: string;
  readonly sensitive: boolean;
  readonly type: Type;
  /** Unknown where nothing set it. */
  readonly value: Value;
  readonly origin?: ValueOrigin;
  readonly range: SourceRange;
}

export interface Local {
  readonly name: string;
  readonly sensitive: boolean;
  readonly value: Value;
  readonly range: SourceRange;
}

export interface RequiredPlugin {
  readonly name: string;
  readonly source: string;
  readonly version: string;
  readonly terms: readonly VersionTerm[];
  readonly range: SourceRange;
}

export interface SourceBlock {
  readonly type: string;
  readonly name: string;
  readonly body: Body;
  readonly headerRange: SourceRange;
  readonly range: SourceRange;
}

export interface BuildBlock {
  /** Empty where it has none. */
  readonly name: string;
  readonly description?: string;
  readonly uses: readonly SourceUse[];
  readonly provisioners: readonly ProvisionerBlock[];
  readonly errorCleanup?: ProvisionerBlock;
  readonly chains: readonly (readonly PostProcessorBlock[])[];
  readonly headerRange: SourceRange;
  readonly range: SourceRange;
}

/** A source that a build uses: an item of `sources`, or a `source` block with additions. */
export interface SourceUse {
  readonly type: string;
  readonly label: string;
  /** The name in this build: `name` of the block, else the label. */
  readonly localName: string;
  readonly addition?: { readonly body: Body; readonly iterators: Iterators; readonly headerRange: SourceRange };
  readonly range: SourceRange;
}

/** A block with a component's options, of which the meta-arguments are already known. */
export interface ComponentBlock {
  readonly type: string;
  readonly name?: string;
  readonly only: readonly string[];
  readonly except: readonly string[];
  readonly body: Body;
  readonly iterators: Iterators;
  readonly typeRange: SourceRange;
  readonly headerRange: SourceRange;
  readonly range: SourceRange;
}

export interface ProvisionerBlock extends ComponentBlock {
  readonly override?: Attribute;
  /** Milliseconds. */
  readonly pauseBefore?: number;
  /** Milliseconds per attempt. */
  readonly timeout?: number;
  readonly maxRetries: number;
  readonly continueOnError: boolean;
}

export interface PostProcessorBlock extends ComponentBlock {
  readonly keepInputArtifact?: boolean;
}

/** Arguments of a provisioner that are not its component's options. */
export const PROVISIONER_META = [
  'name',
  'only',
  'except',
  'override',
  'pause_before',
  'max_retries',
  'timeout',
  'continue_on_error',
] as const;

/** Arguments of a post-processor that are not its component's options. */
export const POST_PROCESSOR_META = ['name', 'only', 'except', 'keep_input_artifact'] as const;
