import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { catalogue, ImgpackError } from '../../messages/message.js';
import { expandGlob } from './glob.js';

const messages = catalogue('media', {
  nothingMatches: (option: string, pattern: string) => ({
    text: `nothing matches \`${pattern}\` in \`${option}\``,
    hint: 'check the path; relative ones count from the working directory',
  }),
});

/** A local file and the path that it gets on a disc. */
export interface MediaFile {
  readonly path: string;
  readonly file: string;
  readonly size: number;
  readonly modified: Date;
  readonly executable: boolean;
}

export interface MediaFiles {
  readonly files: readonly MediaFile[];
  /** Folders on the disc, empty ones among them. */
  readonly directories: readonly string[];
}

/**
 * What `cd_files` and `floppy_dirs` name: a file lands in the root, a folder keeps its name and what is in it; behind a
 * slash (`dir/`) its name is dropped. Links to files are followed.
 * @throws ImgpackError `media/nothing-matches`
 */
export async function collectWithStructure(
  patterns: readonly string[],
  option: string,
  workingDirectory: string,
): Promise<MediaFiles> {
  const found: Found = { files: [], directories: [] };
  for (const pattern of patterns) {
    for (const name of await expand(pattern, option, workingDirectory)) {
      const path = resolve(workingDirectory, name);
      if ((await stat(path)).isDirectory()) await addFolder(found, path, name.endsWith('/') ? '' : basename(path));
      else await addFile(found, path, basename(path));
    }
  }
  return found;
}

/**
 * What `floppy_files` names: every file lands in the root, those of folders as well.
 * @throws ImgpackError `media/nothing-matches`
 */
export async function collectFlat(
  patterns: readonly string[],
  option: string,
  workingDirectory: string,
): Promise<MediaFiles> {
  const { files } = await collectWithStructure(patterns, option, workingDirectory);
  return { files: files.map((file) => ({ ...file, path: basename(file.path) })), directories: [] };
}

interface Found {
  readonly files: MediaFile[];
  readonly directories: string[];
}

async function expand(pattern: string, option: string, workingDirectory: string): Promise<string[]> {
  // A path that exists is itself, whatever signs are in its name.
  if (await stat(resolve(workingDirectory, pattern)).catch(() => undefined)) return [pattern];
  const names = await expandGlob(pattern, workingDirectory);
  if (names.length === 0) throw new ImgpackError(messages.nothingMatches(option, pattern));
  return names;
}

async function addFolder(found: Found, folder: string, path: string): Promise<void> {
  if (path !== '') found.directories.push(path);
  for (const name of (await readdir(folder)).sort()) {
    const child = join(folder, name);
    const below = path === '' ? name : `${path}/${name}`;
    if ((await stat(child)).isDirectory()) await addFolder(found, child, below);
    else await addFile(found, child, below);
  }
}

async function addFile(found: Found, file: string, path: string): Promise<void> {
  const { size, mtime, mode } = await stat(file);
  found.files.push({ path, file, size, modified: mtime, executable: (mode & 0o111) !== 0 });
}
