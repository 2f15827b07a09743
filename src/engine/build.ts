import type { Artifact } from '../contract/artifact.js';
import type { Communicator } from '../contract/communicator.js';
import type { BuildSummary } from '../contract/events.js';
import type { Machine } from '../contract/machine.js';
import { engineMessages } from '../messages/engine.js';
import type { BuildRun } from './build-run.js';
import { provisionerValues } from './build-values.js';
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
  const summary = await resultOf(run);
  for (const [index, artifact] of summary.artifacts.entries()) run.emit({ type: 'artifact', origin, index, artifact });
  const { failure, artifacts } = summary;
  const milliseconds = performance.now() - start;
  run.emit({ type: 'build-finished', origin, milliseconds, ...(failure && { failure }), artifacts });
  return summary;
}

async function resultOf(run: BuildRun): Promise<BuildSummary> {
  try {
    const artifact = await makeArtifact(run);
    return { build: run.name, artifacts: artifact ? await runPostProcessors(run, artifact) : [] };
  } catch (error) {
    return { build: run.name, failure: toFailure(error), artifacts: [] };
  }
}

/** Whatever the builder created and did not hand over is gone when this returns or throws, unless the user wants it left. */
async function makeArtifact(run: BuildRun): Promise<Artifact | undefined> {
  let failed = false;
  try {
    return await launchAndFinish(run);
  } catch (error) {
    failed = true;
    throw error;
  } finally {
    await undo(run, failed);
  }
}

async function launchAndFinish(run: BuildRun): Promise<Artifact | undefined> {
  const { definition } = run.planned.builder;
  const config = await run.configure(run.planned.builder);
  const launched = await runPipeline(run, definition.launch(config), config, {});
  const { machine } = launched;
  if (machine.handle !== undefined) await run.journal.machine(run.name, machine.handle);
  const communicator = await runStep(run, 'connect', () => connectTo(run, machine));
  try {
    const values = provisionerValues(definition, machine, communicator.type, run.options.runId);
    return await provisionAndFinish(run, config, launched, { communicator, values });
  } finally {
    await close(run, communicator);
  }
}

async function provisionAndFinish(
  run: BuildRun,
  config: never,
  launched: { machine: Machine },
  access: Access,
): Promise<Artifact | undefined> {
  try {
    await runProvisioners(run, access);
    const finish = run.planned.builder.definition.finish(config);
    const { artifact } = await runPipeline(run, finish, config, { ...launched, ...access });
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
