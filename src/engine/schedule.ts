import PQueue from 'p-queue';
import { engineMessages } from '../messages/engine.js';
import { ImgpackError } from '../messages/message.js';
import type { PlannedBuild } from '../plan/plan.js';

export interface ScheduleOptions<T> {
  /** Builds at the same time; 0 or less: no limit. */
  readonly parallel: number;
  /** Fires when no further build is to start. */
  readonly signal: AbortSignal;
  run(build: PlannedBuild): Promise<T>;
  /** What stands for a build that cannot start, because `dependency` did not succeed. */
  skip(build: PlannedBuild, dependency: PlannedBuild): T;
  succeeded(result: T): boolean;
}

/**
 * Runs builds in the order of the plan as far as the limit allows; one that reads the artifacts of others waits for them,
 * without taking up a place.
 * @returns results by build; those that a fired signal kept from starting are missing
 * @throws ImgpackError `engine/dependency-cycle`
 */
export async function schedule<T>(
  builds: readonly PlannedBuild[],
  options: ScheduleOptions<T>,
): Promise<Map<PlannedBuild, T>> {
  const byId = new Map(builds.map((build) => [build.id, build]));
  refuseCycles(byId);
  const queue = new PQueue({ concurrency: options.parallel > 0 ? options.parallel : Infinity });
  const results = new Map<PlannedBuild, T>();
  const endings = new Map<string, Promise<void>>();
  const end = (build: PlannedBuild): Promise<void> => {
    const known = endings.get(build.id);
    if (known) return known;
    const ending = start(build);
    endings.set(build.id, ending);
    return ending;
  };
  const start = async (build: PlannedBuild): Promise<void> => {
    const dependencies = build.dependsOn.flatMap((id) => byId.get(id) ?? []);
    if (dependencies.length > 0) await Promise.all(dependencies.map(end));
    if (options.signal.aborted) return;
    const failed = dependencies.find((dependency) => {
      const result = results.get(dependency);
      return result === undefined || !options.succeeded(result);
    });
    if (failed) {
      results.set(build, options.skip(build, failed));
      return;
    }
    await queue.add(async () => {
      if (!options.signal.aborted) results.set(build, await options.run(build));
    });
  };
  await Promise.all(builds.map(end));
  return results;
}

function refuseCycles(byId: ReadonlyMap<string, PlannedBuild>): void {
  const done = new Set<string>();
  const visit = (build: PlannedBuild, path: ReadonlySet<string>): void => {
    if (path.has(build.id))
      throw new ImgpackError(engineMessages.dependencyCycle(build.identity.name), { place: build.place });
    if (done.has(build.id)) return;
    done.add(build.id);
    const longer = new Set([...path, build.id]);
    for (const id of build.dependsOn) {
      const dependency = byId.get(id);
      if (dependency) visit(dependency, longer);
    }
  };
  for (const build of byId.values()) visit(build, new Set());
}
