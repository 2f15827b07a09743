import type { IncomingMessage, RequestOptions } from 'node:http';
import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import tls from 'node:tls';
import { netrcLogin } from './netrc.js';
import { proxyFor } from './proxy.js';

const MAX_REDIRECTS = 10;
const CONNECT_MILLISECONDS = 30_000;

export interface HttpOptions {
  readonly method?: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Milliseconds without a byte after which the connection counts as dead. */
  readonly idleTimeout: number;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** The body. It fails when the connection breaks before all of it was received. */
  readonly body: IncomingMessage;
  /** Where redirects led to. */
  readonly url: string;
}

/** What the server said is final: asking again would not change it. */
export class FinalHttpError extends Error {}

/**
 * Asks a web server, through the proxies of the environment, with the logins of `.netrc`, and follows redirects.
 * A login in the URL is sent to its own host only.
 * @throws Error of the network, with its code
 */
export async function httpRequest(url: string, options: HttpOptions): Promise<HttpResponse> {
  let target = new URL(url);
  const origin = target.host;
  for (let redirects = 0; ; redirects++) {
    const response = await requestOnce(target, options, target.host === origin);
    const location = response.headers.location;
    const status = response.statusCode as number;
    if (![301, 302, 303, 307, 308].includes(status) || location === undefined) {
      return { status, headers: response.headers, body: response, url: target.href };
    }
    response.destroy();
    if (redirects === MAX_REDIRECTS) throw new FinalHttpError(`more than ${MAX_REDIRECTS} redirects`);
    const next = new URL(location, target);
    if (!/^https?:$/.test(next.protocol)) throw new FinalHttpError(`a redirect leads to \`${next.protocol}\``);
    if (next.host === target.host && next.username === '') {
      next.username = target.username;
      next.password = target.password;
    }
    target = next;
  }
}

async function requestOnce(target: URL, options: HttpOptions, sendLogin: boolean): Promise<IncomingMessage> {
  const proxy = proxyFor(target, options.env);
  const headers: Record<string, string> = {
    'user-agent': 'imgpack',
    // A disk image is compressed already, and a range counts bytes of the file, not of a coding.
    'accept-encoding': 'identity',
    ...options.headers,
  };
  const login = sendLogin ? await loginFor(target, options.env) : undefined;
  if (login) headers['authorization'] = login;
  const secure = target.protocol === 'https:';
  const request: RequestOptions = { method: options.method ?? 'GET', headers, signal: options.signal };
  if (proxy && !secure) {
    headers['host'] = target.host;
    const authorization = basic(proxy);
    if (authorization) headers['proxy-authorization'] = authorization;
    const { hostname, port } = proxy;
    return send(http, { ...request, hostname, port: port || 80, path: withoutLogin(target) }, options);
  }
  const socket = proxy ? await tunnelTo(proxy, target, options.signal) : undefined;
  const direct: RequestOptions = {
    ...request,
    hostname: target.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: target.port || (secure ? 443 : 80),
    path: `${target.pathname}${target.search}`,
    // A connection of its own: one that is kept open would keep the process alive.
    agent: false,
    ...(socket && { createConnection: () => tls.connect({ socket, servername: target.hostname }) }),
  };
  return send(secure ? https : http, direct, options);
}

function send(
  client: typeof http | typeof https,
  request: RequestOptions,
  options: HttpOptions,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = client.request(request);
    outgoing.setTimeout(Math.min(CONNECT_MILLISECONDS, options.idleTimeout), () =>
      outgoing.destroy(new Error('the server does not answer')),
    );
    outgoing.once('error', reject);
    outgoing.once('response', (response) => {
      outgoing.setTimeout(options.idleTimeout, () =>
        response.destroy(new Error(`nothing was received for ${options.idleTimeout / 1000} seconds`)),
      );
      resolve(response);
    });
    outgoing.end();
  });
}

/** Opens a connection to an HTTPS host through a proxy. */
export function tunnelTo(proxy: URL, target: URL, signal?: AbortSignal): Promise<Socket> {
  const authorization = basic(proxy);
  const path = `${target.hostname}:${target.port || 443}`;
  return new Promise((resolve, reject) => {
    const client = proxy.protocol === 'https:' ? https : http;
    const request = client.request({
      method: 'CONNECT',
      hostname: proxy.hostname,
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      path,
      agent: false,
      headers: { host: path, ...(authorization && { 'proxy-authorization': authorization }) },
      ...(signal && { signal }),
      timeout: CONNECT_MILLISECONDS,
    });
    request.once('timeout', () => request.destroy(new Error(`the proxy ${proxy.host} does not answer`)));
    request.once('error', reject);
    request.once('connect', (response, socket) => {
      if (response.statusCode === 200) return resolve(socket as Socket);
      socket.destroy();
      reject(new Error(`the proxy ${proxy.host} answered with status ${response.statusCode}`));
    });
    request.end();
  });
}

async function loginFor(target: URL, env: HttpOptions['env']): Promise<string | undefined> {
  if (target.username !== '') return basic(target);
  const entry = await netrcLogin(target.hostname, env);
  return entry && `Basic ${Buffer.from(`${entry.login}:${entry.password}`).toString('base64')}`;
}

function basic(url: URL): string | undefined {
  if (url.username === '') return undefined;
  const text = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return `Basic ${Buffer.from(text).toString('base64')}`;
}

function withoutLogin(url: URL): string {
  const copy = new URL(url);
  copy.username = '';
  copy.password = '';
  return copy.href;
}
