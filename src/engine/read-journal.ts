import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json, JsonObject } from '../contract/json.js';
import type { ResourceReference } from '../contract/resources.js';
import { journalFolder, type JournalRecord, type RunRecord } from './journal.js';
import { Seal, type Sealed } from './journal-seal.js';

/** Something that a run created and that is neither destroyed nor kept, as far as its journal knows. */
export interface LeftOver {
  readonly build: string;
  readonly reference: ResourceReference;
}

/** A journal as read. */
export interface JournalContent {
  readonly path: string;
  readonly run: RunRecord;
  /** In the order of creation. */
  readonly left: readonly LeftOver[];
  /** By build: how to find its machine again. */
  readonly machines: ReadonlyMap<string, Json>;
}

/** Paths of all journals, sorted by the id of the run. */
export async function findJournals(stateDirectory: string): Promise<string[]> {
  const names = await namesIn(journalFolder(stateDirectory));
  return names.filter((name) => name.endsWith('.ndjson')).map((name) => join(journalFolder(stateDirectory), name));
}

/** Journals that did not get as far as their name, with the number of the process that began them. */
export async function findDrafts(stateDirectory: string): Promise<{ path: string; pid: number }[]> {
  const names = await namesIn(journalFolder(stateDirectory));
  return names.flatMap((name) => {
    const pid = /\.ndjson\.(\d+)$/.exec(name)?.[1];
    return pid === undefined ? [] : [{ path: join(journalFolder(stateDirectory), name), pid: Number(pid) }];
  });
}

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.sort();
}

/**
 * Reads a journal. A line that was torn by a crash is passed over: what it announced was not begun, since the work waits for
 * the line to be on the disk.
 * @throws Error where the file cannot be read or does not begin with a run
 */
export async function readJournal(path: string, stateDirectory: string): Promise<JournalContent> {
  const records = (await readFile(path, 'utf8')).split('\n').map(parseRecord);
  const run = records[0];
  if (run?.type !== 'run') throw new Error('it does not begin with a run');
  let seal: Promise<Seal> | undefined;
  const unseal = async (value: unknown): Promise<Json> =>
    isSealed(value) ? (await (seal ??= Seal.open(stateDirectory))).unseal(value) : (value as Json);
  const left = new Map<string, LeftOver>();
  const machines = new Map<string, Json>();
  for (const record of records) {
    switch (record?.type) {
      case 'creating': {
        const { token, kind, build } = record;
        left.set(token, { build, reference: { kind, token, args: (await unseal(record.args)) as JsonObject } });
        break;
      }
      case 'created': {
        const entry = left.get(record.token);
        if (!entry || record.data === undefined) break;
        const data = await unseal(record.data);
        left.set(record.token, { ...entry, reference: { ...entry.reference, data } });
        break;
      }
      case 'destroyed':
      case 'kept':
        left.delete(record.token);
        break;
      case 'machine':
        machines.set(record.build, await unseal(record.handle));
        break;
      case 'run':
      case undefined:
        break;
    }
  }
  return { path, run, left: [...left.values()], machines };
}

function parseRecord(line: string): JournalRecord | undefined {
  try {
    const record: unknown = JSON.parse(line);
    return typeof record === 'object' && record !== null ? (record as JournalRecord) : undefined;
  } catch {
    return undefined; // A torn line, or the end of the file.
  }
}

const isSealed = (value: unknown): value is Sealed =>
  typeof value === 'object' && value !== null && typeof (value as { sealed?: unknown }).sealed === 'string';
