import type { Communicator, ConnectionTarget } from '../contract/communicator.js';
import type { BuildIdentity, Environment } from '../contract/context.js';
import type { BuildSummary, Reporter } from '../contract/events.js';
import type { JsonObject } from '../contract/json.js';
import type { Machine } from '../contract/machine.js';
import type { ResourceKind } from '../contract/resources.js';
import type { Redactor } from '../messages/redactor.js';
import type { RunCache } from './cache/run-cache.js';

export type OnError = 'cleanup' | 'abort' | 'ask' | 'run-cleanup-provisioner' | 'shell';

/** What `connect` gets beside the target. */
export interface ConnectContext {
  readonly signal: AbortSignal;
  say(text: string): void;
  /** What is waited for, and for how many milliseconds already. */
  waiting(text: string, milliseconds: number): void;
  log(text: string): void;
  /** Asks the person at the terminal, for logins that ask back; absent where there is none. */
  ask?(question: string): Promise<string>;
  /** Resolves with the reason when the machine ended by itself. */
  readonly ended?: Promise<string>;
  /** Resolves when there will be no way to the machine. */
  readonly unreachable?: Promise<Error>;
}

export type ResourceKinds = (name: string) => Promise<ResourceKind | undefined>;

export interface EngineOptions {
  readonly runId: string;
  readonly environment: Environment;
  /** Builds at the same time; 0 or less: no limit. */
  readonly parallelBuilds: number;
  readonly onError: OnError;
  readonly force: boolean;
  readonly debug: boolean;
  readonly reporters: readonly Reporter[];
  /** Folder of the journals. */
  readonly stateDirectory: string;
  /** Knows the secrets of the template; those that come up while running are added to it. */
  readonly redactor: Redactor;
  connect(target: ConnectionTarget, context: ConnectContext): Promise<Communicator>;
  render(
    template: string,
    data: JsonObject,
    build: BuildIdentity & { readonly cleanResourceName?: (text: string) => string },
  ): string;
  /** Asks the person at the terminal; absent where there is none. */
  readonly prompt?: (question: string, signal: AbortSignal) => Promise<string>;
  /** Gives the person at the terminal a shell in the machine; resolves when they left it. Absent where there is none. */
  readonly shell?: (communicator: Communicator, command: string, signal: AbortSignal) => Promise<void>;
  /**
   * Called when the last provisioner of a build is done, before the machine becomes an artifact: `stop` ends the build without
   * one, and that is no failure. Absent: every build goes on.
   */
  readonly hold?: (say: (text: string) => void, machine: Machine) => Promise<'finish' | 'stop'>;
  /** A step before which such a shell is opened, as in `stepIndex`. */
  readonly shellBefore?: string;
  /** Fires when the user asks to stop: what runs is cancelled and undone. */
  readonly signal: AbortSignal;
  readonly resourceKinds: ResourceKinds;
  /** What is kept between runs; absent: every build starts from nothing. */
  readonly cache?: RunCache;
  /** For the debug log. */
  readonly log?: (text: string) => void;
  /** Milliseconds that cancelled work has to stop before it is undone under its feet; default 30 000. */
  readonly cancelGrace?: number;
}

export interface RunOutcome {
  /** Every build was made, and nobody cancelled. */
  readonly succeeded: boolean;
  readonly cancelled: boolean;
  /** In the order of the plan; builds that a cancelled run never started are missing. */
  readonly results: readonly BuildSummary[];
  /** Resources that are still there: after `abort`, or because their removal failed. */
  readonly left: number;
}
