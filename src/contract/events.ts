import type { Message, Place } from '../messages/message.js';
import type { Artifact } from './artifact.js';
import type { JsonObject } from './json.js';

/** Where an event belongs. `build` is the name shown in front of lines; `postProcessor` its type while one runs. */
export interface Origin {
  readonly build?: string;
  readonly postProcessor?: string;
}

/** A failure as reported: redacted, without a stack. */
export interface Failure extends Message {
  readonly place?: Place;
  readonly details?: readonly string[];
  /** The sentences of the causes, outermost first. */
  readonly causes?: readonly string[];
}

/** One thing that happened in a run. Reporters turn events into text; the engine never prints. */
export type RunEvent =
  | { readonly type: 'run-started'; readonly runId: string; readonly builds: readonly string[] }
  | { readonly type: 'build-started'; readonly origin: Origin }
  /** A builder, provisioner or post-processor says what it does. */
  | { readonly type: 'say'; readonly origin: Origin; readonly text: string }
  /** The same for a fault that does not end the build, or that is told before it ends it. */
  | { readonly type: 'complaint'; readonly origin: Origin; readonly text: string }
  /** One line that a command printed. */
  | { readonly type: 'output'; readonly origin: Origin; readonly stream: 'stdout' | 'stderr'; readonly line: string }
  | { readonly type: 'step-started'; readonly origin: Origin; readonly step: string }
  | {
      readonly type: 'step-finished';
      readonly origin: Origin;
      readonly step: string;
      readonly milliseconds: number;
      readonly failure?: Failure;
    }
  | {
      readonly type: 'progress';
      readonly origin: Origin;
      readonly label: string;
      readonly done: number;
      readonly total?: number;
      readonly unit: 'bytes' | 'percent' | 'items';
    }
  /** What the build waits for, and since when: an address, a port, a login. */
  | { readonly type: 'waiting'; readonly origin: Origin; readonly text: string; readonly milliseconds: number }
  | {
      readonly type: 'resource';
      readonly origin: Origin;
      readonly action: 'creating' | 'created' | 'destroyed' | 'kept';
      readonly kind: string;
      readonly id: string;
    }
  /** The state of a machine was saved after a step, or a machine was started from the one that was saved after it. */
  | {
      readonly type: 'checkpoint';
      readonly origin: Origin;
      readonly action: 'saved' | 'restored';
      readonly step: string;
      readonly key: string;
      readonly milliseconds: number;
    }
  | { readonly type: 'notice'; readonly severity: 'warning' | 'error'; readonly failure: Failure }
  | { readonly type: 'artifact'; readonly origin: Origin; readonly index: number; readonly artifact: Artifact }
  | {
      readonly type: 'build-finished';
      readonly origin: Origin;
      readonly milliseconds: number;
      readonly failure?: Failure;
      readonly artifacts: readonly Artifact[];
    }
  | { readonly type: 'cancelling'; readonly signal: string }
  | {
      readonly type: 'run-finished';
      readonly milliseconds: number;
      readonly cancelled: boolean;
      readonly results: readonly BuildSummary[];
    };

export interface BuildSummary {
  readonly build: string;
  /** Everything was there already, and nothing was done. */
  readonly unchanged?: boolean;
  /** The step that failed, by its name in plans. */
  readonly failedStep?: string;
  readonly failure?: Failure;
  readonly artifacts: readonly Artifact[];
}

/** One output form. `close` is awaited before the process ends. */
export interface Reporter {
  event(event: RunEvent): void;
  close?(): Promise<void>;
}

/** Facts for tools beside the events, such as a debug log. */
export interface LogEntry {
  readonly level: 'debug' | 'info';
  readonly text: string;
  readonly data?: JsonObject;
}
