import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { faultsOf } from './check.js';
import { Description } from './description.js';
import { Refusal } from './refusal.js';
import { type Other, Others } from './others.js';
import { diskHandlers } from './state/disks.js';
import { imageHandlers } from './state/images.js';
import { Instances } from './state/instances.js';
import { Store } from './state/store.js';
import { Surroundings } from './state/surroundings.js';
import type { Handler } from './state/types.js';

/** A request as it came. */
export interface Call {
  /** `instances.insert`; for what is not Compute Engine the verb and the path. */
  readonly action: string;
  readonly values: Readonly<Record<string, string>>;
  readonly body: Record<string, unknown>;
  readonly authorization: string;
}

/** What goes wrong, and how often. */
export interface Fault {
  readonly action: string;
  readonly times: number;
  readonly error?: { readonly status: number; readonly reason: string };
  /** The change is taken, and its operation ends with this. */
  readonly operation?: { readonly code: string; readonly message: string };
  /** The call is carried out, and its answer lost. */
  readonly lost?: boolean;
  /** Told of the call before anything is done, and when it was carried out: a test may kill the caller then. */
  readonly arrived?: () => void;
  readonly carriedOut?: () => void;
}

/** Google Cloud on this machine: every request is held against Google's own description of Compute Engine. */
export class GoogleCloud {
  readonly calls: Call[] = [];
  readonly violations: string[] = [];
  readonly faults: Fault[] = [];
  /** Milliseconds before every answer. */
  latency = 0;
  /** The share of calls that fail, by chance of `random`. */
  failing: { readonly share: number; readonly random: () => number } | undefined;
  store = new Store();
  instances = new Instances(this.store);
  surroundings = new Surroundings(this.store);
  others = new Others(this.instances);
  private handlers: Record<string, Handler> = {};
  private requests = new Map<string, object>();
  private readonly used = new Map<Fault, number>();
  private readonly server: Server;

  private constructor(private readonly description: Description) {
    this.server = createServer((request, response) => void this.handle(request, response));
    this.reset();
  }

  static async start(): Promise<GoogleCloud> {
    const cloud = new GoogleCloud(new Description());
    cloud.server.listen(0, '127.0.0.1');
    await once(cloud.server, 'listening');
    return cloud;
  }

  get port(): number {
    return (this.server.address() as { port: number }).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  reset(): void {
    this.calls.length = this.violations.length = this.faults.length = 0;
    this.used.clear();
    this.requests = new Map();
    this.latency = 0;
    this.failing = undefined;
    this.store = new Store();
    this.instances = new Instances(this.store);
    this.surroundings = new Surroundings(this.store);
    this.others = new Others(this.instances);
    this.handlers = {
      ...imageHandlers(this.store),
      ...diskHandlers(this.store),
      ...this.instances.handlers,
      ...this.surroundings.handlers,
      ...this.store.operations.handlers,
    };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  /** Answers a request that came another way: through a proxy that ends TLS. */
  serve(request: IncomingMessage, response: ServerResponse): void {
    void this.handle(request, response);
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const isSecure = 'encrypted' in request.socket;
    const base = `${isSecure ? 'https' : 'http'}://${request.headers.host ?? '127.0.0.1'}`;
    const url = new URL(request.url ?? '/', base);
    const path = url.pathname;
    const isCompute = path.startsWith('/compute/v1/');
    const found = isCompute ? this.description.find(request.method ?? 'GET', path) : undefined;
    const action = found?.route.action ?? `${request.method} ${path}`;
    const fault = this.nextFault(action);
    await sleep(this.latency);
    fault?.arrived?.();
    let reply: Other;
    try {
      if (fault?.error)
        throw new Refusal(fault.error.status, fault.error.reason, `told to fail: ${fault.error.reason}`);
      if (this.failing && isCompute && this.failing.random() < this.failing.share)
        throw new Refusal(503, 'backendError', 'told to fail');
      if (isCompute) {
        if (!found) {
          this.violations.push(`no such call: ${action}`);
          throw new Refusal(404, 'notFound', `no such call: ${action}`);
        }
        const parsed = parse(body);
        const values = { ...found.values, ...Object.fromEntries(url.searchParams) };
        this.calls.push({ action, values, body: parsed, authorization: request.headers.authorization ?? '' });
        const faults = faultsOf(this.description, found.route, url.searchParams, parsed);
        this.violations.push(...faults.map((it) => `${action}: ${it}`));
        if (faults.length > 0) throw new Refusal(400, 'invalid', faults.join('; '));
        reply = { status: 200, body: this.carryOut(action, { values, body: parsed, base }, fault) };
      } else {
        this.calls.push({
          action,
          values: Object.fromEntries(url.searchParams),
          body: {},
          authorization: request.headers.authorization ?? '',
        });
        reply = this.others.answer(request, url, body);
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      reply = { status: error.status, body: error.body };
    }
    fault?.carriedOut?.();
    if (fault?.lost) return void request.socket.destroy();
    const raw = Buffer.isBuffer(reply.body);
    response.writeHead(reply.status, {
      'content-type': raw ? 'application/octet-stream' : 'application/json; charset=UTF-8',
      ...reply.headers,
    });
    response.end(raw ? (reply.body as Buffer) : JSON.stringify(reply.body));
  }

  private carryOut(action: string, asked: Parameters<Handler>[0], fault: Fault | undefined): object {
    const handler = this.handlers[action];
    if (!handler) throw new Refusal(501, 'notImplemented', `the stand-in does not know ${action} yet`);
    const id = asked.values['requestId'];
    if (id !== undefined && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) {
      this.violations.push(`${action}: the request id ${id} is no UUID`);
      throw new Refusal(400, 'invalid', `Invalid value for field 'requestId': '${id}'`);
    }
    const known = id === undefined ? undefined : this.requests.get(id);
    if (known) return known;
    this.store.operations.failure = () => fault?.operation;
    const result = handler(asked);
    if (id !== undefined) this.requests.set(id, result);
    return result;
  }

  private nextFault(action: string): Fault | undefined {
    const fault = this.faults.find((it) => it.action === action && (this.used.get(it) ?? 0) < it.times);
    if (fault) this.used.set(fault, (this.used.get(fault) ?? 0) + 1);
    return fault;
  }
}

function parse(body: Buffer): Record<string, unknown> {
  const text = body.toString('utf8');
  if (text === '' || text === '""') return {};
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new Refusal(400, 'parseError', 'the body is no JSON');
  }
}
