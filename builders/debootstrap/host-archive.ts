import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Distribution } from './distributions.js';

/** One archive that apt on a machine uses. */
export interface ArchiveEntry {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
}

/** What apt on this machine says about the archives. */
export interface HostArchive {
  /** `ID` of `/etc/os-release`. */
  readonly distribution: string | undefined;
  readonly entries: readonly ArchiveEntry[];
}

/** Reads apt's sources below `root` (`/` on a real machine); whatever is missing counts as empty. */
export async function readHostArchive(root = '/'): Promise<HostArchive> {
  const release = await readOr(join(root, 'etc/os-release'), '');
  const folder = join(root, 'etc/apt/sources.list.d');
  const names = (await readdir(folder).catch(() => [])).sort();
  const entries = parseOneLine(await readOr(join(root, 'etc/apt/sources.list'), ''));
  for (const name of names) {
    const content = await readOr(join(folder, name), '');
    if (name.endsWith('.sources')) entries.push(...parseDeb822(content));
    else if (name.endsWith('.list')) entries.push(...parseOneLine(content));
  }
  return { distribution: /^ID="?([^"\n]*)"?$/m.exec(release)?.[1], entries };
}

const readOr = (path: string, otherwise: string): Promise<string> => readFile(path, 'utf8').catch(() => otherwise);

/** `deb [options] URI SUITE COMPONENT…`, a line each. */
export function parseOneLine(content: string): ArchiveEntry[] {
  return content.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    if (!match) return [];
    return [{ uri: match[1] as string, suite: match[2] as string, components: words(match[3] ?? '') }];
  });
}

/** Stanzas of fields, as in `debian.sources`. */
export function parseDeb822(content: string): ArchiveEntry[] {
  return content.split(/\n\s*\n/).flatMap((stanza) => {
    const fields = new Map<string, string>();
    let name = '';
    for (const line of stanza.split('\n')) {
      if (line.startsWith('#')) continue;
      const field = /^([A-Za-z-]+):(.*)$/.exec(line);
      if (field) name = (field[1] as string).toLowerCase();
      if (name !== '') fields.set(name, `${fields.get(name) ?? ''} ${field ? (field[2] as string) : line}`);
    }
    const enabled = !/^\s*no\s*$/i.test(fields.get('enabled') ?? '');
    if (!enabled || !words(fields.get('types') ?? '').includes('deb')) return [];
    const components = words(fields.get('components') ?? '');
    return words(fields.get('uris') ?? '').flatMap((uri) =>
      words(fields.get('suites') ?? '').map((suite) => ({ uri, suite, components })),
    );
  });
}

/**
 * The address from which apt on this machine gets `suite`, where it has the same distribution. Archives of others may
 * use the same suite names; that of the distribution has its name in the path.
 */
export function findMirror(host: HostArchive, distribution: Distribution, suite: string): string | undefined {
  if (host.distribution !== distribution) return undefined;
  const found = host.entries.find((entry) => {
    if (entry.suite !== suite || !entry.components.includes('main')) return false;
    if (!/^https?:\/\//.test(entry.uri)) return false;
    const names = new URL(entry.uri).pathname.split('/');
    return names.some((name) => name.startsWith(distribution));
  });
  return found?.uri.replace(/\/+$/, '');
}

const words = (textOfWords: string): string[] => textOfWords.split(/\s+/).filter((word) => word !== '');
