import type { BuildValues } from '../contract/artifact.js';
import type { Communicator } from '../contract/communicator.js';
import type {
  BuilderContext,
  BuildIdentity,
  PostProcessorContext,
  ProvisionerContext,
  RunContext,
} from '../contract/context.js';
import type { Origin, RunEvent } from '../contract/events.js';
import { isForOthers, type OpenRunCache } from './cache/run-cache.js';
import type { ArtifactValues } from '../plan/late-values.js';
import type { ConfiguredComponent, PlannedBuild, PlannedComponent } from '../plan/plan.js';
import { engineMessages } from '../messages/engine.js';
import { ImgpackError } from '../messages/message.js';
import type { Journal } from './journal.js';
import type { EngineOptions } from './options.js';
import { BuildResources } from './resources.js';

const CANCEL_GRACE_MILLISECONDS = 30_000;

/** A build among the others of its run. */
export interface BuildLinks {
  /** What builds made that this one may read. */
  readonly artifacts: ReadonlyMap<string, ArtifactValues>;
  /** Whether others read what this one makes. */
  readonly isRead: boolean;
}

/** One build while it runs: whom it tells, what it created, and the contexts for its components. */
export class BuildRun {
  readonly identity: BuildIdentity;
  readonly resources: BuildResources;
  /** Set when the user chose to leave everything as it is. */
  abandoned = false;
  /** Set while a saved machine is started: a failure there is no failure of the build. */
  isRestoring = false;

  constructor(
    readonly planned: PlannedBuild,
    readonly options: EngineOptions,
    readonly journal: Journal,
    private readonly sink: (event: RunEvent) => void,
    readonly cache?: OpenRunCache,
    private readonly links: BuildLinks = { artifacts: new Map(), isRead: false },
  ) {
    this.identity = { ...planned.identity, runId: options.runId };
    this.resources = this.newResources();
  }

  get name(): string {
    return this.identity.name;
  }

  /** Holds the machine ready; absent: it is finished. What other builds wait for is not held. */
  get hold(): EngineOptions['hold'] {
    return this.links.isRead ? undefined : this.options.hold;
  }

  /** Whether it is made for others alone: it was not selected, or they are held ready and it is not. */
  get isForOthers(): boolean {
    return isForOthers(this.planned) || (this.links.isRead && this.options.hold !== undefined);
  }

  get signal(): AbortSignal {
    return this.options.signal;
  }

  /** Milliseconds for cancelled work to stop. */
  get grace(): number {
    return this.options.cancelGrace ?? CANCEL_GRACE_MILLISECONDS;
  }

  /** A list of resources of its own, undone apart from the others. */
  newResources(): BuildResources {
    return new BuildResources({
      build: this.name,
      journal: this.journal,
      signal: this.options.signal,
      grace: this.grace,
      emit: (event) => this.emit(event),
      log: (text) => this.log(text),
    });
  }

  emit(event: RunEvent): void {
    this.sink(event);
  }

  say(text: string): void {
    this.sink({ type: 'say', origin: { build: this.name }, text });
  }

  complain(text: string): void {
    this.sink({ type: 'complaint', origin: { build: this.name }, text });
  }

  log(text: string): void {
    this.options.log?.(this.options.redactor.redact(`${this.name}: ${text}`));
  }

  /**
   * Puts a question to the person at the terminal, with the name of the build in front.
   * @throws ImgpackError `engine/cannot-ask` where nobody is there
   */
  ask(question: string): Promise<string> {
    if (!this.options.prompt) return Promise.reject(new ImgpackError(engineMessages.cannotAsk()));
    return this.options.prompt(this.options.redactor.redact(`==> ${this.name}: ${question} `), this.signal);
  }

  /** The final options of a component; secrets among them are masked from here on. */
  async configure(component: PlannedComponent, build?: BuildValues): Promise<ConfiguredComponent['config']> {
    const { artifacts } = this.links;
    const { config, secrets } = await component.configure({ ...(build && { build }), artifacts });
    for (const secret of secrets) this.options.redactor.add(secret);
    return config;
  }

  builderContext<C>(config: C, more: Pick<BuilderContext<C>, 'checkpoints' | 'isOwnOutput'> = {}): BuilderContext<C> {
    const { cleanResourceName } = this.planned.builder.definition;
    const build = { ...this.identity, ...(cleanResourceName && { cleanResourceName }) };
    return {
      ...this.runContext({ build: this.name }, this.signal),
      ...more,
      config,
      onError: this.options.onError,
      render: (template, data) => this.options.render(template, data, build),
    };
  }

  provisionerContext(communicator: Communicator, values: BuildValues, signal: AbortSignal): ProvisionerContext {
    return {
      ...this.runContext({ build: this.name }, signal),
      communicator,
      values,
      ask: (question) => this.ask(question),
    };
  }

  postProcessorContext(type: string, values: BuildValues, resources: BuildResources): PostProcessorContext {
    return { ...this.runContext({ build: this.name, postProcessor: type }, this.signal), resources, values };
  }

  private runContext(origin: Origin, signal: AbortSignal): RunContext {
    const { environment, force, debug, redactor, render } = this.options;
    return {
      ...environment,
      build: this.identity,
      signal,
      force,
      debug,
      resources: this.resources,
      say: (text) => this.emit({ type: 'say', origin, text }),
      complain: (text) => this.emit({ type: 'complaint', origin, text }),
      output: (stream, line) => this.emit({ type: 'output', origin, stream, line }),
      progress: (label, done, total, unit) =>
        this.emit({ type: 'progress', origin, label, done, ...(total !== undefined && { total }), unit }),
      log: (text) => this.log(text),
      emit: (event) => this.emit(event),
      addSecret: (secret) => redactor.add(secret),
      redact: (text) => redactor.redact(text),
      render: (template, data) => render(template, data, this.identity),
    };
  }
}
