import type { BuildValues } from './artifact.js';
import type { Checkpoints } from './checkpoint.js';
import type { Communicator } from './communicator.js';
import type { RunEvent } from './events.js';
import type { JsonObject } from './json.js';
import type { Resources } from './resources.js';

/** What a component may know of its surroundings. Time, environment and folders come from here, never from globals. */
export interface Environment {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute; relative paths in options count from here. */
  readonly workingDirectory: string;
  /** For downloads and other things that are worth keeping: `PACKER_CACHE_DIR`, else `$XDG_CACHE_HOME/packer`, … */
  readonly cacheDirectory: string;
  readonly temporaryDirectory: string;
  readonly now: () => Date;
}

/** The build that a component belongs to. */
export interface BuildIdentity {
  /** As shown: `NAME.TYPE.LOCAL` or `TYPE.LOCAL`. */
  readonly name: string;
  /** `build.name`: the build block's own name, or empty. */
  readonly blockName: string;
  /** The source block's label, with the keys of its instance and its build's: `PACKER_BUILD_NAME`. */
  readonly sourceLabel: string;
  /** The local name where the build gives one, else the label, with the keys of its instance and its build's. */
  readonly sourceName: string;
  readonly builderType: string;
  readonly runId: string;
}

export interface ValidationContext extends Environment {
  readonly build: BuildIdentity;
  readonly force: boolean;
  /** As in `BuilderContext`. */
  readonly isOwnOutput?: (path: string) => Promise<boolean>;
}

/** For finding out, without changing anything, what a build would start from. */
export interface IdentifyContext extends Environment {
  readonly signal: AbortSignal;
  /** `sha256:…` of a file or folder by content, names and modes; undefined where there is none. */
  digest(path: string): Promise<string | undefined>;
  log(text: string): void;
}

/** Common to everything that runs. */
export interface RunContext extends Environment {
  readonly build: BuildIdentity;
  /** Fires on Ctrl-C and on the time limit of a provisioner. Long waits must listen. */
  readonly signal: AbortSignal;
  readonly force: boolean;
  readonly debug: boolean;
  readonly resources: Resources;
  /** Says what is being done: one line, or several with newlines. */
  say(text: string): void;
  /** Like `say`, for a fault. */
  complain(text: string): void;
  /** A line that a command printed. */
  output(stream: 'stdout' | 'stderr', line: string): void;
  progress(label: string, done: number, total: number | undefined, unit: 'bytes' | 'percent' | 'items'): void;
  /** For the debug log (`PACKER_LOG=1`). */
  log(text: string): void;
  emit(event: RunEvent): void;
  /** Registers a secret that came up at run time (a generated password); it is masked from here on. */
  addSecret(secret: string): void;
  /** Masks every known secret in a text that goes to a file. */
  redact(text: string): string;
  /** Renders `{{ }}` with `data`; the functions of the legacy template engine are there. Throws a coded error. */
  render(template: string, data: JsonObject): string;
}

export interface BuilderContext<C> extends RunContext {
  readonly config: C;
  /** Where the states of the machine are kept; absent: nothing is saved. */
  readonly checkpoints?: Checkpoints;
  /**
   * Whether what is at `path` (absolute) may be replaced without `-force`: an earlier run of this very build made all of
   * it, and nobody changed it since. Absent: no run is remembered.
   */
  readonly isOwnOutput?: (path: string) => Promise<boolean>;
  readonly onError: 'cleanup' | 'abort' | 'ask' | 'run-cleanup-provisioner' | 'shell';
}

export interface ProvisionerContext extends RunContext {
  readonly communicator: Communicator;
  /** Real `build.*` values. */
  readonly values: BuildValues;
  /** Asks the person at the terminal; rejects with a coded error where there is none. */
  ask(question: string): Promise<string>;
}

export interface PostProcessorContext extends RunContext {
  readonly values: BuildValues;
}

export interface DataSourceContext extends Environment {
  readonly signal: AbortSignal;
  log(text: string): void;
  render(template: string, data: JsonObject): string;
}
