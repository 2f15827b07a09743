/** A file to put on the disc. `path` has slashes; its folders need not be listed. */
export interface IsoEntry {
  readonly path: string;
  /** What stands in it, or the local file that holds it. */
  readonly source: { readonly content: Uint8Array } | { readonly file: string; readonly size: number };
  readonly modified: Date;
  readonly executable?: boolean;
}

export interface IsoFile {
  readonly kind: 'file';
  readonly name: string;
  readonly entry: IsoEntry;
  readonly size: number;
  /** First sector of its data; set when the disc is laid out. */
  sector: number;
}

export interface IsoDirectory {
  readonly kind: 'directory';
  readonly name: string;
  readonly children: Map<string, IsoNode>;
  readonly modified: Date;
}

export type IsoNode = IsoFile | IsoDirectory;

/** Puts entries into folders. Of two entries with one path the later one counts. */
export function buildTree(entries: readonly IsoEntry[], directories: readonly string[], now: Date): IsoDirectory {
  const root: IsoDirectory = { kind: 'directory', name: '', children: new Map(), modified: now };
  for (const path of directories) openFolder(root, elements(path), now);
  for (const entry of entries) {
    const names = elements(entry.path);
    const name = names.pop();
    if (name === undefined) continue;
    const size = 'content' in entry.source ? entry.source.content.length : entry.source.size;
    openFolder(root, names, now).children.set(name, { kind: 'file', name, entry, size, sector: 0 });
  }
  return root;
}

const elements = (path: string): string[] => path.split('/').filter((name) => name !== '' && name !== '.');

function openFolder(root: IsoDirectory, names: readonly string[], now: Date): IsoDirectory {
  let folder = root;
  for (const name of names) {
    let next = folder.children.get(name);
    if (next?.kind !== 'directory') {
      next = { kind: 'directory', name, children: new Map(), modified: now };
      folder.children.set(name, next);
    }
    folder = next;
  }
  return folder;
}

/** Every file below a folder, in the order in which its data is written. */
export function* filesOf(folder: IsoDirectory): Generator<IsoFile> {
  for (const node of folder.children.values()) {
    if (node.kind === 'file') yield node;
    else yield* filesOf(node);
  }
}
