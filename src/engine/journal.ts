import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { processIdentity, type ProcessIdentity } from '../contract/helpers/process-identity.js';
import type { Json, JsonObject } from '../contract/json.js';
import { ImgpackError } from '../messages/message.js';
import { journalMessages } from '../messages/engine.js';
import { Seal, type Sealed } from './journal-seal.js';

/** The first record: by process and host another imgpack sees whether the run is still going on. */
export interface RunRecord {
  readonly type: 'run';
  readonly version: 1;
  readonly runId: string;
  readonly process: ProcessIdentity;
  readonly host: string;
  readonly time: string;
}

/** One line of a journal. `args`, `data` and `handle` are sealed where they hold a secret. */
export type JournalRecord =
  | RunRecord
  | {
      readonly type: 'creating';
      readonly token: string;
      readonly build: string;
      readonly kind: string;
      readonly args: JsonObject | Sealed;
      readonly time: string;
    }
  | { readonly type: 'created'; readonly token: string; readonly data?: Json | Sealed }
  | { readonly type: 'destroyed' | 'kept'; readonly token: string }
  /** By `handle` a later run finds the machine of a failed build again. */
  | { readonly type: 'machine'; readonly build: string; readonly handle: Json | Sealed };

export const journalFolder = (stateDirectory: string): string => join(stateDirectory, 'journal');

interface PendingLine {
  readonly line: string;
  readonly durable: boolean;
  resolve(): void;
  reject(error: unknown): void;
}

export interface JournalOptions {
  readonly stateDirectory: string;
  readonly runId: string;
  /** Masks secrets; a value that it would change is sealed instead. */
  readonly redact: (text: string) => string;
  readonly now: () => Date;
}

/**
 * What a run created outside, one JSON object a line, appended as it happens. The file comes with the first resource and
 * goes with the last. Lines that come at the same time share one write and one flush to disk.
 */
export class Journal {
  private file: Promise<FileHandle> | undefined;
  private sealing: Promise<Seal> | undefined;
  private pending: PendingLine[] = [];
  private writing: Promise<void> | undefined;
  private torn = false;
  private closed = false;
  private readonly open = new Set<string>();
  readonly path: string;

  constructor(private readonly options: JournalOptions) {
    this.path = join(journalFolder(options.stateDirectory), `${options.runId}.ndjson`);
  }

  /** Records that something is about to be created. It is on the disk when the promise resolves. */
  async creating(token: string, build: string, kind: string, args: JsonObject): Promise<void> {
    const sealed = (await this.guard(args)) as JsonObject | Sealed;
    const time = this.options.now().toISOString();
    await this.append({ type: 'creating', token, build: this.options.redact(build), kind, args: sealed, time }, true);
    this.open.add(token);
  }

  async created(token: string, data: Json | undefined): Promise<void> {
    await this.append({ type: 'created', token, ...(data !== undefined && { data: await this.guard(data) }) }, false);
  }

  async destroyed(token: string): Promise<void> {
    await this.append({ type: 'destroyed', token }, false);
    this.open.delete(token);
  }

  /** On the disk when the promise resolves: a lost line would let a later clean-up take what belongs to the user. */
  async kept(token: string): Promise<void> {
    await this.append({ type: 'kept', token }, true);
    this.open.delete(token);
  }

  async machine(build: string, handle: Json): Promise<void> {
    await this.append({ type: 'machine', build: this.options.redact(build), handle: await this.guard(handle) }, false);
  }

  /** How many resources are neither destroyed nor kept. */
  get left(): number {
    return this.open.size;
  }

  /** Closes the file, and removes it when nothing in it is left. */
  async close(): Promise<void> {
    this.closed = true;
    while (this.writing) await this.writing;
    const file = await this.file?.catch(() => undefined);
    this.file = undefined;
    if (!file) return;
    await file.close();
    if (this.open.size === 0) await rm(this.path, { force: true });
  }

  private async guard(value: Json): Promise<Json | Sealed> {
    const text = JSON.stringify(value);
    if (this.options.redact(text) === text) return value;
    this.sealing ??= Seal.open(this.options.stateDirectory);
    return (await this.sealing).seal(value);
  }

  private append(record: JournalRecord, durable: boolean): Promise<void> {
    // Work that outlives its run undoes what it makes; its intent stays behind, and a clean-up will find it gone.
    if (this.closed) return Promise.resolve();
    const line = `${JSON.stringify(record)}\n`;
    return new Promise((resolve, reject) => {
      this.pending.push({ line, durable, resolve, reject });
      this.writing ??= this.write().finally(() => (this.writing = undefined));
    });
  }

  private async write(): Promise<void> {
    while (this.pending.length > 0) {
      // Whatever else is to be written in this turn of the event loop comes along.
      await Promise.resolve();
      const batch = this.pending;
      this.pending = [];
      try {
        const file = await (this.file ??= this.create());
        await file.appendFile((this.torn ? '\n' : '') + batch.map(({ line }) => line).join(''));
        this.torn = false;
        if (batch.some(({ durable }) => durable)) await file.datasync();
        for (const { resolve } of batch) resolve();
      } catch (error) {
        this.torn = true;
        const reason = error instanceof Error ? error.message : String(error);
        const failure = new ImgpackError(journalMessages.notWritable(this.path, reason), { cause: error });
        for (const { reject } of batch) reject(failure);
      }
    }
  }

  /** The file appears under its name with its first line complete. */
  private async create(): Promise<FileHandle> {
    try {
      return await this.createFile();
    } catch (error) {
      this.file = undefined; // The next resource tries again: the disk may have room by then.
      throw error;
    }
  }

  private async createFile(): Promise<FileHandle> {
    const folder = journalFolder(this.options.stateDirectory);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const process = (await processIdentity(globalThis.process.pid)) ?? { pid: globalThis.process.pid, start: '' };
    const { runId, now } = this.options;
    const first: RunRecord = { type: 'run', version: 1, runId, process, host: hostname(), time: now().toISOString() };
    const draft = `${this.path}.${process.pid}`;
    const file = await open(draft, 'ax', 0o600);
    try {
      await file.appendFile(`${JSON.stringify(first)}\n`);
      await file.sync();
      await rename(draft, this.path);
      await syncFolder(folder);
      return file;
    } catch (error) {
      await file.close();
      await rm(draft, { force: true });
      throw error;
    }
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
