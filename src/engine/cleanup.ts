import { open, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename } from 'node:path';
import { isRunning, processIdentity } from '../contract/helpers/process-identity.js';
import { ImgpackError } from '../messages/message.js';
import { engineMessages, journalMessages } from '../messages/engine.js';
import type { JournalRecord } from './journal.js';
import type { ResourceKinds } from './options.js';
import { findDrafts, findJournals, readJournal, type JournalContent, type LeftOver } from './read-journal.js';
import { destroyReference } from './resources.js';

export interface CleanupOptions {
  readonly stateDirectory: string;
  readonly resourceKinds: ResourceKinds;
  /** Only this run; it is then cleaned up even where its journal was written on another host. */
  readonly runId?: string;
  /** Say what would be removed, and leave it. */
  readonly dryRun?: boolean;
  readonly signal: AbortSignal;
  /** One line for people. */
  report(line: string): void;
  log?(text: string): void;
}

export interface CleanupOutcome {
  readonly destroyed: number;
  /** Things that are still there, and journals that cannot be read. */
  readonly failed: number;
  /** Runs left alone, because they are still going on or belong to another host. */
  readonly skipped: number;
}

/**
 * Finishes what killed runs left: destroys what their journals still hold, in reverse order. Runs that are still going on
 * are left alone. May be repeated, and may run twice at once.
 * @throws ImgpackError `journal/no-such-run`
 */
export async function cleanup(options: CleanupOptions): Promise<CleanupOutcome> {
  const count = { destroyed: 0, failed: 0, skipped: 0 };
  let found = 0;
  const paths = (await findJournals(options.stateDirectory)).filter(
    (path) => options.runId === undefined || basename(path, '.ndjson') === options.runId,
  );
  if (options.runId !== undefined && paths.length === 0) {
    throw new ImgpackError(journalMessages.noSuchRun(options.runId));
  }
  for (const path of paths) {
    if (options.signal.aborted) break;
    const journal = await readJournal(path, options.stateDirectory).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined; // Another clean-up was faster.
      options.report(journalMessages.notReadable(path, error.message).text);
      count.failed++;
      return undefined;
    });
    if (!journal) continue;
    const reason = await reasonToSkip(journal, options);
    if (reason !== undefined) {
      options.report(`run ${journal.run.runId}: ${reason}`);
      count.skipped++;
      continue;
    }
    found += journal.left.length;
    const left = await finishRun(journal, options, count);
    if (left === 0 && options.dryRun !== true) await rm(path, { force: true });
  }
  if (options.dryRun !== true) await removeDrafts(options.stateDirectory);
  if (found + count.failed + count.skipped === 0) options.report('nothing is left over');
  return count;
}

/** A run that was killed while it began its journal had created nothing yet. */
async function removeDrafts(stateDirectory: string): Promise<void> {
  for (const { path, pid } of await findDrafts(stateDirectory)) {
    if (!(await processIdentity(pid))) await rm(path, { force: true });
  }
}

async function reasonToSkip({ run }: JournalContent, options: CleanupOptions): Promise<string | undefined> {
  const elsewhere = run.host !== hostname();
  if (!elsewhere && (await isRunning(run.process))) return `still going on (process ${run.process.pid}), left alone`;
  if (elsewhere && options.runId === undefined) {
    return `written on the host ${run.host}, left alone; \`imgpack cleanup -run=${run.runId}\` cleans it up from here`;
  }
  return undefined;
}

/** Returns how many things are still there. */
async function finishRun(
  journal: JournalContent,
  options: CleanupOptions,
  count: { destroyed: number; failed: number },
): Promise<number> {
  let left = journal.left.length;
  for (const leftOver of [...journal.left].reverse()) {
    if (options.signal.aborted) break;
    const what = await describe(leftOver, options);
    const where = `run ${journal.run.runId}, ${leftOver.build}`;
    if (options.dryRun === true) {
      options.report(`${where}: ${what} is left over`);
      continue;
    }
    try {
      await destroy(leftOver, options);
      await append(journal.path, { type: 'destroyed', token: leftOver.reference.token });
      options.report(`${where}: removed ${what}`);
      count.destroyed++;
      left--;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const { text, hint } = engineMessages.notDestroyed(what, reason, journal.run.runId);
      const advice = error instanceof ImgpackError && error.hint !== undefined ? error.hint : hint;
      options.report(`${where}: ${text}; ${advice}`);
      count.failed++;
    }
  }
  return left;
}

async function describe({ reference }: LeftOver, { resourceKinds }: CleanupOptions): Promise<string> {
  return (await resourceKinds(reference.kind))?.describe(reference) ?? `${reference.kind} ${reference.token}`;
}

async function destroy({ reference }: LeftOver, options: CleanupOptions): Promise<void> {
  const kind = await options.resourceKinds(reference.kind);
  if (!kind) throw new ImgpackError(engineMessages.unknownKind(reference.kind));
  await destroyReference(kind, reference, options.log ?? (() => undefined), options.signal);
}

/** A line of its own even behind a torn one. A journal that is gone was finished by another clean-up. */
async function append(path: string, record: JournalRecord): Promise<void> {
  const file = await open(path, 'r+').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!file) return;
  try {
    await file.write(`\n${JSON.stringify(record)}\n`, (await file.stat()).size);
  } finally {
    await file.close();
  }
}
