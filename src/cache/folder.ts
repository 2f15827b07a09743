import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheMessages } from '../messages/cache.js';
import { ImgpackError } from '../messages/message.js';
import { cacheFault, codeOf } from './faults.js';
import { namesIn, writeAtomically, type WriteOptions } from './files.js';
import { withLock } from './lock.js';
import { ownName } from './owner.js';

/** The layout on the disk. What reads differently has another number. */
export const FORMAT = 1;
const SECRET_BYTES = 32;

const PLACES = ['locks', 'drafts', 'layers', 'entries', 'leases', 'records', 'incoming', 'trash'] as const;
type Place = (typeof PLACES)[number];
const KNOWN = new Set<string>([...PLACES, 'version', 'secret', 'digests.json', 'exported']);

/** The folder of a store: where things lie in it, how they are written, and its lock. */
export class StoreFolder {
  private constructor(
    readonly path: string,
    private ownSecret: Buffer,
    private readonly log: (text: string) => void,
  ) {}

  /**
   * Opens a folder, and makes it a store where it is empty or missing.
   * @param mark a file that a store which is made here has from its first moment on
   * @throws ImgpackError `cache/newer`, `cache/not-a-cache`, and where it cannot be written
   */
  static async open(path: string, log: (text: string) => void, mark?: 'exported'): Promise<StoreFolder> {
    try {
      await initialise(path, mark);
      return new StoreFolder(path, await secretOf(path), log);
    } catch (error) {
      throw cacheFault(path, error);
    }
  }

  /** For keyed digests of what is secret. It never leaves the folder but by an export. */
  get secret(): Buffer {
    return this.ownSecret;
  }

  /** For a store that is empty, or becomes the copy of another one: the digests of its checkpoints were made with this. */
  async takeSecret(secret: Buffer): Promise<void> {
    await this.write(join(this.path, 'secret'), secret, { durable: true });
    this.ownSecret = secret;
  }

  at(place: Place, ...names: string[]): string {
    return join(this.path, place, ...names);
  }

  /** A path for something that is not complete yet. It goes when this process is gone. */
  async draft(): Promise<string> {
    return this.at('drafts', await ownName());
  }

  /** Writes a file whole, or leaves it as it was. */
  async write(path: string, content: string | Uint8Array, options: WriteOptions): Promise<void> {
    await writeAtomically(await this.draft(), path, content, options);
  }

  /** Runs `work` while no other imgpack changes the store. What the system refuses becomes a coded failure. */
  async change<T>(work: () => Promise<T>): Promise<T> {
    const waiting = ({ pid }: { pid: number }) => this.log(cacheMessages.waiting(this.path, pid).text);
    try {
      return await withLock(this.at('locks'), waiting, work);
    } catch (error) {
      throw cacheFault(this.path, error);
    }
  }
}

async function initialise(path: string, mark: string | undefined): Promise<void> {
  const version = await readVersion(path);
  if (version !== undefined) checkFormat(path, version);
  if (version === undefined) {
    // Another process may be at the same point: what it has made by now is known.
    const foreign = (await namesIn(path)).find((name) => !KNOWN.has(name));
    if (foreign !== undefined) throw new ImgpackError(notACache(path, foreign));
    await mkdir(path, { recursive: true, mode: 0o700 });
    await chmod(path, 0o700);
    if (mark !== undefined) await writeFile(join(path, mark), '');
  }
  for (const place of PLACES) await mkdir(join(path, place), { recursive: true, mode: 0o700 });
  if (version === undefined) {
    const draft = join(path, 'drafts', await ownName());
    await writeAtomically(draft, join(path, 'version'), `${FORMAT}\n`, { durable: true });
  }
}

/** @throws ImgpackError `cache/newer`, `cache/not-a-cache` */
export function checkFormat(path: string, version: string): void {
  if (version.trim() === String(FORMAT)) return;
  throw new ImgpackError(
    /^\d+$/.test(version.trim()) ? cacheMessages.newer(path, version.trim()) : notACache(path, 'version'),
  );
}

const notACache = (path: string, found: string) => cacheMessages.notACache(path, found);

async function readVersion(path: string): Promise<string | undefined> {
  try {
    return (await readFile(join(path, 'version'), 'utf8')).trim();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whoever links first wins; the others take that secret. */
async function secretOf(folder: string): Promise<Buffer> {
  const path = join(folder, 'secret');
  const existing = await readSecret(path);
  if (existing) return existing;
  const draft = join(folder, 'drafts', await ownName());
  try {
    await writeFile(draft, randomBytes(SECRET_BYTES), { mode: 0o600, flag: 'wx', flush: true });
    await link(draft, path).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
  const made = await readSecret(path);
  if (!made) throw new ImgpackError(notACache(folder, 'secret'));
  return made;
}

async function readSecret(path: string): Promise<Buffer | undefined> {
  try {
    const secret = await readFile(path);
    return secret.length === SECRET_BYTES ? secret : undefined;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
