import { type BigIntStats } from 'node:fs';
import { lstat, mkdir, open, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { catalogue, ImgpackError } from '../../messages/message.js';
import type { Json, JsonObject } from '../json.js';
import type { DestroyContext, Resource, ResourceKind, ResourceReference, Resources } from '../resources.js';

const messages = catalogue('path', {
  exists: (path: string) => ({
    text: `\`${path}\` exists already`,
    hint: 'remove it, or choose another path',
  }),
});

type PathArgs = {
  /** Absolute. */
  readonly path: string;
  /** The real name also holds the token, so that nothing else can have it; see `uniquePath`. */
  readonly unique?: boolean;
  /** A folder that goes only when nothing is left in it. */
  readonly onlyEmpty?: boolean;
};

/**
 * A file. It is removed only while it is the one that was created: another run may have made a new one at its path.
 * With `data` absent an empty file at the path goes, because creation and content are two steps.
 */
export const localFile: ResourceKind<PathArgs> = {
  name: 'local-file',
  describe: (reference) => `file \`${namedPath(reference)}\``,
  async destroy(reference, context) {
    for (const path of candidates(reference)) {
      const stats = await lookAt(path);
      if (!stats) continue;
      if (isOurs(reference, path, stats) || (reference.data === undefined && stats.size === 0n))
        await rm(path, { force: true });
      else context.log(`${path}: left alone, it is another file by now`);
    }
  },
};

/** A folder with all that is in it, under the same rule as `localFile`; with `data` absent only where it is empty. */
export const localDirectory: ResourceKind<PathArgs> = {
  name: 'local-directory',
  describe: (reference) => `folder \`${namedPath(reference)}\``,
  async destroy(reference, context) {
    for (const path of candidates(reference)) {
      const stats = await lookAt(path);
      if (!stats) continue;
      const ours = isOurs(reference, path, stats);
      if (ours && reference.args.onlyEmpty !== true) await rm(path, { recursive: true, force: true, maxRetries: 3 });
      else if (ours || reference.data === undefined) await removeEmpty(path, context);
      else context.log(`${path}: left alone, it is another folder by now`);
    }
  },
};

/**
 * Creates a file that must not exist, and parents that are missing. Undo removes it and the parents that became empty.
 * @throws ImgpackError `path/exists`
 */
export async function createFile(
  resources: Resources,
  path: string,
  options: { readonly content?: string | Uint8Array; readonly mode?: number } = {},
): Promise<Resource<string>> {
  await createParents(resources, path);
  await refuseExisting(path);
  const file = await resources.create(localFile, { path: resolve(path) }, async () => {
    const handle = await open(path, 'wx', options.mode ?? 0o666);
    try {
      return { value: path, data: identity(await handle.stat({ bigint: true })) };
    } finally {
      await handle.close();
    }
  });
  if (options.content !== undefined) await writeInto(path, options.content);
  return file;
}

/**
 * Lets a program create the file `path`: `make` gets a unique path beside it, which is renamed when `make` is done.
 * A program that is killed half-way thus never leaves half a file under the real name.
 * @throws ImgpackError `path/exists`, and what `make` throws
 */
export async function createFileBy(
  resources: Resources,
  path: string,
  make: (temporaryPath: string) => Promise<void>,
): Promise<Resource<string>> {
  await createParents(resources, path);
  await refuseExisting(path);
  let temporary = '';
  const file = await resources.create(localFile, { path: resolve(path), unique: true }, async (token) => {
    temporary = uniquePath(resolve(path), token);
    await make(temporary);
    return { value: path, data: identity(await lstat(temporary, { bigint: true })) };
  });
  await rename(temporary, path);
  return file;
}

/**
 * Creates a folder that must not exist, and parents that are missing. Undo removes it with all that is in it by then.
 * @throws ImgpackError `path/exists`
 */
export async function createDirectory(
  resources: Resources,
  path: string,
  options: { readonly mode?: number } = {},
): Promise<Resource<string>> {
  await createParents(resources, path);
  await refuseExisting(path);
  return makeDirectory(resources, { path: resolve(path) }, path, options.mode);
}

/** Creates a folder with a name of its own in `parent`, for its owner only. */
export async function createTemporaryDirectory(
  resources: Resources,
  parent: string,
  prefix = 'imgpack',
): Promise<Resource<string>> {
  const path = resolve(parent, prefix);
  return resources.create(localDirectory, { path, unique: true }, async (token) => {
    const value = uniquePath(path, token);
    await mkdir(value, { mode: 0o700 });
    return { value, data: { ...identity(await lstat(value, { bigint: true })), path: value } };
  });
}

/** Creates a file with a name of its own in `parent`; `name` is its beginning, and its extension stays. */
export async function createTemporaryFile(
  resources: Resources,
  parent: string,
  name: string,
  content: string | Uint8Array,
  mode = 0o600,
): Promise<Resource<string>> {
  const path = resolve(parent, name);
  return resources.create(localFile, { path, unique: true }, async (token) => {
    const value = uniquePath(path, token);
    const handle = await open(value, 'wx', mode);
    try {
      await handle.writeFile(content);
      return { value, data: { ...identity(await handle.stat({ bigint: true })), path: value } };
    } finally {
      await handle.close();
    }
  });
}

/** For `Artifact.remove`: whatever file is at `path` when the artifact is removed. */
export const fileReference = (path: string): ResourceReference => anyAt(localFile.name, path);

/** For `Artifact.remove`: whatever folder is at `path` when the artifact is removed. */
export const directoryReference = (path: string): ResourceReference => anyAt(localDirectory.name, path);

const anyAt = (kind: string, path: string): ResourceReference => ({
  kind,
  args: { path: resolve(path) },
  token: '',
  data: { any: true },
});

async function createParents(resources: Resources, path: string): Promise<void> {
  const missing: string[] = [];
  for (let parent = dirname(resolve(path)); !(await lookAt(parent)); parent = dirname(parent)) missing.unshift(parent);
  for (const parent of missing) {
    // Another build of this run may make the same parent at this moment.
    if (await lookAt(parent)) continue;
    await makeDirectory(resources, { path: parent, onlyEmpty: true }, parent, undefined).catch(
      async (error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      },
    );
  }
}

const makeDirectory = (
  resources: Resources,
  args: PathArgs,
  path: string,
  mode: number | undefined,
): Promise<Resource<string>> =>
  resources.create(localDirectory, args, async () => {
    await mkdir(path, { mode: mode ?? 0o777 });
    return { value: path, data: identity(await lstat(path, { bigint: true })) };
  });

async function refuseExisting(path: string): Promise<void> {
  if (await lookAt(path)) throw new ImgpackError(messages.exists(path));
}

async function writeInto(path: string, content: string | Uint8Array): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.writeFile(content);
  } finally {
    await handle.close();
  }
}

/** `disk.qcow2` and a token make `disk-TOKEN.qcow2`: programs look at extensions. */
function uniquePath(path: string, token: string): string {
  const name = basename(path);
  const dot = name.indexOf('.', 1);
  const at = dot < 0 ? name.length : dot;
  return join(dirname(path), `${name.slice(0, at)}-${token}${name.slice(at)}`);
}

function namedPath({ args, token, data }: ResourceReference<PathArgs>): string {
  const recorded = (data as { path?: string } | undefined)?.path;
  return recorded ?? (args.unique === true ? uniquePath(args.path, token) : args.path);
}

/** Without data a unique thing has its unique name still, and what bears the other name is not ours. */
function candidates({ args, token, data }: ResourceReference<PathArgs>): string[] {
  if (args.unique !== true) return [args.path];
  return data === undefined ? [uniquePath(args.path, token)] : [uniquePath(args.path, token), args.path];
}

function isOurs(reference: ResourceReference<PathArgs>, path: string, stats: BigIntStats): boolean {
  if (reference.args.unique === true && path !== reference.args.path) return true;
  const data = reference.data as JsonObject | undefined;
  if (data === undefined) return false;
  if (data['any'] === true) return true;
  const now = identity(stats);
  return now.device === data['device'] && now.inode === data['inode'] && now.born === data['born'];
}

/** Inode numbers are used again soon; the time of birth tells the users of one apart. */
const identity = (stats: BigIntStats) =>
  ({ device: String(stats.dev), inode: String(stats.ino), born: String(stats.birthtimeNs) }) satisfies Json;

const lookAt = (path: string): Promise<BigIntStats | undefined> =>
  lstat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });

async function removeEmpty(path: string, context: DestroyContext): Promise<void> {
  try {
    await rmdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    context.log(`${path}: left alone, it is not empty`);
  }
}
