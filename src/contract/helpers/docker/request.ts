import { readFileSync } from 'node:fs';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import type { Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CancelledError, ImgpackError } from '../../../messages/message.js';
import type { Json } from '../../json.js';
import type { Endpoint } from './endpoint.js';
import { messages } from './messages.js';

/** The newest version of the API that this client was written for; an older engine is talked to in its own. */
const NEWEST = '1.43';

export interface Call {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly json?: unknown;
  readonly body?: AsyncIterable<Uint8Array> | Readable;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** What is being done, for errors: ``container `web` could not be created``. */
  readonly what: string;
}

/** The engine said no. */
export class EngineError extends ImgpackError {
  constructor(
    what: string,
    readonly status: number,
    readonly reason: string,
  ) {
    super(messages.refused(what, reason));
  }
}

/** HTTP to one engine, over a socket or TCP. Connections are kept and used again. */
export class EngineConnection {
  private version: Promise<string> | undefined;
  private readonly base: RequestOptions;
  private readonly secure: boolean;

  /** @throws ImgpackError `docker/endpoint-unknown`, `docker/unreadable` */
  constructor(
    readonly endpoint: Endpoint,
    private readonly wantedVersion?: string,
  ) {
    const { base, secure } = optionsFor(endpoint);
    const agent = secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
    this.base = { ...base, agent };
    this.secure = secure;
  }

  /** @throws EngineError for a status from 400 on; ImgpackError `docker/no-engine`; CancelledError */
  async send(method: string, path: string, call: Call): Promise<IncomingMessage> {
    const response = await this.raw(method, await this.path(path, call), call);
    if ((response.statusCode ?? 500) < 400) return response;
    throw new EngineError(call.what, response.statusCode ?? 500, await reasonIn(response));
  }

  async json<T>(method: string, path: string, call: Call): Promise<T> {
    const text = await textOf(await this.send(method, path, call));
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** Turns the connection of a request into a plain stream both ways. */
  async hijack(path: string, call: Call): Promise<{ readonly stream: Duplex; readonly head: Buffer }> {
    const target = await this.path(path, call);
    return new Promise((resolve, reject) => {
      const body = JSON.stringify(call.json ?? {});
      const request = (this.secure ? httpsRequest : httpRequest)({
        ...this.base,
        agent: this.secure ? new HttpsAgent() : new HttpAgent(),
        method: 'POST',
        path: target,
        headers: {
          Connection: 'Upgrade',
          Upgrade: 'tcp',
          'Content-Type': 'application/json',
          'Content-Length': Buffer.byteLength(body),
        },
      });
      request.on('upgrade', (_response, stream, head) => resolve({ stream, head }));
      request.on('response', (response) => {
        reasonIn(response).then(
          (reason) => reject(new EngineError(call.what, response.statusCode ?? 500, reason)),
          reject,
        );
      });
      request.on('error', (error) => reject(this.fault(error)));
      request.end(body);
    });
  }

  private async path(path: string, { query = {} }: Call): Promise<string> {
    this.version ??= this.negotiate().catch((error: unknown) => {
      this.version = undefined;
      throw error;
    });
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
    const text = search.toString();
    return `/v${await this.version}${path}${text && `?${text}`}`;
  }

  private async negotiate(): Promise<string> {
    if (this.wantedVersion) return this.wantedVersion;
    const response = await this.raw('GET', '/_ping', { what: 'the engine does not answer' });
    response.resume();
    const engines = response.headers['api-version'];
    return typeof engines === 'string' && isOlder(engines, NEWEST) ? engines : NEWEST;
  }

  private raw(method: string, path: string, call: Call): Promise<IncomingMessage> {
    const { json, body, signal } = call;
    if (signal?.aborted) return Promise.reject(new CancelledError());
    return new Promise((resolve, reject) => {
      const text = json === undefined ? undefined : JSON.stringify(json);
      const request = (this.secure ? httpsRequest : httpRequest)({
        ...this.base,
        method,
        path,
        ...(signal && { signal }),
        headers: {
          ...call.headers,
          ...(text !== undefined && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }),
        },
      });
      let answered = false;
      request.on('response', (response) => {
        answered = true;
        resolve(response);
      });
      request.on('error', (error) => reject(signal?.aborted ? new CancelledError() : this.fault(error)));
      if (body === undefined) request.end(text);
      // An engine that refuses in the middle answers and closes: what it says counts.
      else
        pipeline(body, request).catch((error: unknown) => {
          const code = (error as NodeJS.ErrnoException).code ?? '';
          if (!answered && !BROKEN.has(code)) {
            request.destroy();
            reject(signal?.aborted ? new CancelledError() : (error as Error));
          }
        });
    });
  }

  private fault(error: Error): ImgpackError {
    return new ImgpackError(messages.noEngine(this.endpoint.host, error.message), { cause: error });
  }
}

const BROKEN = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE']);

const isOlder = (a: string, b: string): boolean => {
  const [[major = 0, minor = 0], [otherMajor = 0, otherMinor = 0]] = [a, b].map((text) =>
    text.split('.').map(Number),
  ) as [number[], number[]];
  return major < otherMajor || (major === otherMajor && minor < otherMinor);
};

function optionsFor({ host, certificates, verify }: Endpoint): { base: RequestOptions; secure: boolean } {
  if (host.startsWith('unix://')) return { base: { socketPath: host.slice('unix://'.length) }, secure: false };
  if (host.startsWith('npipe://')) {
    return { base: { socketPath: host.slice('npipe://'.length).replaceAll('/', '\\') }, secure: false };
  }
  const url =
    /^(tcp|https?):\/\//.test(host) && URL.canParse(host.replace(/^tcp:/, 'http:'))
      ? new URL(host.replace(/^tcp:/, 'http:'))
      : undefined;
  if (!url) throw new ImgpackError(messages.endpointUnknown(host));
  const secure = certificates !== undefined || url.protocol === 'https:';
  const file = (folder: string, name: string) => {
    const path = join(folder, name);
    try {
      return readFileSync(path);
    } catch (error) {
      throw new ImgpackError(messages.unreadable(path, (error as Error).message), { cause: error });
    }
  };
  const tls =
    certificates === undefined
      ? {}
      : {
          ca: file(certificates, 'ca.pem'),
          cert: file(certificates, 'cert.pem'),
          key: file(certificates, 'key.pem'),
          rejectUnauthorized: verify !== false,
        };
  const port = url.port || (secure ? '2376' : '2375');
  return { base: { host: url.hostname.replace(/^\[|\]$/g, ''), port, ...tls }, secure };
}

async function textOf(response: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

async function reasonIn(response: IncomingMessage): Promise<string> {
  const text = (await textOf(response)).trim();
  try {
    const { message, cause } = JSON.parse(text) as { message?: Json; cause?: Json };
    return String(message ?? cause ?? text);
  } catch {
    return text || `status ${response.statusCode}`;
  }
}
