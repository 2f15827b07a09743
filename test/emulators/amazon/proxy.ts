import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Moto } from './moto.js';
import { mended } from './mending.js';
import { judged } from './permissions.js';
import { RequestCheck } from './request-check.js';

/** A request as it passed. */
export interface Call {
  readonly service: string;
  readonly region: string;
  readonly action: string;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly status: number;
  readonly body: string;
  /** Of an uploaded part. */
  readonly tag?: string;
}

/** What goes wrong, and how often. */
export interface Fault {
  readonly action: string;
  readonly times: number;
  /** Instead of an answer of AWS. */
  readonly error?: { readonly status: number; readonly code: string; readonly message?: string };
  /** The call is carried out, and its answer lost. */
  readonly lost?: boolean;
  /** Changes the answer. */
  readonly rewrite?: (body: string) => string;
  /** Milliseconds before the answer. */
  readonly lag?: number;
  /** Answered with, instead of asking the emulator. */
  readonly answer?: string;
  /** Told of the call before anything is done, and when it was carried out: a test may kill the caller then. */
  readonly arrived?: () => void;
  readonly carriedOut?: () => void;
}

/** Stands before the emulator: writes down and checks every request, mends gaps, and makes faults. */
export class AwsProxy {
  readonly calls: Call[] = [];
  readonly violations: string[] = [];
  readonly faults: Fault[] = [];
  /** Milliseconds before every answer. */
  latency: (call: Call) => number = () => 0;
  /** Told of every answer before it leaves. */
  after: (call: Call, reply: Reply) => Promise<void> = () => Promise.resolve();
  /** What the credentials may not do, as `service:Action`. */
  readonly denied = new Set<string>();
  private readonly used = new Map<Fault, number>();
  private readonly check = new RequestCheck();
  private readonly server: Server;
  readonly answered = new Map<string, Reply>();
  /** Play services that the emulator lacks: what they answer in JSON, by action. */
  readonly players = new Map<string, (input: Record<string, unknown>) => { status?: number; body: object }>();

  private constructor(readonly moto: Moto) {
    this.server = createServer((request, response) => void this.handle(request, response));
  }

  static async start(moto: Moto): Promise<AwsProxy> {
    const proxy = new AwsProxy(moto);
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as { port: number }).port}`;
  }

  async reset(): Promise<void> {
    this.calls.length = this.violations.length = this.faults.length = 0;
    this.used.clear();
    this.players.clear();
    this.denied.clear();
    this.answered.clear();
    this.latency = () => 0;
    await this.moto.reset();
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const call = describe(request, body);
    this.calls.push(call);
    if (call.service === 'ec2') this.violations.push(...this.check.violations(new URLSearchParams(body.toString())));
    const fault = this.nextFault(call.action);
    await sleep(this.latency(call) + (fault?.lag ?? 0));
    fault?.arrived?.();
    if (fault?.answer !== undefined) {
      response.writeHead(200, { 'content-type': 'text/xml' });
      response.end(fault.answer);
      return;
    }
    if (fault?.error) {
      response.writeHead(fault.error.status, { 'content-type': 'text/xml' });
      response.end(errorBody(fault.error));
      return;
    }
    const judgement = judged(call, this.denied);
    if (judgement) {
      response.writeHead(judgement.status, { 'content-type': 'text/xml' });
      response.end(judgement.body);
      return;
    }
    const player = this.players.get(call.action);
    if (player) {
      const { status = 200, body: played } = player(JSON.parse(body.toString()) as Record<string, unknown>);
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(played));
      return;
    }
    const reply: Reply = await mended(this, call, (sent) => this.forward(request, body, sent)).catch(
      (error: unknown) => ({
        status: 502,
        body: String(error),
      }),
    );
    await this.after(call, reply);
    fault?.carriedOut?.();
    if (fault?.lost) {
      request.socket.destroy();
      return;
    }
    response.writeHead(reply.status, {
      'content-type': contentType(reply.body),
      ...(reply.tag !== undefined && { etag: reply.tag }),
    });
    response.end(fault?.rewrite ? fault.rewrite(reply.body) : reply.body);
  }

  private nextFault(action: string): Fault | undefined {
    const fault = this.faults.find((it) => it.action === action && (this.used.get(it) ?? 0) < it.times);
    if (fault) this.used.set(fault, (this.used.get(fault) ?? 0) + 1);
    return fault;
  }

  private async forward(request: IncomingMessage, body: Buffer, call: Call): Promise<Reply> {
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(request.headers)) {
      if (typeof value === 'string' && /^(authorization$|content-(type|encoding|md5)$|x-amz-)/.test(name))
        headers[name] = value;
    }
    const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
    const sent = call.service === 'ec2' ? new URLSearchParams({ ...call.parameters }).toString() : body;
    const answer = await fetch(this.moto.url + (request.url ?? '/'), {
      method: request.method ?? 'POST',
      headers,
      ...(hasBody && { body: sent as never }),
    });
    const tag = answer.headers.get('etag');
    return { status: answer.status, body: await answer.text(), ...(tag !== null && { tag }) };
  }
}

const contentType = (body: string): string => (body.startsWith('{') ? 'application/x-amz-json-1.1' : 'text/xml');

function errorBody({ code, message = code }: { readonly code: string; readonly message?: string }): string {
  return `<?xml version="1.0"?><Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>r</RequestID></Response>`;
}

function describe(request: IncomingMessage, body: Buffer): Call {
  const [, region = '', service = ''] =
    /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\//.exec(request.headers.authorization ?? '') ?? [];
  const isForm = (request.headers['content-type'] ?? '').includes('form-urlencoded');
  const parameters = isForm ? Object.fromEntries(new URLSearchParams(body.toString())) : {};
  const target = request.headers['x-amz-target'];
  const action = parameters['Action'] ?? (typeof target === 'string' ? (target.split('.').pop() ?? '') : '');
  return { service, region, action: action || `${request.method} ${request.url}`, parameters };
}
