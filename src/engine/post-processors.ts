import type { Artifact } from '../contract/artifact.js';
import type { PostProcessorResult } from '../contract/plugin.js';
import { engineMessages } from '../messages/engine.js';
import { CancelledError, ImgpackError } from '../messages/message.js';
import { postProcessorStep } from '../plan/keys/build-keys.js';
import type { PlannedPostProcessor } from '../plan/plan.js';
import type { BuildRun } from './build-run.js';
import type { ArtifactCache } from './cache/artifact-cache.js';
import { postProcessorValues } from './build-values.js';
import { toFailure } from './failure.js';
import { destroyReference } from './resources.js';
import { runStep } from './steps.js';

/**
 * Runs the chains of post-processors one after the other, each on the builder's artifact. A chain that fails does not keep
 * the next from running. The builder's artifact is removed only where no step wants it kept and nothing failed.
 * @returns what the build made: the builder's artifact where it is kept, then the others in order of making
 * @throws ImgpackError that names what failed and what is kept nevertheless
 */
export async function runPostProcessors(
  run: BuildRun,
  artifact: Artifact,
  cache?: ArtifactCache,
): Promise<readonly Artifact[]> {
  const { chains } = run.planned;
  const made: Artifact[] = [];
  const failures: ImgpackError[] = [];
  let keepsFirst = chains.every((chain) => chain.length === 0);
  for (const [index, chain] of chains.entries()) {
    const result = await runChain(run, chain, artifact, made, cache && new ChainCache(cache, index));
    if (result.keepsFirst) keepsFirst = true;
    if (result.failure) failures.push(result.failure);
  }
  if (failures.length > 0) throw combined(failures, [artifact, ...made]);
  if (!keepsFirst) await removeArtifact(run, artifact);
  return keepsFirst ? [artifact, ...made] : made;
}

/** What is known of one chain from earlier runs. */
class ChainCache {
  constructor(
    private readonly cache: ArtifactCache,
    private readonly chain: number,
  ) {}

  known(): Promise<readonly PostProcessorResult[]> {
    return this.cache.reusable(this.chain);
  }

  processed(index: number, result: PostProcessorResult, milliseconds: number): void {
    this.cache.processed(this.chain, index, result, milliseconds);
  }
}

interface ChainResult {
  readonly keepsFirst: boolean;
  readonly failure?: ImgpackError;
}

async function runChain(
  run: BuildRun,
  chain: readonly PlannedPostProcessor[],
  artifact: Artifact,
  made: Artifact[],
  cache: ChainCache | undefined,
): Promise<ChainResult> {
  let keepsFirst = false;
  let current = artifact;
  const known = (await cache?.known()) ?? [];
  for (const [index, postProcessor] of chain.entries()) {
    let result: PostProcessorResult;
    try {
      const before = known[index];
      const start = performance.now();
      result = before ?? (await runPostProcessor(run, postProcessor, current));
      if (!before) cache?.processed(index, result, performance.now() - start);
    } catch (error) {
      if (run.signal.aborted) throw new CancelledError();
      return { keepsFirst, failure: failed(postProcessor, error) };
    }
    // A step that hands nothing on ends its chain, and its input is left alone.
    if (!result.artifact) return { keepsFirst };
    const keep = keeps(postProcessor, result);
    if (index === 0) keepsFirst = keep;
    else if (keep) made.push(current);
    else await removeArtifact(run, current);
    current = result.artifact;
  }
  if (chain.length > 0) made.push(current);
  return { keepsFirst };
}

function keeps({ keepInputArtifact }: PlannedPostProcessor, result: PostProcessorResult): boolean {
  if (keepInputArtifact === undefined) return result.keep;
  return keepInputArtifact || (result.keep && result.forceKeep === true);
}

async function runPostProcessor(
  run: BuildRun,
  postProcessor: PlannedPostProcessor,
  artifact: Artifact,
): Promise<PostProcessorResult> {
  const { type, name } = postProcessor;
  run.say(name === type ? `Running post-processor: ${type}` : `Running post-processor: ${name ?? ''} (type ${type})`);
  const resources = run.newResources();
  try {
    return await runStep(run, postProcessorStep(postProcessor), async () => {
      const values = postProcessorValues(run.planned.builder.definition, artifact);
      const config = await run.configure(postProcessor, values);
      return postProcessor.definition.run(config, run.postProcessorContext(type, values, resources), artifact);
    });
  } finally {
    for (const { what, error } of await resources.undo()) {
      run.complain(engineMessages.notDestroyed(what, toFailure(error).text, run.options.runId).text);
    }
  }
}

/** Failing to remove is told and changes nothing: the images are made. */
async function removeArtifact(run: BuildRun, artifact: Artifact): Promise<void> {
  for (const reference of artifact.remove) {
    const kind = await run.options.resourceKinds(reference.kind);
    try {
      if (!kind) throw new ImgpackError(engineMessages.unknownKind(reference.kind));
      await destroyReference(kind, reference, (text) => run.log(text));
    } catch (error) {
      const what = kind?.describe(reference) ?? `${reference.kind} ${reference.token}`;
      run.complain(`${what} could not be removed: ${toFailure(error).text}`);
    }
  }
}

function failed({ type }: PlannedPostProcessor, error: unknown): ImgpackError {
  const { text, hint, place, details } = toFailure(error);
  const message = { ...engineMessages.postProcessorFailed(type, text), ...(hint !== undefined && { hint }) };
  return new ImgpackError(message, {
    cause: error instanceof Error ? error.cause : undefined,
    ...(place && { place }),
    ...(details && { details }),
  });
}

/** One error for the build. What was made before is still there, and is named. */
function combined(failures: readonly ImgpackError[], artifacts: readonly Artifact[]): ImgpackError {
  const kept = [...new Set(artifacts.map(({ description }) => `kept: ${description}`))];
  const only = failures.length === 1 ? (failures[0] as ImgpackError) : undefined;
  if (only) {
    const message = { code: only.code, text: only.message, ...(only.hint !== undefined && { hint: only.hint }) };
    return new ImgpackError(message, {
      cause: only.cause,
      ...(only.place && { place: only.place }),
      details: [...only.details, ...kept],
    });
  }
  const lines = failures.flatMap((failure) => [
    `* ${failure.message}`,
    ...failure.details.map((line) => `    ${line}`),
  ]);
  return new ImgpackError(engineMessages.postProcessorsFailed(failures.length), { details: [...lines, ...kept] });
}
