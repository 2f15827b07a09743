import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json, JsonObject } from '../contract/json.js';
import { digestOf, fingerprint, hashStable, unreadable } from './content-digest.js';
import { codeOf } from './faults.js';
import { readJson } from './files.js';
import type { StoreFolder } from './folder.js';

const VERSION = 1;
/** Smaller files are hashed sooner than they are looked up. */
const LEAST_BYTES = 1 << 20;
/** A file system may tell times by two seconds: what was written just now could be written again unseen. */
const RACY_MILLISECONDS = 2000;
const MOST_ROWS = 2000;

/** The content of a file or folder. */
export interface ContentDigest {
  /** `sha256:…`. Of a file it is the plain hash of its content. */
  readonly digest: string;
  /** Permission bits of the file or folder itself; they are not part of the digest. */
  readonly mode: number;
}

/** A file as a finished build left it. */
export interface FileRecord {
  readonly digest: string;
  readonly size: number;
  /** As long as this stays the file is the same; opaque. */
  readonly fingerprint: string;
}

/** Remembers the digests of large files, so that an image of gigabytes that did not change costs one look. */
export class DigestCache {
  /** Digest by fingerprint, the one used last at the end. */
  private rows: Promise<Map<string, string>> | undefined;
  private readonly running = new Map<string, Promise<string>>();
  private changed = false;

  /** @param folder where to remember; without one only this process does */
  constructor(
    private readonly folder: StoreFolder | undefined,
    private readonly options: { readonly now: () => Date; readonly log: (text: string) => void },
  ) {}

  /**
   * What is in a file or a whole folder now; undefined where there is nothing.
   * @throws ImgpackError `digest/unreadable`, `digest/unstable`
   */
  async digest(path: string): Promise<ContentDigest | undefined> {
    const stats = await lookAt(path);
    if (!stats) return undefined;
    const digest = await digestOf(path, stats, (file, at) => this.content(file, at));
    await this.save();
    return { digest, mode: Number(stats.mode) & 0o7777 };
  }

  /** Notes a file that was just finished, to `verify` it later. Nothing may write to it any more. */
  async record(path: string): Promise<FileRecord> {
    const before = await stat(path, { bigint: true }).catch((error: unknown) => {
      throw unreadable(path, error);
    });
    const { digest, stats } = await hashStable(Buffer.from(path), before);
    return { digest, size: Number(stats.size), fingerprint: fingerprint(stats) };
  }

  /** Whether a file is what it was: by its fingerprint, else by its content. */
  async verify(path: string, recorded: FileRecord): Promise<boolean> {
    const stats = await lookAt(path);
    if (!stats?.isFile()) return false;
    if (fingerprint(stats) === recorded.fingerprint) return true;
    if (Number(stats.size) !== recorded.size) return false;
    const digest = await this.content(Buffer.from(path), stats);
    await this.save();
    return digest === recorded.digest;
  }

  private async content(path: Buffer, stats: BigIntStats): Promise<string> {
    if (stats.size < LEAST_BYTES) return (await hashStable(path, stats)).digest;
    const print = fingerprint(stats);
    const rows = await (this.rows ??= this.load());
    const known = rows.get(print);
    if (known !== undefined) {
      // Moved to the end; that alone is not worth writing the file.
      rows.delete(print);
      rows.set(print, known);
      return known;
    }
    // Many builds ask for one base at once.
    const running = this.running.get(print) ?? this.hash(path, stats);
    this.running.set(print, running);
    try {
      return await running;
    } finally {
      this.running.delete(print);
    }
  }

  private async hash(path: Buffer, before: BigIntStats): Promise<string> {
    const began = this.options.now().getTime();
    const { digest, stats } = await hashStable(path, before);
    const written = Number(stats.mtimeNs / 1_000_000n);
    if (began - written >= RACY_MILLISECONDS) {
      (await this.rows)?.set(fingerprint(stats), digest);
      this.changed = true;
    }
    return digest;
  }

  private async load(): Promise<Map<string, string>> {
    const json = this.folder && (await readJson(this.path(this.folder)).catch(() => undefined));
    return new Map(rowsOf(json));
  }

  /** Two that save at once lose rows of one, which is then hashed again. */
  private async save(): Promise<void> {
    if (!this.changed || !this.folder || !this.rows) return;
    this.changed = false;
    const rows = new Map([...(await this.load()), ...(await this.rows)]);
    const kept = [...rows].slice(-MOST_ROWS);
    try {
      const content = JSON.stringify({ version: VERSION, rows: kept });
      await this.folder.write(this.path(this.folder), content, { durable: false });
    } catch (error) {
      this.options.log(`digests are not remembered: ${(error as Error).message}`);
    }
  }

  private path(folder: StoreFolder): string {
    return join(folder.path, 'digests.json');
  }
}

function rowsOf(json: Json | undefined): [string, string][] {
  const { version, rows } = (json ?? {}) as JsonObject;
  if (version !== VERSION || !Array.isArray(rows)) return [];
  return (rows as readonly Json[]).filter(
    (row): row is [string, string] =>
      Array.isArray(row) && row.length === 2 && row.every((part: Json) => typeof part === 'string'),
  );
}

async function lookAt(path: string): Promise<BigIntStats | undefined> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw unreadable(path, error);
  }
}
