import { stat } from 'node:fs/promises';
import { posix } from 'node:path';
import type { TransferOptions } from '../../contract/communicator.js';
import { isDirectory } from '../../contract/helpers/docker/engine.js';
import { ImgpackError } from '../../messages/message.js';
import { content, FileChangedError, pack } from '../tar/pack.js';
import { readTree, type TreeDirectory } from '../tar/tree.js';
import { folderHeader, header, padding, trailer, type Owner } from '../tar/writer.js';
import type { Container } from './communicator.js';
import { messages } from './messages.js';
import { ownerIn } from './owner.js';

type Source = { readonly path: string } | { readonly content: Uint8Array | string };

/** Permissions of a target whose source has none. */
const DEFAULT_MODE = 0o644;
const DIRECTORY_MODE = 0o755;

/** Writes one file into a folder that is there; it belongs to whom it belongs here. */
export async function uploadFile(
  container: Container,
  source: Source,
  destination: string,
  options: TransferOptions,
): Promise<void> {
  const { engine, target } = container;
  const { folder, name } = await placeFor(container, destination);
  const owner = await ownerIn(container);
  const entry = await entryFor(source, options.mode).catch((error: unknown) => {
    throw sourceFault(error, 'path' in source ? source.path : '');
  });
  async function* archive(): AsyncGenerator<Uint8Array> {
    const { mode, size, modified } = entry;
    yield header({ name: Buffer.from(name), mode, size, modified, owner: owner ?? entry.owner });
    let sent = 0;
    for await (const portion of entry.portions()) {
      yield portion;
      sent += portion.length;
      options.onProgress?.(sent, size);
    }
    yield Buffer.alloc(padding(size));
    yield trailer();
  }
  try {
    await engine.putArchive(target.container(), folder, archive(), options.signal);
  } catch (error) {
    throw sourceFault(error, 'path' in source ? source.path : '');
  }
}

/** A folder as destination is none for a file, but a link is followed. */
async function placeFor(
  { engine, target }: Container,
  destination: string,
): Promise<{ readonly folder: string; readonly name: string }> {
  let path = target.windows ? destination.replaceAll('\\', '/') : destination;
  if (!path.startsWith('/') && !target.windows) path = posix.join('/', path);
  const found = await engine.statPath(target.container(), path);
  if (found?.linkTarget) path = found.linkTarget;
  const folder = posix.dirname(path);
  const parent = found ?? (await engine.statPath(target.container(), folder));
  if (!parent) throw new ImgpackError(messages.noFolder(folder));
  return { folder, name: posix.basename(path) };
}

interface Entry {
  readonly mode: number;
  readonly size: number;
  readonly modified: number;
  readonly owner: Owner;
  portions(): AsyncIterable<Uint8Array>;
}

async function entryFor(source: Source, mode: number | undefined): Promise<Entry> {
  if ('content' in source) {
    const bytes = typeof source.content === 'string' ? Buffer.from(source.content) : source.content;
    return {
      mode: mode ?? DEFAULT_MODE,
      size: bytes.length,
      modified: Date.now() / 1000,
      owner: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
      async *portions() {
        if (bytes.length > 0) yield bytes;
      },
    };
  }
  const { path } = source;
  const stats = await stat(path);
  if (!stats.isFile()) throw new Error(stats.isDirectory() ? 'it is a folder' : 'it is no plain file');
  const { size, uid, gid } = stats;
  return {
    mode: mode ?? stats.mode & 0o777,
    size,
    modified: stats.mtimeMs / 1000,
    owner: { uid, gid },
    portions: () => content(path, size),
  };
}

/** Copies what is in a folder into a folder, which is made where it is missing: one archive, one request. */
export async function uploadDirectory(
  container: Container,
  source: string,
  destination: string,
  options: TransferOptions,
): Promise<void> {
  const { engine, target } = container;
  const tree = await readTree(source).catch((error: unknown) => {
    throw sourceFault(error, source);
  });
  const owner = await ownerIn(container);
  const { folder, missing } = await nearestFolder(container, destination);
  const prefix = Buffer.from(missing.map((part) => `${part}/`).join(''));
  const named = (name: Buffer) => Buffer.concat([prefix, name]);
  async function* archive(): AsyncGenerator<Buffer> {
    const root = await stat(source);
    for (const [i] of missing.entries()) {
      const name = Buffer.from(missing.slice(0, i + 1).join('/'));
      const isLast = i === missing.length - 1;
      const mode = isLast ? root.mode & 0o777 : DIRECTORY_MODE;
      const whose = owner ?? (isLast ? { uid: root.uid, gid: root.gid } : { uid: 0, gid: 0 });
      yield folderHeader({ name, mode, modified: root.mtimeMs / 1000, owner: whose });
    }
    if (tree.directories.length > 0) yield Buffer.concat(tree.directories.map((d) => directoryRecord(d, named, owner)));
    const files = tree.files.map(({ name, path }) => ({ name: named(name), path }));
    let sent = 0;
    for await (const portion of pack(files, { owner: owner ?? 'source' })) {
      yield portion;
      sent += portion.length;
      options.onProgress?.(sent);
    }
  }
  try {
    await engine.putArchive(target.container(), folder, archive(), options.signal);
  } catch (error) {
    throw sourceFault(error, source);
  }
}

function directoryRecord(
  { name, mode, modified, owner }: TreeDirectory,
  named: (name: Buffer) => Buffer,
  fixed: Owner | undefined,
): Buffer {
  return folderHeader({ name: named(name), mode, modified, owner: fixed ?? owner });
}

/** The deepest folder on the way to `path` that is there, and the parts that are not. */
async function nearestFolder(
  { engine, target }: Container,
  path: string,
): Promise<{ readonly folder: string; readonly missing: readonly string[] }> {
  const absolute = target.windows ? path.replaceAll('\\', '/') : posix.resolve('/', path);
  const missing: string[] = [];
  for (let folder = absolute; ; folder = posix.dirname(folder)) {
    const found = await engine.statPath(target.container(), folder);
    if (found?.linkTarget) return { folder: found.linkTarget, missing };
    if (found && (isDirectory(found) || folder === posix.dirname(folder))) return { folder, missing };
    if (found) throw new ImgpackError(messages.noFolder(folder));
    if (folder === posix.dirname(folder)) return { folder, missing };
    missing.unshift(posix.basename(folder));
  }
}

/** What went wrong while reading on this side, as a coded error; others pass. */
function sourceFault(error: unknown, path: string): unknown {
  if (error instanceof ImgpackError || !(error instanceof Error) || error.name === 'CancelledError') return error;
  const named = error instanceof FileChangedError ? error.path : ((error as NodeJS.ErrnoException).path ?? path);
  const reason =
    error instanceof FileChangedError
      ? 'it changed meanwhile'
      : (error as NodeJS.ErrnoException).code === 'ENOENT'
        ? 'it does not exist'
        : error.message;
  return new ImgpackError(messages.sourceUnreadable(named || path, reason), { cause: error });
}
