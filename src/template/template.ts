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
  /** In the order written, each instance on its own. */
  readonly sources: readonly SourceBlock[];
  readonly builds: readonly BuildBlock[];
  /** What `enabled = false` leaves out. */
  readonly leftOut: readonly LeftOut[];
  /** `var`, `local`, `data`, `path`, `packer`; `source` unknown and `build` empty. */
  readonly scope: Scope;
  readonly secrets: Secrets;
  readonly files: ReadonlyMap<string, SourceFile>;
  /** Set where the template is in the old JSON form: `sources` and `builds` then only list what there is. */
  readonly legacy?: LegacyTemplate;
}

/** Where a variable got its value; the last one counts. */
export type ValueOrigin = 'default' | 'environment' | 'variable file' | 'command line' | 'module';

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

/** A block that `enabled = false` switches off. */
export interface LeftOut {
  readonly kind: 'source' | 'build' | 'module';
  /** As its builds would be named. */
  readonly name: string;
  readonly range: SourceRange;
}

/** One instance of a `source` block. */
export interface SourceBlock {
  readonly type: string;
  /** The block's label, and behind a dot the key of the instance. */
  readonly name: string;
  /** The block's label alone. */
  readonly label: string;
  /** `each.key` or `count.index`. */
  readonly key?: Value;
  /** Where its options are evaluated. */
  readonly scope: Scope;
  /** Arguments that are not the component's options. */
  readonly meta: readonly string[];
  readonly body: Body;
  readonly headerRange: SourceRange;
  readonly range: SourceRange;
}

/** One instance of a `build` block. */
export interface BuildBlock {
  /** `build.name`: the block's name, and behind a dot the key of the instance. Empty where it has neither. */
  readonly name: string;
  /** `name`, and the forms without a key that stand for all instances. */
  readonly alternatives: readonly string[];
  /** What tells its builds from those of the same block in other instances: its key, and the module that it is in. */
  readonly key?: string;
  /** The module that it is in, with those around it; empty outside of modules. */
  readonly module: string;
  /** Where the options of its components are evaluated. */
  readonly scope: Scope;
  readonly description?: string;
  readonly uses: readonly SourceUse[];
  readonly provisioners: readonly ProvisionerBlock[];
  readonly errorCleanup?: ProvisionerBlock;
  readonly chains: readonly (readonly PostProcessorBlock[])[];
  readonly headerRange: SourceRange;
  readonly range: SourceRange;
}

/** An instance of a source that a build uses: from an item of `sources`, or a `source` block with additions. */
export interface SourceUse {
  readonly type: string;
  /** Name of the source, with the key of its instance. */
  readonly label: string;
  /** The name in this build: `name` of the block, else the source's, with the key of the instance. */
  readonly localName: string;
  /** Names that stand for this use in `only`, `except` and `override`: the local name, and the same without a key. */
  readonly localNames: readonly string[];
  /** The same of the source itself. */
  readonly labels: readonly string[];
  /** Absent in legacy templates. */
  readonly source?: SourceBlock;
  readonly addition?: SourceAddition;
  readonly range: SourceRange;
}

/** Options that a build adds to a source. */
export interface SourceAddition {
  readonly body: Body;
  readonly iterators: Iterators;
  readonly headerRange: SourceRange;
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
  /** `cache`: false, it runs every time; true, its result counts although its kind would always run. */
  readonly cache?: boolean;
  /** Milliseconds after which its result counts no more. */
  readonly cacheMaxAge?: number;
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
  'cache',
  'cache_max_age',
] as const;

/** Arguments of a post-processor that are not its component's options. */
export const POST_PROCESSOR_META = ['name', 'only', 'except', 'keep_input_artifact'] as const;
