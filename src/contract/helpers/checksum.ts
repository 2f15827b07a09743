import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Message } from '../../messages/message.js';
import { catalogue, CancelledError } from '../../messages/message.js';

export const checksumMessages = catalogue('checksum', {
  notAChecksum: (value: string) => ({
    text: `\`${value}\` is not a checksum`,
    hint: 'write 32, 40, 64 or 128 hex digits, `md5:`, `sha1:`, `sha256:` or `sha512:` and hex digits, `file:` and a location, or `none`',
  }),
  wrongLength: (kind: string, found: number, wanted: number) => ({
    text: `a ${kind} checksum has ${wanted} hex digits, this one has ${found}`,
    hint: 'copy the checksum again, with all its digits',
  }),
  notListed: (name: string, list: string) => ({
    text: `\`${name}\` is not in the list of checksums \`${list}\``,
    hint: 'check that the list belongs to this image',
  }),
});

/** Digits of each kind of hash. */
const DIGITS = { md5: 32, sha1: 40, sha256: 64, sha512: 128 } as const;
export type HashKind = keyof typeof DIGITS;

export interface Digest {
  readonly kind: HashKind;
  /** Lower-case hex digits. */
  readonly hex: string;
}

/** What an option such as `iso_checksum` says. */
export type ChecksumOption =
  | { readonly kind: 'none' }
  | ({ readonly kind: 'digest' } & { readonly digest: Digest })
  /** The digest stands in a list at this URL, or at this absolute path. */
  | { readonly kind: 'list'; readonly location: string; readonly local: boolean };

/** Reads a checksum option; relative paths of lists count from `workingDirectory`. */
export function parseChecksum(value: string, workingDirectory: string): ChecksumOption | { readonly problem: Message } {
  const trimmed = value.trim();
  if (trimmed.toLowerCase() === 'none') return { kind: 'none' };
  const [, prefix, rest] = /^([A-Za-z0-9]+):(.*)$/s.exec(trimmed) ?? [];
  if (prefix?.toLowerCase() === 'file' && rest) return listLocation(rest, workingDirectory);
  const kind = prefix?.toLowerCase();
  if (kind !== undefined && !(kind in DIGITS)) return { problem: checksumMessages.notAChecksum(value) };
  const digest = parseDigest(rest ?? trimmed, kind as HashKind | undefined);
  return 'problem' in digest ? digest : { kind: 'digest', digest };
}

function listLocation(location: string, workingDirectory: string): ChecksumOption {
  if (/^https?:\/\//i.test(location)) return { kind: 'list', location, local: false };
  const path = /^file:\/\//i.test(location) ? fileURLToPath(location) : resolve(workingDirectory, location);
  return { kind: 'list', location: path, local: true };
}

/** Reads hex digits; the kind follows from their number where it is not given. */
export function parseDigest(digits: string, kind?: HashKind): Digest | { readonly problem: Message } {
  const hex = digits.trim().toLowerCase();
  const found = (Object.keys(DIGITS) as HashKind[]).find((name) => DIGITS[name] === hex.length);
  if (!/^[0-9a-f]+$/.test(hex)) return { problem: checksumMessages.notAChecksum(digits) };
  if (kind && DIGITS[kind] !== hex.length) {
    return { problem: checksumMessages.wrongLength(kind, hex.length, DIGITS[kind]) };
  }
  return found ? { kind: found, hex } : { problem: checksumMessages.notAChecksum(digits) };
}

/** `sha256:HEX`. */
export const digestText = (digest: Digest): string => `${digest.kind}:${digest.hex}`;

/**
 * Finds a file in a list of checksums, as `sha256sum`, `md5sum` and BSD's `sha256` write them. The first line that fits
 * wins; lines that are something else are passed over. A line of one hash alone fits every file.
 * @param source location of the image: a URL or a path
 * @param list location of the list, for names that are relative to it
 */
export function findInList(text: string, source: string, list: string): Digest | undefined {
  const names = wantedNames(source, list);
  for (const line of text.split(/\r?\n/)) {
    const words = line.trim().split(/\s+/);
    if (words[0] === '' || words[0] === undefined) continue;
    const digest = digestOfLine(words, names);
    if (digest) return digest;
  }
  return undefined;
}

function digestOfLine(words: readonly string[], names: ReadonlySet<string>): Digest | undefined {
  const first = words[0] as string;
  if (words.length === 4 && words[2] === '=') {
    const kind = first.toLowerCase();
    const name = (words[1] as string).replace(/^\((.*)\)$/, '$1');
    return kind in DIGITS && names.has(name) ? valid(parseDigest(words[3] as string, kind as HashKind)) : undefined;
  }
  if (words.length === 2 && !names.has((words[1] as string).replace(/^[*?]/, ''))) return undefined;
  return valid(parseDigest(first));
}

const valid = (digest: ReturnType<typeof parseDigest>): Digest | undefined =>
  'problem' in digest ? undefined : digest;

function wantedNames(source: string, list: string): ReadonlySet<string> {
  const path = pathOf(source);
  const names = new Set([basename(path), path, source]);
  const folder = pathOf(list).replace(/[^/]*$/, '');
  if (folder !== '' && path.startsWith(folder)) {
    names.add(path.slice(folder.length));
    names.add(`./${path.slice(folder.length)}`);
  }
  return names;
}

/** The path of a URL or of a file, without query and escapes. */
export function pathOf(location: string): string {
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(location)) return location;
  const { pathname } = new URL(location);
  return decodeURIComponent(pathname);
}

/**
 * Hashes a file.
 * @returns lower-case hex digits
 */
export async function hashFile(
  path: string | Buffer,
  kind: HashKind,
  options: { readonly signal?: AbortSignal; readonly onProgress?: (bytes: number) => void } = {},
): Promise<string> {
  const hash = createHash(kind);
  let done = 0;
  // Large reads: the default of 64 KiB makes hashing of an image a third slower.
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    if (options.signal?.aborted) throw new CancelledError();
    hash.update(chunk as Buffer);
    done += (chunk as Buffer).length;
    options.onProgress?.(done);
  }
  return hash.digest('hex');
}
