import { chmod, copyFile, mkdir, open, type FileHandle } from 'node:fs/promises';
import { readTar, TarError, type TarVisitor } from './reader.js';

/**
 * Writes what is in a tar archive into a folder. Of a file under two names each gets a copy; no link is made, and no
 * name leads out of the folder.
 * @param onBytes hears the bytes of each portion of content
 * @throws TarError, and what the file system throws
 */
export async function unpack(
  source: AsyncIterable<Buffer>,
  folder: string,
  onBytes: (count: number) => void = () => undefined,
): Promise<void> {
  const made = new Set<string>();
  const root = Buffer.from(folder);
  /** New folders with their permissions, which are set at the end: some do not let in what belongs into them. */
  const folders: { readonly path: Buffer; readonly mode: number }[] = [];
  let handle: FileHandle | undefined;
  const makeParent = async (path: Buffer) => {
    const parent = path.subarray(0, path.lastIndexOf('/'));
    const key = parent.toString('latin1');
    if (made.has(key)) return;
    await mkdir(parent, { recursive: true });
    made.add(key);
  };
  const visitor: TarVisitor = {
    async begin({ name, mode, kind, target }) {
      const relative = safeName(name);
      if (relative === undefined || kind === 'other') return;
      const inside = (part: Buffer) => Buffer.concat([root, Buffer.from('/'), part]);
      const path = inside(relative);
      const original = target && safeName(target);
      if (original) {
        await makeParent(path);
        return copyFile(inside(original), path);
      }
      if (kind === 'directory') {
        const isNew = (await mkdir(path, { recursive: true })) !== undefined;
        if (isNew) folders.push({ path, mode: mode & 0o777 });
      } else {
        await makeParent(path);
        handle = await open(path, 'w', mode & 0o777);
        await handle.chmod(mode & 0o777);
      }
    },
    async content(chunk) {
      onBytes(chunk.length);
      if (!handle) return;
      for (let at = 0; at < chunk.length;) at += (await handle.write(chunk, at)).bytesWritten;
    },
    async end() {
      await handle?.close();
      handle = undefined;
    },
  };
  await mkdir(folder, { recursive: true });
  try {
    await readTar(source, visitor);
    for (const { path, mode } of folders.reverse()) await chmod(path, mode);
  } finally {
    await handle?.close();
  }
}

/** The name without `./` and slashes around it; undefined for the folder itself. */
function safeName(name: Buffer): Buffer | undefined {
  const parts = name
    .toString('latin1')
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw new TarError('a name in the archive leads out of the folder');
  return parts.length === 0 ? undefined : Buffer.from(parts.join('/'), 'latin1');
}
