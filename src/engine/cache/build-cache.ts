import { statfs } from 'node:fs/promises';
import type { Checkpoints } from '../../contract/checkpoint.js';
import type { Communicator } from '../../contract/communicator.js';
import type { Json } from '../../contract/json.js';
import type { Machine } from '../../contract/machine.js';
import type { BuilderCaching } from '../../contract/plugin.js';
import { keysOf } from '../../plan/keys/build-keys.js';
import type { BuildKeys, StepKey } from '../../plan/keys/step-key.js';
import type { BuildRun } from '../build-run.js';
import { toFailure } from '../failure.js';
import { ArtifactCache } from './artifact-cache.js';
import { CacheLookup, type StartingPoint } from './lookup.js';
import { isOwnOutput } from './own-output.js';
import { BUILDS, buildRecordKey, type BuildRecord } from './records.js';
import { contentOf } from './content.js';
import { cacheFor, type OpenRunCache } from './run-cache.js';

/** The name under which the time of coming back to a saved state is kept. */
const RESTORE = 'restore';

/** With less a machine would soon find no room for what it writes. */
const LEAST_FREE_BYTES = 2 * 2 ** 30;

/** What one build takes from earlier runs, and what it leaves for later ones. */
export class BuildCache {
  readonly artifacts: ArtifactCache;
  private readonly lookup: CacheLookup;
  /** When each step ran whose effect is in the machine; ISO 8601. */
  private readonly ran: Record<string, string> = {};
  private readonly milliseconds = new Map<string, number>();
  private publishing: Promise<void> = Promise.resolve();
  /** Why no more states are saved; undefined while they are. */
  private stopped: string | undefined;
  private hasRoom = true;

  private constructor(
    private readonly run: BuildRun,
    private readonly cache: OpenRunCache,
    readonly keys: BuildKeys,
    private readonly last: BuildRecord | undefined,
    unsaveable: string | undefined,
  ) {
    this.stopped = cache.saves ? unsaveable : 'saving is switched off';
    this.lookup = new CacheLookup(cache, keys, run.options.environment.now);
    this.artifacts = new ArtifactCache(run, cache, keys, this.lookup, this.ran, (step, milliseconds) =>
      this.time(step, milliseconds),
    );
  }

  /** @returns undefined where nothing of the build can be found again */
  static async open(run: BuildRun): Promise<BuildCache | undefined> {
    const cache = run.cache && cacheFor(run.cache, run.isForOthers);
    const { definition } = run.planned.builder;
    if (!cache || !definition.caching) return undefined;
    const { environment, redactor } = run.options;
    const keys = await keysOf(run.planned, {
      ...environment,
      signal: run.signal,
      digest: (path) => contentOf(path, cache.digests),
      log: (text) => run.log(text),
      secret: cache.store.secret,
      redact: (text) => redactor.redact(text),
      artifacts: cache.artifacts,
    });
    if (!keys) return undefined;
    const key = buildRecordKey(cache.template, run.planned.id);
    const last = (await cache.store.records.get(BUILDS, key)) as BuildRecord | undefined;
    return new BuildCache(run, cache, keys, last, await unsaveable(run));
  }

  /** The deepest saved state that fits; those of `tried` did not. */
  async startingPoint(tried: Set<string>): Promise<StartingPoint | undefined> {
    while (this.hasRoom) {
      const found = await this.lookup.deepest(tried);
      if (!found) return undefined;
      const entry = await this.cache.store.find(found.entry.key);
      const held = entry && (await this.cache.lease.hold(entry));
      if (held) return { ...found, entry: held };
      // Another run removed it at this moment.
      tried.add(found.entry.key);
    }
    return undefined;
  }

  /** Layers grow while the machine writes: on a disk that is nearly full the build does without them. */
  async lookForRoom(): Promise<void> {
    if (this.stopped !== undefined) return;
    const free = await statfs(this.cache.store.path).then(
      ({ bavail, bsize }) => bavail * bsize,
      () => Infinity,
    );
    if (free >= LEAST_FREE_BYTES) return;
    this.hasRoom = false;
    this.stop(`less than ${LEAST_FREE_BYTES / 2 ** 30} GiB is free in ${this.cache.store.path}`);
  }

  /** The states are there for the builder, which starts from `start` where that is given. */
  checkpoints(start: StartingPoint | undefined): Checkpoints | undefined {
    if (this.stopped !== undefined && !start) return undefined;
    const { lease, store } = this.cache;
    const restore = start && {
      data: start.entry.data,
      ...(start.entry.layer && { layer: start.entry.layer }),
    };
    return {
      ...(restore && { restore }),
      begin: (parent) => lease.begin(parent),
      makeRoom: () => store.makeRoom(),
    };
  }

  /** The build goes on from a saved state: what was done there counts as done when it was done. */
  resume(start: StartingPoint, milliseconds: number): void {
    this.time(RESTORE, milliseconds);
    Object.assign(this.ran, start.entry.ran);
  }

  /** A state that turned out not to fit is of no use to anybody. */
  async discard({ entry }: StartingPoint): Promise<void> {
    await this.cache.store.remove(entry.key);
  }

  /** A step is done and took so long. `done` counts as in `StartingPoint`. */
  finished(done: number, milliseconds: number): void {
    const step = this.steps()[done - 1] as StepKey;
    this.ran[step.step] = this.now();
    this.time(step.step, milliseconds);
  }

  time(step: string, milliseconds: number): void {
    this.milliseconds.set(step, Math.round(milliseconds));
  }

  /** What was done is not what the key says: a failure was passed over. */
  taint(step: string): void {
    this.stopped ??= `\`${step}\` failed and the build went on`;
    this.artifacts.taint();
  }

  /** Saves the machine as it is now. Failing to do so costs the next run time, and nothing else. */
  async save(done: number, machine: Machine, communicator: Communicator): Promise<void> {
    const step = this.steps()[done - 1] as StepKey;
    if (this.stopped !== undefined || step.key === undefined || !machine.checkpoint) return;
    const { key } = step;
    const start = performance.now();
    const origin = { build: this.run.name };
    try {
      const { layer, data, remove, settled } = await machine.checkpoint(communicator);
      const { store, lease, template } = this.cache;
      const entry = {
        key,
        build: this.run.name,
        template,
        step: { index: done, name: step.step },
        data,
        remove: remove ?? [],
        inputs: step.inputs,
        ran: { ...this.ran },
      };
      this.publishing = this.publishing
        .then(() => settled)
        .then(async () => void (await store.publish(lease, layer, entry)))
        .catch((error: unknown) => this.stop(toFailure(error).text));
      const milliseconds = performance.now() - start;
      this.run.emit({ type: 'checkpoint', origin, action: 'saved', step: step.step, key, milliseconds });
    } catch (error) {
      if (this.run.signal.aborted) throw error;
      this.stop(toFailure(error).text);
    }
  }

  private stop(reason: string): void {
    if (this.stopped !== undefined) return;
    this.stopped = reason;
    this.run.complain(`the build goes on without saving the machine: ${reason}`);
  }

  /**
   * Whether an earlier run of this very build made all that is at `path`, and nobody changed it since.
   * @param path absolute; a file or a folder
   */
  isOwnOutput(path: string): Promise<boolean> {
    return isOwnOutput(path, this.last, this.cache.digests);
  }

  /** Writes down what became of the build. */
  async close(outcome: BuildRecord['outcome'], failedStep: string | undefined): Promise<void> {
    await this.publishing;
    const outputs = await this.artifacts.close();
    const before = new Map((this.last?.steps ?? []).map((step) => [step.step, step.milliseconds]));
    const restore = this.milliseconds.get(RESTORE) ?? this.last?.restoreMilliseconds;
    const steps = [...this.steps(), this.keys.finish, ...this.keys.chains.flat()].map(({ step, key, inputs }) => {
      const milliseconds = this.milliseconds.get(step) ?? before.get(step);
      return { step, ...(key !== undefined && { key }), inputs, ...(milliseconds !== undefined && { milliseconds }) };
    });
    const record: BuildRecord = {
      version: 1,
      build: this.run.name,
      template: this.cache.template,
      runId: this.run.options.runId,
      outcome,
      at: this.now(),
      steps,
      ...(restore !== undefined && { restoreMilliseconds: restore }),
      ...(failedStep !== undefined && { failedStep }),
      outputs: outputs.length > 0 ? outputs : (this.last?.outputs ?? []),
    };
    await this.cache.store.records.put(
      BUILDS,
      buildRecordKey(this.cache.template, this.run.planned.id),
      record as unknown as Json,
    );
  }

  private now(): string {
    return this.run.options.environment.now().toISOString();
  }

  private steps(): readonly StepKey[] {
    return this.lookup.machineSteps;
  }
}

async function unsaveable(run: BuildRun): Promise<string | undefined> {
  const { builder } = run.planned;
  const caching = builder.definition.caching as BuilderCaching<never>;
  const config = await run.configure(builder);
  return caching.unsaveable ? caching.unsaveable(config) : 'machines of this kind cannot be saved';
}
