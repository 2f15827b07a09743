import { createHash } from 'node:crypto';
import { mkdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { catalogue, CancelledError, ImgpackError } from '../../messages/message.js';
import type { Environment } from '../context.js';
import type { Resources } from '../resources.js';
import type { ChecksumOption, Digest } from './checksum.js';
import { digestText, findInList, parseChecksum, checksumMessages, pathOf } from './checksum.js';
import { fetchToFile } from './download/fetch-to-file.js';
import { readList } from './download/read-list.js';
import { withLockFile } from './lock-file.js';
import { differingDigest } from './verified-file.js';

const messages = catalogue('download', {
  failed: (count: number) => ({
    text: count === 1 ? 'the image cannot be had' : `none of ${count} locations delivered the image`,
    hint: 'the reasons are below, one for each location; check the locations and the network',
  }),
  checksumDiffers: (location: string, kind: string, found: string, wanted: string) => ({
    text: `\`${location}\` has the ${kind} checksum ${found}, not ${wanted}`,
    hint: 'the file was replaced or damaged; take the checksum from its publisher again',
  }),
  fileMissing: (path: string) => ({ text: `the file \`${path}\` does not exist`, hint: 'check the path' }),
  schemeUnsupported: (location: string, scheme: string) => ({
    text: `\`${location}\` cannot be fetched: \`${scheme}\` is not supported`,
    hint: 'fetch the file yourself and give its path, or use an http(s) location',
  }),
});

export interface DownloadRequest {
  /** Mirrors of one file: paths, `file://` or http(s) URLs, in the order in which they are tried. */
  readonly locations: readonly string[];
  readonly checksum: ChecksumOption;
  /** Where the download is kept; a path without an extension is a folder. */
  readonly targetPath?: string;
  /** Of the kept file, without a dot. */
  readonly extension: string;
}

export interface DownloadContext extends Environment {
  readonly signal: AbortSignal;
  readonly resources: Resources;
  say(text: string): void;
  log(text: string): void;
  progress(label: string, done: number, total: number | undefined, unit: 'bytes'): void;
}

export interface Obtained {
  /** Absolute. */
  readonly path: string;
  /** The location that delivered it. */
  readonly location: string;
  /** What it was verified against. */
  readonly digest?: Digest;
}

/**
 * Makes a file available on this machine: a local one where it is, a remote one in the cache, where its name is the hash
 * of its checksum, so that every mirror of it is one entry. What has the wrong checksum is deleted, and the next location
 * is tried.
 * @throws ImgpackError `download/failed` with a line for each location, or `checksum/…`
 */
export async function obtainFile(request: DownloadRequest, context: DownloadContext): Promise<Obtained> {
  const common = await resolveDigest(request, context);
  const failures: unknown[] = [];
  for (const location of request.locations) {
    try {
      const { url, digest } = ownDigest(location, common, context);
      const local = localPath(url, context.workingDirectory);
      if (local !== undefined) return await useLocal(local, location, digest, context);
      return await useRemote(url, location, digest, request, context);
    } catch (error) {
      if (context.signal.aborted) throw new CancelledError();
      failures.push(error);
      if (request.locations.length > 1) context.say(`${location}: ${(error as Error).message}`);
    }
  }
  if (failures.length === 1 && failures[0] instanceof ImgpackError) throw failures[0];
  const details = failures.map((error, i) => `${request.locations[i]}: ${(error as Error).message}`);
  throw new ImgpackError(messages.failed(failures.length), { details, cause: failures[0] });
}

/** The digest that a checksum option stands for, read from a list where it names one. */
export async function resolveDigest(
  { locations, checksum }: Pick<DownloadRequest, 'locations' | 'checksum'>,
  context: Pick<DownloadContext, 'env' | 'signal' | 'workingDirectory'>,
): Promise<Digest | undefined> {
  if (checksum.kind === 'none') return undefined;
  if (checksum.kind === 'digest') return checksum.digest;
  const first = locations[0] ?? '';
  const local = localPath(first, context.workingDirectory);
  const digest = findInList(await readList(checksum, context), local ?? first, checksum.location);
  if (!digest) throw new ImgpackError(checksumMessages.notListed(basename(pathOf(first)), checksum.location));
  return digest;
}

/** A `checksum` in the query of a URL counts for that URL alone, and is not sent. */
function ownDigest(
  location: string,
  common: Digest | undefined,
  context: DownloadContext,
): { readonly url: string; readonly digest: Digest | undefined } {
  if (!/^https?:\/\//i.test(location)) return { url: location, digest: common };
  const url = new URL(location);
  const own = url.searchParams.get('checksum');
  if (own === null) return { url: location, digest: common };
  url.searchParams.delete('checksum');
  const parsed = parseChecksum(own, context.workingDirectory);
  if ('problem' in parsed) throw new ImgpackError(parsed.problem);
  return { url: url.href, digest: parsed.kind === 'digest' ? parsed.digest : common };
}

/** The absolute path of a local location; undefined for a URL. */
export function localPath(location: string, workingDirectory: string): string | undefined {
  const scheme = /^([a-z][a-z0-9+.-]+)(?:::|:\/\/)/i.exec(location)?.[1]?.toLowerCase();
  if (scheme === 'file') return fileUrlPath(location, workingDirectory);
  return scheme === undefined ? resolve(workingDirectory, location) : undefined;
}

/** `file://relative/path` is no URL, but templates hold it. */
function fileUrlPath(location: string, workingDirectory: string): string {
  return /^file:\/\/\//i.test(location)
    ? fileURLToPath(location)
    : resolve(workingDirectory, location.slice('file://'.length));
}

async function useLocal(
  path: string,
  location: string,
  digest: Digest | undefined,
  context: DownloadContext,
): Promise<Obtained> {
  const stats = await stat(path).catch(() => undefined);
  if (!stats?.isFile()) throw new ImgpackError(messages.fileMissing(path));
  await verify(path, location, digest, context);
  return { path, location, digest };
}

async function useRemote(
  url: string,
  location: string,
  digest: Digest | undefined,
  request: DownloadRequest,
  context: DownloadContext,
): Promise<Obtained> {
  const scheme = /^[^:]+/.exec(url)?.[0] as string;
  if (!/^https?$/i.test(scheme)) throw new ImgpackError(messages.schemeUnsupported(location, scheme));
  const path = targetOf(url, digest, request, context);
  const waiting = () => context.say(`waiting for another build that downloads ${path}`);
  await mkdir(dirname(path), { recursive: true });
  return withLockFile({ ...context, waiting }, `${path}.lock`, async () => {
    if (digest && (await isGood(path, digest, context))) {
      context.say(`using ${path} from the cache`);
      return { path, location, digest };
    }
    context.say(`downloading ${location}`);
    await download(url, path, location, digest, context);
    return { path, location, digest };
  });
}

/** The rest of an older part may not fit it, so what was put together is fetched once more as a whole. */
async function download(
  url: string,
  path: string,
  location: string,
  digest: Digest | undefined,
  context: DownloadContext,
): Promise<void> {
  const { resumed } = await fetchToFile({ url, path, resumable: digest !== undefined }, context);
  try {
    await verify(path, location, digest, context);
  } catch (error) {
    await rm(path, { force: true });
    if (!resumed || context.signal.aborted) throw error;
    context.log(`${location}: the part of an earlier download does not fit; fetching all of it`);
    await download(url, path, location, digest, context);
  }
}

function targetOf(url: string, digest: Digest | undefined, request: DownloadRequest, context: DownloadContext): string {
  const key = createHash('sha1')
    .update(digest ? digestText(digest) : url)
    .digest('hex');
  const name = `${key}.${request.extension.toLowerCase().replace(/^\./, '')}`;
  if (!request.targetPath) return join(context.cacheDirectory, name);
  const path = resolve(context.workingDirectory, request.targetPath);
  return extname(path) === '' ? join(path, name) : path;
}

async function isGood(path: string, digest: Digest, context: DownloadContext): Promise<boolean> {
  const exists = (await stat(path).catch(() => undefined))?.isFile() ?? false;
  if (!exists) return false;
  if ((await differing(path, digest, context)) === undefined) return true;
  context.say(`${path} has another checksum by now and is fetched again`);
  await rm(path, { force: true });
  return false;
}

async function verify(
  path: string,
  location: string,
  digest: Digest | undefined,
  context: DownloadContext,
): Promise<void> {
  const found = digest && (await differing(path, digest, context));
  if (!digest || found === undefined) return;
  throw new ImgpackError(messages.checksumDiffers(location, digest.kind, found, digest.hex));
}

const differing = (path: string, digest: Digest, context: DownloadContext): Promise<string | undefined> =>
  differingDigest(path, digest, {
    cacheDirectory: context.cacheDirectory,
    signal: context.signal,
    onProgress: (done, total) => context.progress(`checking ${basename(path)}`, done, total, 'bytes'),
  });
