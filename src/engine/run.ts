import { setMaxListeners } from 'node:events';
import type { BuildSummary, Failure, RunEvent } from '../contract/events.js';
import { engineMessages } from '../messages/engine.js';
import type { ArtifactValues } from '../plan/late-values.js';
import type { Plan, PlannedBuild } from '../plan/plan.js';
import { BuildRun } from './build-run.js';
import type { OpenRunCache } from './cache/run-cache.js';
import { runBuild } from './build.js';
import { Journal } from './journal.js';
import { artifactValues, knownArtifact } from './made-artifacts.js';
import type { EngineOptions, RunOutcome } from './options.js';
import { EventRedactor } from './redact-events.js';
import { schedule } from './schedule.js';

/**
 * Runs a plan: its builds in parallel, each from launch to its last post-processor. Everything that happens is told to the
 * reporters as events; everything that is created is in the journal first. Failures of builds are results, not exceptions.
 */
export async function runPlan(plan: Plan, options: EngineOptions): Promise<RunOutcome> {
  // Every running step of every build listens.
  setMaxListeners(0, options.signal);
  const events = new EventRedactor(options.redactor, (event) => {
    for (const reporter of options.reporters) reporter.event(event);
  });
  const emit = (event: RunEvent) => events.event(event);
  const journal = new Journal({
    stateDirectory: options.stateDirectory,
    runId: options.runId,
    redact: (text) => options.redactor.redact(text),
    now: options.environment.now,
  });
  const cache = await openRunCache(options);
  const start = performance.now();
  const artifacts = new Map<string, ArtifactValues>();
  const isRead = new Set(plan.builds.flatMap(({ dependsOn }) => dependsOn));
  if (options.debug) emit({ type: 'say', origin: {}, text: 'Debug mode enabled. Builds will not be parallelized.' });
  emit({ type: 'run-started', runId: options.runId, builds: plan.builds.map(({ identity }) => identity.name) });
  try {
    const summaries = await schedule(plan.builds, {
      parallel: options.debug ? 1 : options.parallelBuilds,
      signal: options.signal,
      run: async (build) => {
        const nothing = build.dependsOn.find((id) => !artifacts.has(id));
        if (nothing !== undefined) return notBuilt(build, engineMessages.dependencyMadeNothing(nothing), emit);
        const links = { artifacts, isRead: isRead.has(build.id) };
        const summary = await runBuild(new BuildRun(build, options, journal, emit, cache, links));
        const [artifact] = summary.artifacts;
        if (artifact && links.isRead) {
          const { workingDirectory } = options.environment;
          artifacts.set(build.id, artifactValues(build, artifact, workingDirectory));
          const known = cache && (await knownArtifact(build, artifact, workingDirectory, cache.digests));
          if (known) cache.artifacts.set(build.id, known);
        }
        return summary;
      },
      skip: (build, dependency) => notBuilt(build, engineMessages.dependencyFailed(dependency.identity.name), emit),
      succeeded: ({ failure }) => failure === undefined,
    });
    const results = plan.builds.flatMap((build) => summaries.get(build) ?? []);
    const cancelled = options.signal.aborted;
    emit({ type: 'run-finished', milliseconds: performance.now() - start, cancelled, results });
    const succeeded = !cancelled && results.every(({ failure }) => failure === undefined);
    return { succeeded, cancelled, results, left: journal.left };
  } finally {
    await cache?.lease.close();
    events.flush();
    await journal.close();
  }
}

async function openRunCache({ cache }: EngineOptions): Promise<OpenRunCache | undefined> {
  return cache && { ...cache, lease: await cache.store.lease(), artifacts: new Map() };
}

function notBuilt(build: PlannedBuild, failure: Failure, emit: (event: RunEvent) => void): BuildSummary {
  const summary = { build: build.identity.name, failure, artifacts: [] };
  emit({ type: 'build-finished', origin: { build: summary.build }, milliseconds: 0, failure, artifacts: [] });
  return summary;
}
