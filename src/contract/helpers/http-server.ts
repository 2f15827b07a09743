import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { extname, join, posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ResourceKind, Resources } from '../resources.js';

/** What a machine can fetch while it is built. */
export type ServedContent =
  | { readonly directory: string }
  /** Bodies by path; every path starts with a slash. */
  | { readonly content: Readonly<Record<string, string>> };

export interface HttpServer {
  readonly port: number;
  close(): Promise<void>;
}

export interface HttpServerOptions {
  readonly host: string;
  readonly port: number;
  /** Called with each request and its status, for the debug log. */
  readonly log: (text: string) => void;
}

/**
 * Serves a folder (with listings and ranges) or texts from memory.
 * @throws Error of the network when it cannot listen
 */
export async function startHttpServer(served: ServedContent, options: HttpServerOptions): Promise<HttpServer> {
  const server = createServer((request, response) => {
    response.on('finish', () => options.log(`${request.method} ${request.url} ${response.statusCode}`));
    answer(served, request, response).catch((error: NodeJS.ErrnoException) => {
      const missing = error.code === 'ENOENT' || error.code === 'ENOTDIR';
      if (!missing) options.log(`${request.method} ${request.url} ${error.message}`);
      if (response.headersSent) response.destroy();
      else fail(response, missing ? 404 : 500);
    });
  });
  await listen(server, options);
  const { port } = server.address() as { port: number };
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Servers of this process; another process has none of them, and they ended with theirs. */
const running = new Map<string, HttpServer>();

/** A web server of this process. */
export const httpServer: ResourceKind<{ readonly port: number }> = {
  name: 'http-server',
  describe: ({ args }) => `web server on port ${args.port}`,
  async destroy({ token }) {
    await running.get(token)?.close();
    running.delete(token);
  },
};

/** Serves until the resource is destroyed; else as `startHttpServer`. */
export async function serveUntilUndone(
  resources: Resources,
  served: ServedContent,
  options: HttpServerOptions,
): Promise<void> {
  await resources.create(httpServer, { port: options.port }, async (token) => {
    const server = await startHttpServer(served, options);
    running.set(token, server);
    return { value: server, data: { port: server.port } };
  });
}

function listen(server: Server, { host, port }: HttpServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      // A machine must not keep imgpack from ending.
      server.unref();
      resolve();
    });
  });
}

async function answer(served: ServedContent, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return fail(response, 405);
  const [rawPath = '/'] = (request.url ?? '/').split('?', 1);
  const path = cleanPath(rawPath);
  if (path === undefined) return fail(response, 400);
  if ('content' in served) return answerText(served.content, path, request, response);
  const file = join(served.directory, path);
  const stats = await stat(file);
  if (!stats.isDirectory()) return answerFile(file, stats, request, response);
  if (!rawPath.endsWith('/')) {
    response.writeHead(301, { location: `${encodeURI(path)}/` }).end();
    return;
  }
  const index = join(file, 'index.html');
  const indexStats = await stat(index).catch(() => undefined);
  if (indexStats?.isFile()) return answerFile(index, indexStats, request, response);
  return answerListing(file, request, response);
}

/** Decoded, and without `..` that leads out; undefined where it is not a path. */
function cleanPath(raw: string): string | undefined {
  try {
    const decoded = decodeURIComponent(raw);
    return decoded.includes('\0') ? undefined : posix.normalize(`/${decoded}`);
  } catch {
    return undefined; // A percent sign that starts no escape.
  }
}

function answerText(
  content: Readonly<Record<string, string>>,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const body = Object.hasOwn(content, path) ? content[path] : undefined;
  if (body === undefined) {
    const near = Object.keys(content).find((known) => posix.basename(known) === posix.basename(path));
    return fail(response, 404, near === undefined ? '' : `did you mean ${near}?\n`);
  }
  const bytes = Buffer.from(body);
  response.writeHead(200, { 'content-type': typeOf(path), 'content-length': bytes.length });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

async function answerFile(
  file: string,
  stats: { readonly size: number; readonly mtime: Date },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const range = parseRange(request.headers.range, stats.size);
  if (range === 'unsatisfiable') {
    response.setHeader('content-range', `bytes */${stats.size}`);
    return fail(response, 416);
  }
  const { start, end } = range ?? { start: 0, end: stats.size - 1 };
  response.writeHead(range ? 206 : 200, {
    'content-type': typeOf(file),
    'content-length': end - start + 1,
    'accept-ranges': 'bytes',
    'last-modified': stats.mtime.toUTCString(),
    ...(range && { 'content-range': `bytes ${start}-${end}/${stats.size}` }),
  });
  if (request.method === 'HEAD' || end < start) response.end();
  else await pipeline(createReadStream(file, { start, end }), response);
}

function parseRange(
  header: string | undefined,
  size: number,
): { readonly start: number; readonly end: number } | 'unsatisfiable' | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  return start > end ? 'unsatisfiable' : { start, end };
}

async function answerListing(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
  const lines = names.map((name) => `<a href="${escapeHtml(encodeURI(`./${name}`))}">${escapeHtml(name)}</a>`);
  const body = Buffer.from(`<!doctype html>\n<meta charset="utf-8">\n<pre>\n${lines.join('\n')}\n</pre>\n`);
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

function fail(response: ServerResponse, status: number, text = ''): void {
  const body = Buffer.from(text);
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'content-length': body.length }).end(body);
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.json': 'application/json',
  '.xml': 'text/xml; charset=utf-8',
  '.gz': 'application/gzip',
};

function typeOf(path: string): string {
  const extension = extname(path).toLowerCase();
  const text = ['', '.cfg', '.conf', '.ks', '.sh', '.txt', '.yaml', '.yml'].includes(extension);
  return TYPES[extension] ?? (text ? 'text/plain; charset=utf-8' : 'application/octet-stream');
}
