import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from '../contract/json.js';
import { Seal, type Sealed } from '../engine/journal-seal.js';

/** A run of `imgpack build`, remembered so that it can be resumed. */
export interface RunRecord {
  readonly version: 1;
  readonly runId: string;
  /** ISO 8601. */
  readonly at: string;
  readonly workingDirectory: string;
  /** Absolute path of the template. */
  readonly template: string;
  readonly outcome: 'succeeded' | 'failed' | 'cancelled';
  readonly builds: readonly {
    readonly name: string;
    readonly done: boolean;
    /** The step that failed. */
    readonly failedStep?: string;
  }[];
  /** The flags: they may hold secrets. */
  readonly flags: Sealed;
}

/** Runs that are remembered. */
const KEPT = 100;

/** Remembers a run; older ones than the last hundred are forgotten. */
export async function saveRun(
  stateDirectory: string,
  { flags, ...record }: Omit<RunRecord, 'flags' | 'version'> & { readonly flags: Json },
): Promise<void> {
  const folder = join(stateDirectory, 'runs');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const content: RunRecord = { version: 1, ...record, flags: (await Seal.open(stateDirectory)).seal(flags) };
  const path = join(folder, `${record.runId}.json`);
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, JSON.stringify(content), { mode: 0o600 });
  await rename(draft, path);
  for (const old of (await byTime(folder)).slice(KEPT)) await rm(join(folder, old), { force: true });
}

/** All runs that are remembered, the last first. */
export async function listRuns(stateDirectory: string): Promise<RunRecord[]> {
  const folder = join(stateDirectory, 'runs');
  const records: RunRecord[] = [];
  for (const name of await byTime(folder)) {
    const record = await readRun(join(folder, name));
    if (record) records.push(record);
  }
  return records;
}

/** The flags of a run as they were given. */
export async function flagsOf(stateDirectory: string, { flags }: RunRecord): Promise<Json> {
  return (await Seal.open(stateDirectory)).unseal(flags);
}

async function readRun(path: string): Promise<RunRecord | undefined> {
  try {
    const record = JSON.parse(await readFile(path, 'utf8')) as RunRecord;
    return record.version === 1 ? record : undefined;
  } catch {
    return undefined; // Torn by a crash, or not a record.
  }
}

async function byTime(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const times = await Promise.all(
    names
      .filter((name) => name.endsWith('.json'))
      .map(async (name) => ({ name, time: await timeOf(join(folder, name)) })),
  );
  return times.sort((a, b) => b.time - a.time).map(({ name }) => name);
}

const timeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
