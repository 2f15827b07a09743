import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { parseDuration } from '../../duration.js';
import type { DownloadContext } from '../download.js';
import type { HttpResponse } from '../http-client.js';
import { FinalHttpError, httpRequest } from '../http-client.js';

export const IDLE_MILLISECONDS = 60_000;
const ATTEMPTS = 5;
const FIRST_PAUSE_MILLISECONDS = 250;

export interface FetchRequest {
  readonly url: string;
  /** Where the whole file appears in the end; until then it grows as `PATH.part`. */
  readonly path: string;
  /** A checksum will tell whether the pieces fit together, so a rest may be fetched even from a server without entity tags. */
  readonly resumable: boolean;
}

/** What the server said of the file, kept beside it: it tells whether the rest, or a newer one, is there. */
interface Validators {
  readonly url: string;
  readonly etag?: string;
  readonly lastModified?: string;
}

/**
 * Fetches a file over http(s). A broken transfer goes on where it broke, in this run or in a later one; a file that is
 * already there and unchanged on the server is kept.
 * @returns whether a part of an earlier transfer was used
 * @throws Error that says why; the part that was received stays
 */
export async function fetchToFile(
  request: FetchRequest,
  context: DownloadContext,
): Promise<{ readonly resumed: boolean }> {
  await mkdir(dirname(request.path), { recursive: true });
  const limit = parseDuration(context.env['PACKER_GETTER_READ_TIMEOUT'] ?? '');
  const signal = limit ? AbortSignal.any([context.signal, AbortSignal.timeout(limit)]) : context.signal;
  for (let attempt = 1, wait = FIRST_PAUSE_MILLISECONDS; ; attempt++, wait *= 2) {
    const before = await sizeOf(`${request.path}.part`);
    try {
      return await attemptFetch(request, { ...context, signal });
    } catch (error) {
      if (signal.aborted || error instanceof FinalHttpError) throw error;
      const progressed = (await sizeOf(`${request.path}.part`)) > before;
      if (progressed) {
        attempt = 0;
        wait = FIRST_PAUSE_MILLISECONDS;
      }
      if (attempt >= ATTEMPTS) throw error;
      context.log(`${request.url}: ${(error as Error).message}; trying again in ${wait} ms`);
      await pause(wait, undefined, { signal });
    }
  }
}

async function attemptFetch(request: FetchRequest, context: DownloadContext): Promise<{ readonly resumed: boolean }> {
  const part = `${request.path}.part`;
  const kept = await readValidators(`${request.path}.meta`, request.url);
  const complete = (await sizeOf(request.path)) > 0;
  const offset = complete ? 0 : await resumeOffset(request, kept);
  const response = await httpRequest(request.url, {
    env: context.env,
    signal: context.signal,
    idleTimeout: IDLE_MILLISECONDS,
    headers: complete ? unlessChanged(kept) : fromOffset(offset, kept),
  });
  try {
    if (response.status === 304 && complete) {
      context.say(`${basename(request.path)} has not changed`);
      return { resumed: false };
    }
    if (response.status === 416 && offset > 0) {
      await rm(part, { force: true });
      throw new Error('the part that was received does not fit the file');
    }
    if (response.status !== 200 && response.status !== 206) {
      const error = `the server answered with status ${response.status}`;
      throw response.status >= 500 || response.status === 429 ? new Error(error) : new FinalHttpError(error);
    }
    await writeValidators(`${request.path}.meta`, request.url, response);
    await receive(response, part, response.status === 206 ? offset : 0, request, context);
  } finally {
    response.body.destroy();
  }
  await rename(part, request.path);
  return { resumed: response.status === 206 };
}

async function receive(
  response: HttpResponse,
  part: string,
  offset: number,
  request: FetchRequest,
  context: DownloadContext,
): Promise<void> {
  const length = response.headers['content-length'];
  const total = length === undefined ? undefined : offset + Number(length);
  let done = offset;
  await save(response.body, part, offset > 0 ? 'a' : 'w', (bytes) => {
    done += bytes;
    context.progress(`downloading ${basename(new URL(request.url).pathname)}`, done, total, 'bytes');
  });
  if (total !== undefined && done !== total) throw new Error(`only ${done} of ${total} bytes were received`);
}

/** Unlike a pipeline this keeps what came before a break: the next attempt goes on behind it. */
async function save(body: Readable, path: string, flags: 'a' | 'w', onBytes: (bytes: number) => void): Promise<void> {
  const file = createWriteStream(path, { flags });
  const written = new Promise<void>((resolve, reject) => {
    file.once('close', resolve);
    // A full disk, a folder that may not be written: no other attempt helps.
    file.once('error', (error) => reject(new FinalHttpError(error.message, { cause: error })));
  });
  const received = new Promise<void>((resolve, reject) => {
    body.on('data', (chunk: Buffer) => {
      onBytes(chunk.length);
      if (file.write(chunk)) return;
      body.pause();
      file.once('drain', () => body.resume());
    });
    body.once('end', resolve);
    body.once('error', reject);
  });
  try {
    await Promise.race([received, written]);
  } finally {
    file.end();
    await written;
  }
}

async function resumeOffset(request: FetchRequest, kept: Validators | undefined): Promise<number> {
  const known = kept?.etag !== undefined || kept?.lastModified !== undefined;
  return kept && (known || request.resumable) ? sizeOf(`${request.path}.part`) : 0;
}

function fromOffset(offset: number, kept: Validators | undefined): Record<string, string> {
  if (offset === 0) return {};
  // A weak tag may stand for other bytes, which `If-Range` must not accept.
  const validator = kept?.etag && !kept.etag.startsWith('W/') ? kept.etag : kept?.lastModified;
  return { range: `bytes=${offset}-`, ...(validator && { 'if-range': validator }) };
}

function unlessChanged(kept: Validators | undefined): Record<string, string> {
  return {
    ...(kept?.etag && { 'if-none-match': kept.etag }),
    ...(kept?.lastModified && { 'if-modified-since': kept.lastModified }),
  };
}

async function readValidators(path: string, url: string): Promise<Validators | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const kept = JSON.parse(text) as Validators;
    return kept.url === url ? kept : undefined;
  } catch {
    return undefined; // Cut off by a full disk or a kill: as if nothing were known.
  }
}

async function writeValidators(path: string, url: string, { headers }: HttpResponse): Promise<void> {
  const kept: Validators = { url, etag: headers.etag, lastModified: headers['last-modified'] };
  await writeFile(path, JSON.stringify(kept));
}

const sizeOf = async (path: string): Promise<number> => (await stat(path).catch(() => undefined))?.size ?? 0;
