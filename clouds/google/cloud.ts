import { once } from '../../src/contract/helpers/once.js';
import { SharedAnswers } from '../../src/contract/helpers/shared-answers.js';
import { ImgpackError } from '../../src/messages/message.js';
import { type Access, endpointOf } from './access.js';
import { type Credentials, credentialsOf } from './credentials.js';
import { messages } from './messages.js';
import { Operations, type OperationWait, type Scope } from './operations.js';
import { newRequestId } from './request-id.js';
import type { Calls, Operation } from './types.js';
import { Caller } from './wire/caller.js';
import { Transport } from './wire/transport.js';

export type CallName = keyof Calls;
export type Request<N extends CallName> = Calls[N][0];
export type Reply<N extends CallName> = Calls[N][1];

/** A call that takes time. */
export type Change = {
  [N in CallName]: Reply<N> extends Operation ? (N extends `${string}Operations.get` ? never : N) : never;
}[CallName];

/** Google Cloud as one account sees it. All builds of a process share it: connections, credentials, limits and waits. */
export class Cloud {
  readonly credentials: Credentials;
  readonly transport: Transport;
  /** Look-ups that are the same for many builds. */
  readonly answers = new SharedAnswers();
  private readonly operations: Operations;
  private readonly caller: Caller;
  private readonly wire = once(async () => ({
    ...(await import('./wire/clients.js')),
    ...(await import('./wire/verify.js')),
  }));

  constructor(readonly access: Access) {
    this.credentials = credentialsOf(access);
    this.transport = new Transport(this.credentials.authorize);
    this.caller = new Caller(this.transport, access.universe, endpointOf(access, 'compute'));
    this.operations = new Operations((scope, names) => this.ask(scope, names), pollOf(process.env));
  }

  /**
   * Calls Compute Engine. The request is held against Google's description first.
   * @throws GoogleFault, ImgpackError, CancelledError
   */
  async call<N extends CallName>(name: N, request: Request<N>, signal: AbortSignal): Promise<Reply<N>> {
    const [service = '', method = ''] = name.split('.');
    const { clientOf, requestFaults } = await this.wire();
    const faults = requestFaults(service, method, request);
    if (faults.length > 0) throw new ImgpackError(messages.requestWrong(name, faults));
    const client = clientOf(service, this.caller);
    const [answer] = await this.caller.during({ name, signal }, () => client[method]!(request, { retry: null }));
    const started = (answer as { readonly latestResponse?: Operation }).latestResponse;
    return (started ?? answer) as Reply<N>;
  }

  /** Makes a change under an id of its own, and waits until it is carried out. */
  async change<N extends Change>(name: N, request: Request<N>, wait: OperationWait): Promise<void> {
    const operation = await this.call(name, { requestId: newRequestId(), ...request }, wait.signal);
    await this.operations.wait(scopeOf(request), operation as Operation, wait);
  }

  private async ask(scope: Scope, names: readonly string[]): Promise<readonly Operation[]> {
    const { signal } = new AbortController();
    const service = 'zone' in scope ? 'zoneOperations' : 'region' in scope ? 'regionOperations' : 'globalOperations';
    const [only] = names;
    if (names.length === 1 && only !== undefined)
      return [(await this.call(`${service}.get`, { ...scope, operation: only } as never, signal)) as Operation];
    const filter = names.map((name) => `(name = "${name}")`).join(' OR ');
    return (await this.call(`${service}.list`, { ...scope, filter } as never, signal)) as readonly Operation[];
  }
}

const clouds = new Map<string, Cloud>();

/** The cloud of an account: the same for all that ask with the same access. */
export function cloudOf(access: Access): Cloud {
  const key = JSON.stringify(access);
  const known = clouds.get(key) ?? new Cloud(access);
  clouds.set(key, known);
  return known;
}

function scopeOf(request: object): Scope {
  const { project, zone, region } = request as { project: string; zone?: string; region?: string };
  return zone !== undefined ? { project, zone } : region !== undefined ? { project, region } : { project };
}

/** Milliseconds between looks at operations: `GOOGLE_POLL_DELAY_SECONDS`, else two seconds. */
function pollOf(env: NodeJS.ProcessEnv): number | undefined {
  const seconds = Number(env['GOOGLE_POLL_DELAY_SECONDS']);
  return seconds > 0 ? seconds * 1000 : undefined;
}
