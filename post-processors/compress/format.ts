import { basename } from 'node:path';

/** How files become one: an archive of any number of them, or the stream of a single one; then compressed or not. */
export interface Format {
  readonly archive: 'tar' | 'zip' | 'none';
  readonly compression: Compression | 'none';
}

export const COMPRESSIONS = ['gz', 'lz4', 'bgzf', 'xz', 'bzip2'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

const isCompression = (name: string): name is Compression => COMPRESSIONS.some((known) => known === name);

/**
 * Reads the format from the last two extensions of a path: `.zip`, `.tar`, `.tar.X`, `.X`. Anything else is a tar
 * archive with gzip, as in Packer.
 */
export function detectFormat(path: string): Format {
  const [, ...extensions] = basename(path).split('.');
  const last = extensions.at(-1) ?? '';
  if (last === 'zip') return { archive: 'zip', compression: 'none' };
  if (last === 'tar') return { archive: 'tar', compression: 'none' };
  if (!isCompression(last)) return { archive: 'tar', compression: 'gz' };
  return { archive: extensions.at(-2) === 'tar' ? 'tar' : 'none', compression: last };
}
