import type { Message } from '../messages/message.js';
import type { Artifact, BuildValues } from './artifact.js';
import type { Communicator } from './communicator.js';
import type {
  BuilderContext,
  DataSourceContext,
  Environment,
  IdentifyContext,
  PostProcessorContext,
  ProvisionerContext,
  ValidationContext,
} from './context.js';
import type { Json, JsonObject } from './json.js';
import type { Identity } from './keys.js';
import type { Machine } from './machine.js';
import type { ResourceKind } from './resources.js';
import type { Decoded, Schema } from './schema.js';

/** Something wrong with an option. `option` is a path such as `qemu_img_args.convert`; absent: the whole component. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  readonly message: Message;
  readonly option?: string;
}

/** A file or folder whose content decides what the component does. Part of the step's content key. */
export interface FileInput {
  readonly path: string;
  readonly option: string;
  /** `path` stands for all files that match it (`*`, `?`, `[a-z]`). */
  readonly isPattern?: boolean;
}

/** Something this component needs on the machine that runs imgpack. */
export interface Requirement {
  readonly name: string;
  /** Undefined where it is met, else what is missing. */
  check(): Promise<string | undefined>;
  /** Debian and Ubuntu packages that bring it. */
  readonly packages: readonly string[];
  readonly optional?: boolean;
}

/** Something that a cloud must let the credentials do. */
export interface Permission {
  readonly provider: 'aws';
  /** As policies name it: `ec2:RunInstances`. */
  readonly action: string;
}

/** What was found out about permissions, by their actions. */
export interface TriedPermissions {
  readonly lacking: readonly string[];
  /** Those that nobody tells. */
  readonly untried: readonly string[];
}

/** Something that a builder brings into being. */
export interface Creation {
  /** For people: `folder \`output-web\``. */
  readonly what: string;
  /** Absolute; what is there already is replaced. */
  readonly path?: string;
  /** Whether it is still there when the build has succeeded. */
  readonly lasting: boolean;
}

interface Component<Kind extends string, S extends Schema> {
  readonly kind: Kind;
  /** The name in templates. */
  readonly type: string;
  /** One sentence for reference pages and listings. */
  readonly summary: string;
  readonly schema: S;
  /** What `clean_resource_name` of legacy JSON templates makes of a text, so that the platform takes it as a name. */
  readonly cleanResourceName?: (text: string) => string;
  /** Checks that the schema cannot express; called with a completely decoded configuration. */
  validate?(config: Decoded<S>, context: ValidationContext): readonly Problem[] | Promise<readonly Problem[]>;
  /** Files that are read; missing ones are reported by `validate`. */
  inputs?(config: Decoded<S>): readonly FileInput[];
  requirements?(config?: Decoded<S>): readonly Requirement[];
  /** What a cloud must allow for it, no more. */
  permissions?(config: Decoded<S>): readonly Permission[];
  /**
   * Which of these permissions the credentials at hand lack, found out without changing anything.
   * @throws ImgpackError where the cloud does not know the caller
   */
  lacking?(
    config: Decoded<S>,
    permissions: readonly Permission[],
    environment: Pick<Environment, 'env' | 'workingDirectory'>,
  ): Promise<TriedPermissions>;
  readonly resourceKinds?: readonly ResourceKind<never>[];
}

/** One named piece of work. It reads what the steps before it returned, and adds what it returns. */
export interface Step<C, State extends object = object> {
  readonly name: string;
  run(context: BuilderContext<C>, state: State): Promise<object | void>;
}

/**
 * Steps in order, typed by what they hand on. `prepare<Config>().step('create disk', …).step('boot', …)` reads like the
 * list it is; a step sees what all earlier ones returned.
 */
export class Pipeline<C, State extends object> {
  private constructor(readonly steps: readonly Step<C>[]) {}

  static of<C, State extends object = object>(): Pipeline<C, State> {
    return new Pipeline<C, State>([]);
  }

  step<Added extends object | void>(
    name: string,
    run: (context: BuilderContext<C>, state: State) => Promise<Added>,
  ): Pipeline<C, Added extends object ? State & Added : State> {
    return new Pipeline([...this.steps, { name, run: run as Step<C>['run'] }]);
  }
}

/** What the engine adds to the state between `launch` and `finish`. */
export interface Provisioned {
  readonly communicator: Communicator;
  /** The `build.*` values that provisioners saw; a builder hands them to post-processors through its artifact. */
  readonly values: BuildValues;
}

/** How what a builder made is found again by a later run. A builder without it starts from nothing every time. */
export interface BuilderCaching<C> {
  /** Options that decide neither what the machine is nor what the image holds: ports, waits, screens, places. */
  readonly ignored: readonly string[];
  /** Options that count only once the last provisioner is done: compression, the name of a file. */
  readonly finishing: readonly string[];
  /** What else decides: the base, and programs. Called when planning: it changes nothing outside. */
  identify(config: C, context: IdentifyContext): Promise<readonly Identity[]>;
  /** Milliseconds after which a result counts no more, because what it is made from moves on. */
  maxAge?(config: C): number | undefined;
  /** Why a machine of this configuration cannot be saved; undefined: it can. Absent: no machine of this builder can. */
  unsaveable?(config: C): string | undefined;
}

/** Turns a configuration into a machine, and the provisioned machine into an artifact. */
export interface BuilderDefinition<
  S extends Schema = Schema,
  State extends { machine: Machine } = { machine: Machine },
> extends Component<'builder', S> {
  /** Keys of `build.*` that this builder announces beyond the common ones. */
  readonly buildValues?: readonly string[];
  readonly caching?: BuilderCaching<Decoded<S>>;
  /** What a build would bring into being, for a plan. */
  creates?(config: Decoded<S>, context: ValidationContext): readonly Creation[];
  launch(config: Decoded<S>): Pipeline<Decoded<S>, State>;
  /** Runs after the last provisioner, with the state of `launch`. An artifact of undefined: nothing was made. */
  finish(config: Decoded<S>): Pipeline<Decoded<S>, State & Provisioned & { artifact: Artifact | undefined }>;
}

export interface ProvisionerDefinition<S extends Schema = Schema> extends Component<'provisioner', S> {
  /**
   * Why this has to run every time: what it does is not in the machine alone, or what it reads cannot be told. Undefined
   * (or absent): a machine on which the same was done before is as good.
   */
  alwaysRuns?(config: Decoded<S>): string | undefined;
  /** Environment variables that what it runs in the machine sees, for a shell at its place. */
  environment?(config: Decoded<S>, context: ProvisionerContext): ReadonlyMap<string, string>;
  run(config: Decoded<S>, context: ProvisionerContext): Promise<void>;
}

/** `artifact` undefined ends the chain silently. `keep`: whether the input survives where the template does not say. */
export interface PostProcessorResult {
  readonly artifact: Artifact | undefined;
  readonly keep: boolean;
  /** `keep` cannot be overruled by `keep_input_artifact = false`. */
  readonly forceKeep?: boolean;
}

export interface PostProcessorDefinition<S extends Schema = Schema> extends Component<'post-processor', S> {
  /** Its artifact is all that it makes, and equal inputs give equal artifacts: one that is still there is as good. */
  readonly pure?: boolean;
  run(config: Decoded<S>, context: PostProcessorContext, artifact: Artifact): Promise<PostProcessorResult>;
}

export interface DataSourceDefinition<S extends Schema = Schema> extends Component<'data-source', S> {
  /** Names and shapes of what `data.TYPE.NAME` holds. */
  readonly outputs: Schema['attributes'];
  run(config: Decoded<S>, context: DataSourceContext): Promise<JsonObject | Record<string, Json>>;
}

export type AnyDefinition = BuilderDefinition | ProvisionerDefinition | PostProcessorDefinition | DataSourceDefinition;

/** Defines a builder; the configuration's type comes from `schema`. */
export function defineBuilder<S extends Schema, State extends { machine: Machine }>(
  definition: Omit<BuilderDefinition<S, State>, 'kind'>,
): BuilderDefinition<S, State> {
  return { kind: 'builder', ...definition };
}
export function defineProvisioner<S extends Schema>(
  definition: Omit<ProvisionerDefinition<S>, 'kind'>,
): ProvisionerDefinition<S> {
  return { kind: 'provisioner', ...definition };
}
export function definePostProcessor<S extends Schema>(
  definition: Omit<PostProcessorDefinition<S>, 'kind'>,
): PostProcessorDefinition<S> {
  return { kind: 'post-processor', ...definition };
}
export function defineDataSource<S extends Schema>(
  definition: Omit<DataSourceDefinition<S>, 'kind'>,
): DataSourceDefinition<S> {
  return { kind: 'data-source', ...definition };
}

export type ComponentKind = AnyDefinition['kind'];

/** Finds plugins by kind and type without loading the others. Made from the folders by `scripts/generate-registry.mjs`. */
export interface Registry {
  types(kind: ComponentKind): readonly string[];
  load(kind: 'builder', type: string): Promise<BuilderDefinition | undefined>;
  load(kind: 'provisioner', type: string): Promise<ProvisionerDefinition | undefined>;
  load(kind: 'post-processor', type: string): Promise<PostProcessorDefinition | undefined>;
  load(kind: 'data-source', type: string): Promise<DataSourceDefinition | undefined>;
  load(kind: ComponentKind, type: string): Promise<AnyDefinition | undefined>;
}
