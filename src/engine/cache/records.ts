import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { DigestCache, FileRecord } from '../../cache/digests.js';

import type { Artifact } from '../../contract/artifact.js';
import type { KeyInput } from '../../contract/keys.js';

/** A file that a build made, as it was then. */
export interface MadeFile {
  /** Absolute. */
  readonly path: string;
  readonly record: FileRecord;
}

/** What was made under a key, in the store's records. */
export interface ArtifactRecord {
  readonly version: 1;
  readonly artifact: Artifact;
  /** Its files with absolute paths, as they were when they were made. */
  readonly files: readonly MadeFile[];
  /** ISO 8601. */
  readonly made: string;
  /** When each step that counts in its key ran, by step; ISO 8601. */
  readonly ran: Readonly<Record<string, string>>;
  /** Of a post-processor: whether its input stays. */
  readonly keep?: boolean;
  readonly forceKeep?: boolean;
}

/** The last run of a build, for plans, reasons and estimates. */
export interface BuildRecord {
  readonly version: 1;
  readonly build: string;
  /** Absolute path. */
  readonly template: string;
  readonly runId: string;
  readonly outcome: 'made' | 'unchanged' | 'failed' | 'cancelled';
  /** ISO 8601. */
  readonly at: string;
  readonly steps: readonly StepRecord[];
  /** How long coming back to a saved machine took. */
  readonly restoreMilliseconds?: number;
  readonly failedStep?: string;
  /** Files that this build made and that are its own to replace. */
  readonly outputs: readonly MadeFile[];
}

export interface StepRecord {
  readonly step: string;
  readonly key?: string;
  readonly inputs: readonly KeyInput[];
  /** How long it took when it last ran. */
  readonly milliseconds?: number;
}

export const ARTIFACTS = 'artifacts';
export const BUILDS = 'builds';

/** By what the last run of a build is found: its template and its name in the plan. */
export const buildRecordKey = (template: string, buildId: string): string =>
  createHash('sha256').update(`${template}\0${buildId}`).digest('hex');

/**
 * The files of an artifact as they are now.
 * @throws ImgpackError where one of them is missing
 */
export async function describeFiles(
  files: readonly string[],
  workingDirectory: string,
  digests: DigestCache,
): Promise<readonly MadeFile[]> {
  const made: MadeFile[] = [];
  for (const file of files) {
    const path = resolve(workingDirectory, file);
    made.push({ path, record: await digests.record(path) });
  }
  return made;
}

/** Whether all files are there as they were. What has none cannot be verified. */
export async function areIntact(files: readonly MadeFile[], digests: DigestCache): Promise<boolean> {
  if (files.length === 0) return false;
  for (const { path, record } of files) if (!(await digests.verify(path, record))) return false;
  return true;
}
