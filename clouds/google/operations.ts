import { formatDuration } from '../../src/contract/duration.js';
import { CancelledError, ImgpackError } from '../../src/messages/message.js';
import { messages } from './messages.js';
import type { Operation } from './types.js';

/** Where an operation runs. */
export type Scope =
  | { readonly project: string; readonly zone: string }
  | { readonly project: string; readonly region: string }
  | { readonly project: string };

/** Asks for operations by name: one alone, or several in one call. */
export type AskOperations = (scope: Scope, names: readonly string[]) => Promise<readonly Operation[]>;

export interface OperationWait {
  /** For people: `making the image web`. */
  readonly what: string;
  /** Milliseconds. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

interface Wait {
  readonly name: string;
  look(operation: Operation | undefined): boolean;
  fail(error: unknown): void;
}

/** How many names a filter takes. */
const BATCH = 50;
const FIRST_MILLISECONDS = 500;
const POLL_MILLISECONDS = 2000;
const NAP_MILLISECONDS = 250;

/** Waits for operations. All builds of a project that wait in one zone, region or worldwide share each call. */
export class Operations {
  private readonly groups = new Map<string, Set<Wait>>();

  constructor(
    private readonly ask: AskOperations,
    private readonly poll = POLL_MILLISECONDS,
  ) {}

  /** @throws ImgpackError `google/operation-failed` or `google/wait-timeout`, or CancelledError */
  wait(scope: Scope, operation: Operation, { what, limit, signal }: OperationWait): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(new CancelledError());
      const key = JSON.stringify(scope);
      const group = this.groups.get(key) ?? new Set<Wait>();
      const end = () => {
        group.delete(wait);
        signal.removeEventListener('abort', cancel);
      };
      const cancel = () => {
        end();
        reject(new CancelledError());
      };
      const deadline = Date.now() + limit;
      const fail = (error: unknown) => {
        end();
        reject(error as Error);
      };
      const wait: Wait = {
        name: operation.name,
        fail,
        look(found) {
          const fault = found && faultOf(what, found);
          if (fault) fail(fault);
          else if (found?.status === 'DONE') {
            end();
            resolve();
          } else if (Date.now() < deadline) return false;
          else fail(new ImgpackError(messages.waitTimeout(what, formatDuration(limit))));
          return true;
        },
      };
      if (operation.status === 'DONE') return void wait.look(operation);
      group.add(wait);
      signal.addEventListener('abort', cancel, { once: true });
      if (!this.groups.has(key)) {
        this.groups.set(key, group);
        void this.loop(key, scope, group);
      }
    });
  }

  private async loop(key: string, scope: Scope, group: Set<Wait>): Promise<void> {
    let next = Date.now() + Math.min(FIRST_MILLISECONDS, this.poll);
    while (group.size > 0) {
      if (next > Date.now()) {
        // Short naps, so that what is cancelled ends the loop.
        await new Promise((wake) => setTimeout(wake, Math.min(next - Date.now(), NAP_MILLISECONDS)));
        continue;
      }
      const asked = [...group];
      try {
        const names = [...new Set(asked.map(({ name }) => name))];
        const found = new Map<string, Operation>();
        for (let i = 0; i < names.length; i += BATCH)
          for (const it of await this.ask(scope, names.slice(i, i + BATCH))) found.set(it.name, it);
        for (const wait of asked) if (group.has(wait)) wait.look(found.get(wait.name));
      } catch (error) {
        for (const wait of asked) if (group.has(wait)) wait.fail(error);
      }
      next = Date.now() + this.poll;
    }
    this.groups.delete(key);
  }
}

function faultOf(what: string, { error, httpErrorMessage, httpErrorStatusCode }: Operation): ImgpackError | undefined {
  const [first] = error?.errors ?? [];
  if (first) return new ImgpackError(messages.operationFailed(what, first.code ?? 'unknown', first.message ?? ''));
  if (httpErrorStatusCode && httpErrorStatusCode >= 400)
    return new ImgpackError(messages.operationFailed(what, String(httpErrorStatusCode), httpErrorMessage ?? ''));
  return undefined;
}
