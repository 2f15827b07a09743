import { stat } from 'node:fs/promises';
import type { IdentifyContext } from '../../contract/context.js';
import { keysOf } from '../../plan/keys/build-keys.js';
import { configOf } from '../../plan/keys/component-inputs.js';
import type { StepKey } from '../../plan/keys/step-key.js';
import type { KnownArtifact } from '../../plan/late-values.js';
import type { Plan, PlannedBuild } from '../../plan/plan.js';
import { knownArtifact } from '../made-artifacts.js';
import { contentOf } from './content.js';
import { CacheLookup } from './lookup.js';
import { changeText, differences, type InputChange, type Reason } from './reasons.js';
import { areIntact, buildRecordKey, BUILDS, type BuildRecord } from './records.js';
import { cacheFor, isForOthers, type RunCache } from './run-cache.js';
import { stepIndex } from './steps.js';

/** What would become of one step, and why. */
export interface StepForecast {
  readonly step: string;
  readonly key?: string;
  /** `cached`: its result is there and is used. */
  readonly outcome: 'cached' | 'runs';
  /** Why it runs; none where it is cached. */
  readonly reason?: Reason;
  /** How long it took when it last ran; absent: it never did. */
  readonly milliseconds?: number;
}

export interface BuildForecast {
  readonly build: PlannedBuild;
  /** `unchanged`: nothing is done; `continues`: it goes on from a saved machine; `anew`: it starts from nothing. */
  readonly outcome: 'unchanged' | 'continues' | 'anew';
  readonly steps: readonly StepForecast[];
  /** When the artifact was made that is there; ISO 8601. */
  readonly made?: string;
  /** What would be brought into being. */
  readonly creates: readonly string[];
  /** What is there and would be replaced; where `-force` is needed for it, `needsForce`. */
  readonly replaces: readonly { readonly what: string; readonly needsForce: boolean }[];
  /** From the last runs of its steps; absent where a step that would run has never run. */
  readonly milliseconds?: number;
}

/** Says what a run of the plan would do, build by build, in the order of the plan. Nothing is changed. */
export async function forecast(
  plan: Plan,
  cache: RunCache,
  context: Omit<IdentifyContext, 'digest'> & { redact(text: string): string; readonly force: boolean },
): Promise<readonly BuildForecast[]> {
  const artifacts = new Map<string, KnownArtifact>();
  const forecasts = new Map<string, Promise<BuildForecast>>();
  const byId = new Map(plan.builds.map((build) => [build.id, build]));
  // A build is looked at when those are that it reads.
  const look = (build: PlannedBuild): Promise<BuildForecast> => {
    const known = forecasts.get(build.id);
    if (known) return known;
    const made = (async () => {
      for (const id of build.dependsOn) await look(byId.get(id) as PlannedBuild);
      return new BuildForecaster(build, cacheFor(cache, isForOthers(build)), context, artifacts).forecast();
    })();
    forecasts.set(build.id, made);
    return made;
  };
  const result: BuildForecast[] = [];
  for (const build of plan.builds) result.push(await look(build));
  return result;
}

type Context = Parameters<typeof forecast>[2];

class BuildForecaster {
  private last: BuildRecord | undefined;

  constructor(
    private readonly build: PlannedBuild,
    private readonly cache: RunCache,
    private readonly context: Context,
    private readonly artifacts: Map<string, KnownArtifact>,
  ) {}

  async forecast(): Promise<BuildForecast> {
    const { build, cache, context, artifacts } = this;
    const { store, digests, template } = cache;
    const digest = (path: string) => contentOf(path, digests);
    const keys = await keysOf(build, { ...context, digest, secret: store.secret, artifacts });
    this.last = (await store.records.get(BUILDS, buildRecordKey(template, build.id))) as BuildRecord | undefined;
    if (!keys) return this.anew(this.uncached());
    const lookup = new CacheLookup(cache, keys, context.now);
    const found = await lookup.artifact();
    if (found) {
      const artifact = await lookup.handedOn(found);
      const known = artifact && (await knownArtifact(build, artifact, context.workingDirectory, digests));
      if (known) artifacts.set(build.id, known);
      const steps: StepForecast[] = [...lookup.machineSteps, keys.finish].map(cached);
      for (const [index, chain] of keys.chains.entries()) {
        const { length: known } = await lookup.chain(index);
        for (const [i, step] of chain.entries()) {
          steps.push(i < known ? cached(step) : this.runs(step, await this.reason(step, lookup.machineSteps)));
        }
      }
      const isUnchanged = steps.every(({ outcome }) => outcome === 'cached');
      const milliseconds = this.estimate(steps);
      return {
        build,
        outcome: isUnchanged ? 'unchanged' : 'continues',
        steps,
        made: found.made,
        creates: [],
        replaces: [],
        ...(milliseconds !== undefined && { milliseconds }),
      };
    }
    const machine = lookup.machineSteps;
    const done = (await lookup.deepest())?.done ?? 0;
    const rest = [...machine.slice(done), keys.finish, ...keys.chains.flat()];
    const steps = [
      ...machine.slice(0, done).map(cached),
      ...(await Promise.all(rest.map(async (step) => this.runs(step, await this.reason(step, machine))))),
    ];
    return { ...(await this.anew(steps)), outcome: done > 0 ? 'continues' : 'anew' };
  }

  private async anew(steps: readonly StepForecast[]): Promise<BuildForecast> {
    const { build, context } = this;
    const { definition } = build.builder;
    const config = await configOf(build.builder, this.artifacts);
    const identity = { ...build.identity, runId: '' };
    const creations = definition.creates?.(config, { ...context, build: identity }) ?? [];
    const replaces: { what: string; needsForce: boolean }[] = [];
    for (const { what, path } of creations) {
      if (path === undefined || !(await exists(path))) continue;
      const own = (this.last?.outputs ?? []).filter((file) => file.path === path || file.path.startsWith(`${path}/`));
      replaces.push({ what, needsForce: !context.force && !(await areIntact(own, this.cache.digests)) });
    }
    const milliseconds = this.estimate(steps);
    return {
      build,
      outcome: 'anew',
      steps,
      creates: creations.map(({ what }) => what),
      replaces,
      ...(milliseconds !== undefined && { milliseconds }),
    };
  }

  private uncached(): StepForecast[] {
    const { provisioners, chains } = this.build;
    const text = `\`${this.build.builder.type}\` starts from nothing every time`;
    const names = [
      'launch',
      ...provisioners.map(({ type, name }, i) => `provisioner ${i + 1}: ${name ?? type}`),
      'finish',
    ];
    const after = chains.flat().map(({ type, name }) => `post-processor: ${name ?? type}`);
    return [...names, ...after].map((step) => this.runs({ step, inputs: [] }, { kind: 'never-cached', text }));
  }

  private always(step: StepKey): StepForecast | undefined {
    const { always } = step;
    if (!always) return undefined;
    return this.runs(step, { kind: always.cause === 'own' ? 'always' : 'after-always', text: always.text });
  }

  private async reason(step: StepKey, machine: readonly StepKey[]): Promise<Reason> {
    const { cache, last } = this;
    if (cache.reuse === 'nothing') return { kind: 'asked', text: '`-no-cache`' };
    const always = this.always(step)?.reason;
    if (always?.kind === 'always') return always;
    const before = last?.steps.find((one) => one.step === step.step);
    const changes = before ? differences(before.inputs, step.inputs) : [];
    const own = changes.filter(({ kind }) => kind !== 'previous');
    if (own.length > 0) return { kind: 'changed', text: own.map(changeText).join('; '), changes: own };
    if (always) return always;
    if (!before) return { kind: 'new', text: last ? 'the step is new' : 'it was never built here' };
    if (changes.length > 0) return { kind: 'after-changed', text: previousText(changes), changes };
    if (cache.fromStep !== undefined) {
      const from = stepIndex(machine, cache.fromStep);
      const at = machine.findIndex((one) => one.step === step.step);
      if (at < 0 || at >= from) return { kind: 'asked', text: `\`-cache-from-step=${cache.fromStep}\`` };
    }
    if (last?.failedStep !== undefined) {
      const order = last.steps.map((one) => one.step);
      if (order.indexOf(step.step) >= order.indexOf(last.failedStep)) {
        const failed = step.step === last.failedStep;
        return { kind: 'not-done', text: failed ? 'it failed in the last run' : 'the last run failed before it' };
      }
    }
    if (cache.reuse === 'checkpoints' && !machine.includes(step)) return { kind: 'asked', text: '`-force`' };
    if (step.key !== undefined && (await cache.store.peek(step.key)))
      return { kind: 'too-old', text: 'its result is older than `cache_max_age`' };
    return machine.includes(step)
      ? { kind: 'gone', text: 'no state of the machine was saved after it, or it was removed' }
      : { kind: 'gone', text: 'what it made is not there any more, or was changed' };
  }

  private runs(step: StepKey, reason: Reason): StepForecast {
    const took = this.last?.steps.find((one) => one.step === step.step)?.milliseconds;
    return { ...named(step), outcome: 'runs', reason, ...(took !== undefined && { milliseconds: took }) };
  }

  private estimate(steps: readonly StepForecast[]): number | undefined {
    const restores = steps[0]?.outcome === 'cached';
    let total = restores && steps.some(isOfMachine) ? (this.last?.restoreMilliseconds ?? 0) : 0;
    for (const { outcome, milliseconds } of steps) {
      if (outcome === 'cached') continue;
      if (milliseconds === undefined) return undefined;
      total += milliseconds;
    }
    return total;
  }
}

const named = ({ step, key }: StepKey): Pick<StepForecast, 'step' | 'key'> => ({
  step,
  ...(key !== undefined && { key }),
});

const cached = (step: StepKey): StepForecast => ({ ...named(step), outcome: 'cached' });

/** What became of the step before. */
function previousText(changes: readonly InputChange[]): string {
  const now = changes.find(({ after }) => after)?.name;
  const gone = changes.find(({ after }) => !after)?.name;
  return gone === undefined ? `\`${now}\` before it runs again` : `it follows \`${now}\` now, and not \`${gone}\``;
}

/** Whether a step that runs needs the machine. */
const isOfMachine = ({ step, outcome }: StepForecast): boolean =>
  outcome === 'runs' && !step.startsWith('post-processor');

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
