import type { Artifact } from '../contract/artifact.js';
import type { Communicator } from '../contract/communicator.js';
import type { BuilderContext } from '../contract/context.js';
import type { BuildSummary } from '../contract/events.js';
import type { Machine } from '../contract/machine.js';
import { engineMessages } from '../messages/engine.js';
import { ImgpackError } from '../messages/message.js';
import { FINISH, LAUNCH } from '../plan/keys/build-keys.js';
import type { BuildRun } from './build-run.js';
import { provisionerValues } from './build-values.js';
import { BuildCache } from './cache/build-cache.js';
import type { StartingPoint } from './cache/lookup.js';
import type { BuildRecord } from './cache/records.js';
import { wakeUp } from './cache/wake-up.js';
import { connectTo, explainedBy } from './connect.js';
import { toFailure } from './failure.js';
import { runPostProcessors } from './post-processors.js';
import { runErrorCleanup, runProvisioners, type Access } from './provisioners.js';
import { pauseForDebugging, runPipeline, runStep } from './steps.js';

/** Runs one build from launch to the last post-processor. Failures are told and returned, never thrown. */
export async function runBuild(run: BuildRun): Promise<BuildSummary> {
  const origin = { build: run.name };
  const start = performance.now();
  run.emit({ type: 'build-started', origin });
  const { neededBy } = run.planned;
  if (neededBy) run.say(`not selected, but read by ${neededBy.map((name) => `\`${name}\``).join(', ')}`);
  const summary = await resultOf(run);
  for (const [index, artifact] of summary.artifacts.entries()) run.emit({ type: 'artifact', origin, index, artifact });
  const { failure, artifacts } = summary;
  const milliseconds = performance.now() - start;
  run.emit({ type: 'build-finished', origin, milliseconds, ...(failure && { failure }), artifacts });
  return summary;
}

async function resultOf(run: BuildRun): Promise<BuildSummary> {
  const cache = await openCache(run);
  const work = new BuildWork(run, cache);
  try {
    const found = await cache?.artifacts.find();
    if (found) run.say(`nothing changed since ${found.made.toISOString()}: ${found.artifact.description}`);
    const artifact = found ? found.artifact : await makeArtifact(work);
    work.step = undefined;
    const artifacts = artifact ? await runPostProcessors(run, artifact, cache?.artifacts) : [];
    const unchanged = found !== undefined && cache?.artifacts.isUnchanged === true;
    await closeCache(run, cache, unchanged ? 'unchanged' : 'made', undefined);
    return { build: run.name, artifacts, ...(unchanged && { unchanged }) };
  } catch (error) {
    await closeCache(run, cache, run.signal.aborted ? 'cancelled' : 'failed', work.step);
    const failedStep = work.step;
    return {
      build: run.name,
      failure: toFailure(error),
      artifacts: [],
      ...(failedStep !== undefined && { failedStep }),
    };
  }
}

/** A cache that cannot be used costs time, not the build. */
async function openCache(run: BuildRun): Promise<BuildCache | undefined> {
  try {
    return await BuildCache.open(run);
  } catch (error) {
    if (run.signal.aborted) return undefined;
    run.complain(`the build starts from nothing: ${toFailure(error).text}`);
    return undefined;
  }
}

async function closeCache(
  run: BuildRun,
  cache: BuildCache | undefined,
  outcome: BuildRecord['outcome'],
  failedStep: string | undefined,
): Promise<void> {
  try {
    await cache?.close(outcome, failedStep);
  } catch (error) {
    run.complain(`what became of the build is not remembered: ${toFailure(error).text}`);
  }
}

/** Where a build is. */
class BuildWork {
  /** The step that runs, by the name that keys have for it. */
  step: string | undefined = LAUNCH;

  constructor(
    readonly run: BuildRun,
    readonly cache: BuildCache | undefined,
  ) {}
}

/** Whatever the builder created and did not hand over is gone when this returns or throws, unless the user wants it left. */
async function makeArtifact(work: BuildWork): Promise<Artifact | undefined> {
  let failed = false;
  try {
    return await launchAndFinish(work);
  } catch (error) {
    failed = true;
    throw error;
  } finally {
    await undo(work.run, failed);
  }
}

/** Goes on from the deepest saved state that fits; where none does, from nothing. */
async function launchAndFinish(work: BuildWork): Promise<Artifact | undefined> {
  const { run, cache } = work;
  const tried = new Set<string>();
  for (;;) {
    await cache?.lookForRoom();
    const start = await cache?.startingPoint(tried);
    const mark = run.resources.mark();
    try {
      return await launchFrom(work, start);
    } catch (error) {
      if (!start || !(error instanceof RestoreError) || run.signal.aborted) throw error;
      run.complain(`the state after \`${start.step}\` cannot be used: ${toFailure(error.cause).text}`);
      tried.add(start.entry.key);
      await cache?.discard(start);
      for (const { what, error: reason } of await run.resources.undo(mark)) run.log(`${what}: ${String(reason)}`);
    }
  }
}

/** A saved machine could not be started; the state before it may do. */
class RestoreError extends Error {}

async function launchFrom(work: BuildWork, start: StartingPoint | undefined): Promise<Artifact | undefined> {
  const { run, cache } = work;
  const { definition } = run.planned.builder;
  const config = await run.configure(run.planned.builder);
  const checkpoints = cache?.checkpoints(start);
  const context = run.builderContext(config, {
    ...(checkpoints && { checkpoints }),
    ...(cache && { isOwnOutput: (path: string) => cache.isOwnOutput(path) }),
  });
  const begin = performance.now();
  work.step = LAUNCH;
  const launched = await restoring(run, start, isStateFault, () =>
    runPipeline(run, definition.launch(config), context, {}),
  );
  const { machine } = launched;
  if (machine.handle !== undefined) await run.journal.machine(run.name, machine.handle);
  const communicator = await restoring(
    run,
    start,
    () => true,
    () => runStep(run, 'connect', () => connectTo(run, start ? impatient(machine) : machine)),
  );
  try {
    if (machine.restored) await wakeUp(run, communicator);
    const milliseconds = performance.now() - begin;
    if (start) {
      cache?.resume(start, milliseconds);
      const { step, entry } = start;
      run.emit({
        type: 'checkpoint',
        origin: { build: run.name },
        action: 'restored',
        step,
        key: entry.key,
        milliseconds,
      });
    } else {
      cache?.finished(1, milliseconds);
      await cache?.save(1, machine, communicator);
    }
    const values = provisionerValues(definition, machine, communicator.type, run.options.runId);
    const done = start ? start.done - 1 : 0;
    return await provisionAndFinish(work, context, launched, { communicator, values }, done);
  } finally {
    await close(run, communicator);
  }
}

/** By its code a builder says that it is the saved state that does not do. */
const isStateFault = (error: unknown): boolean =>
  error instanceof ImgpackError && error.code.endsWith('/state-unusable');

/** A machine that was saved while it ran answers soon, or never. */
const RESTORED_MILLISECONDS = 30_000;

function impatient(machine: Machine): Machine {
  const { connection } = machine;
  if (connection.type !== 'ssh') return machine;
  const timeout = Math.min(connection.timeout ?? Infinity, RESTORED_MILLISECONDS);
  return { ...machine, connection: { ...connection, timeout } };
}

async function restoring<T>(
  run: BuildRun,
  start: StartingPoint | undefined,
  isFault: (error: unknown) => boolean,
  launch: () => Promise<T>,
): Promise<T> {
  if (!start) return launch();
  run.isRestoring = true;
  try {
    return await launch();
  } catch (error) {
    if (!isFault(error)) throw error;
    throw new RestoreError('a saved machine cannot be started', { cause: error });
  } finally {
    run.isRestoring = false;
  }
}

async function provisionAndFinish(
  work: BuildWork,
  context: BuilderContext<never>,
  launched: { machine: Machine },
  access: Access,
  done: number,
): Promise<Artifact | undefined> {
  const { run, cache } = work;
  try {
    await runProvisioners(run, access, {
      done,
      before: (step) => (work.step = step),
      async after(index, step, { passed, milliseconds }) {
        cache?.finished(index + 2, milliseconds);
        if (!passed) cache?.taint(step);
        await cache?.save(index + 2, launched.machine, access.communicator);
      },
    });
    if ((await run.hold?.((text) => run.say(text), launched.machine)) === 'stop') return undefined;
    work.step = FINISH;
    const begin = performance.now();
    const finish = run.planned.builder.definition.finish(context.config);
    const { artifact } = await runPipeline(run, finish, context, { ...launched, ...access });
    cache?.time(FINISH, performance.now() - begin);
    if (artifact) cache?.artifacts.made(artifact);
    return artifact;
  } catch (error) {
    if (run.signal.aborted) throw error;
    const failure = await explainedBy(launched.machine, error);
    throw run.abandoned || run.options.onError === 'abort' ? failure : await runErrorCleanup(run, access, failure);
  }
}

async function close(run: BuildRun, communicator: Communicator): Promise<void> {
  try {
    await communicator.close();
  } catch (error) {
    run.log(`closing the connection: ${String(error)}`);
  }
}

/** `abort` and `run-cleanup-provisioner` leave the machine as it is, for a look at it. A cancelled build never does. */
async function undo(run: BuildRun, failed: boolean): Promise<void> {
  const { onError, runId } = run.options;
  const leaves = run.abandoned || onError === 'abort' || onError === 'run-cleanup-provisioner';
  if (failed && leaves && !run.signal.aborted) {
    const left = run.resources.left();
    if (left.length === 0) return;
    const { text, hint } = engineMessages.leftBehind(left.length, runId);
    run.complain([`${text}; ${hint}`, ...left.map((what) => `  ${what}`)].join('\n'));
    return;
  }
  if (failed) await pauseForDebugging(run, 'cleanup comes next').catch((error: unknown) => run.log(String(error)));
  for (const { what, error } of await run.resources.undo()) {
    const { text, hint } = engineMessages.notDestroyed(what, toFailure(error).text, runId);
    run.complain(`${text}; ${hint}`);
  }
}
