import type { Artifact } from '../../contract/artifact.js';
import type { Json } from '../../contract/json.js';
import type { PostProcessorResult } from '../../contract/plugin.js';
import type { BuildKeys, StepKey } from '../../plan/keys/step-key.js';
import type { BuildRun } from '../build-run.js';
import { resultOf, type CacheLookup } from './lookup.js';
import { areIntact, ARTIFACTS, describeFiles, type ArtifactRecord, type MadeFile } from './records.js';
import type { OpenRunCache } from './run-cache.js';

/** What is there of a build's artifacts from earlier runs. */
export interface Found {
  /** The builder's artifact, whether its files are still needed or not. */
  readonly artifact: Artifact;
  /** When it was made. */
  readonly made: Date;
}

/** Finds artifacts that earlier runs made under the same keys, and writes down those of this run. */
export class ArtifactCache {
  private readonly recording: Promise<void>[] = [];
  private readonly outputs = new Map<string, MadeFile>();
  private tainted = false;
  private processedAny = false;

  constructor(
    private readonly run: BuildRun,
    private readonly cache: OpenRunCache,
    private readonly keys: BuildKeys,
    private readonly lookup: CacheLookup,
    private readonly ran: Readonly<Record<string, string>>,
    private readonly time: (step: string, milliseconds: number) => void,
  ) {}

  /** Nothing that comes from here on is what its key says. */
  taint(): void {
    this.tainted = true;
  }

  /** The builder's artifact of an earlier run, where it need not be made again. */
  async find(): Promise<Found | undefined> {
    const record = await this.lookup.artifact();
    if (!record) return undefined;
    this.remember(record.files);
    return { artifact: record.artifact, made: new Date(record.made) };
  }

  /** Results of the post-processors at the begin of a chain that need not run again. */
  async reusable(chain: number): Promise<readonly PostProcessorResult[]> {
    if (this.tainted) return [];
    const records = await this.lookup.chain(chain);
    for (const { files } of records) this.remember(files);
    return records.map(resultOf);
  }

  /** Whether no post-processor had to run. */
  get isUnchanged(): boolean {
    return !this.processedAny;
  }

  /** The builder made this. */
  made(artifact: Artifact): void {
    this.keep(this.keys.finish, artifact, {});
  }

  /** A post-processor made this. */
  processed(chain: number, index: number, result: PostProcessorResult, milliseconds: number): void {
    const { artifact, keep, forceKeep } = result;
    this.processedAny = true;
    const key = this.keys.chains[chain]?.[index];
    if (key) this.time(key.step, milliseconds);
    if (key && artifact) this.keep(key, artifact, { keep, ...(forceKeep === true && { forceKeep }) });
  }

  /** Waits until everything is written down. @returns the files that the build made */
  async close(): Promise<readonly MadeFile[]> {
    await Promise.all(this.recording);
    const files: MadeFile[] = [];
    for (const file of this.outputs.values()) if (await areIntact([file], this.cache.digests)) files.push(file);
    return files;
  }

  private keep({ key }: StepKey, artifact: Artifact, more: Pick<ArtifactRecord, 'keep' | 'forceKeep'>): void {
    const { environment } = this.run.options;
    const record = async () => {
      const files = await describeFiles(artifact.files, environment.workingDirectory, this.cache.digests);
      this.remember(files);
      if (key === undefined || this.tainted) return;
      const made = environment.now().toISOString();
      const content: ArtifactRecord = { version: 1, artifact, files, made, ran: { ...this.ran }, ...more };
      await this.cache.store.records.put(ARTIFACTS, key, content as unknown as Json);
    };
    this.recording.push(record().catch((error: unknown) => this.run.log(`recording an artifact: ${String(error)}`)));
  }

  private remember(files: readonly MadeFile[]): void {
    for (const file of files) this.outputs.set(file.path, file);
  }
}
