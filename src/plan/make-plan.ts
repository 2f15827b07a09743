import type { Environment } from '../contract/context.js';
import type { Registry } from '../contract/plugin.js';
import { Diagnostics, type Diagnostic } from '../hcl/diagnostic.js';
import type { Render } from '../template/data-source.js';
import { withoutRepetition } from '../template/report.js';
import type { Template } from '../template/template.js';
import type { ArtifactNames } from './artifacts/names.js';
import { candidatesOf } from './candidate.js';
import { choose, withAllTheyRead, type ChosenBuild } from './choose.js';
import { Components } from './components.js';
import { planLegacyBuilds } from './legacy.js';
import type { Plan, PlannedBuild } from './plan.js';
import { Selection } from './selection.js';

export interface PlanOptions {
  /** Patterns of `-only`, split at commas; absent: not given. */
  readonly only?: readonly string[] | undefined;
  readonly except?: readonly string[] | undefined;
  readonly force: boolean;
  readonly environment: Environment;
  readonly registry: Registry;
  /** Whether an earlier run of the build of this name made all that is at a path, unchanged since. */
  readonly isOwnOutput?: (build: string, path: string) => Promise<boolean>;
  readonly ignoreMissingPlugins: boolean;
  readonly render: Render;
}

export interface PlanResult {
  /** Builds whose components are all in order; the others are in `diagnostics`. */
  readonly plan: Plan;
  readonly diagnostics: readonly Diagnostic[];
  readonly secrets: readonly string[];
}

/**
 * Makes the plan: each source of each build block that the selection takes, in the order written, with its options
 * evaluated and checked. A build that is not in order is reported and left out; the others stay.
 */
export async function makePlan(template: Template, options: PlanOptions): Promise<PlanResult> {
  const diagnostics = new Diagnostics();
  if (template.legacy) {
    const builds = await planLegacyBuilds(template, template.legacy, options, diagnostics);
    return { plan: { builds }, diagnostics: withoutRepetition(diagnostics.list), secrets: template.secrets.all() };
  }
  const selection = Selection.of(options.only, options.except, diagnostics);
  const candidates = diagnostics.hasErrors ? [] : candidatesOf(template, diagnostics);
  const chosen = choose(candidates, selection, diagnostics);
  const builds: PlannedBuild[] = [];
  for (const one of chosen.builds) {
    const build = await planBuild(template, one, chosen.names, selection, options, diagnostics);
    if (build) builds.push(build);
  }
  const names = candidates.map(({ identity }) => identity.name);
  if (names.length > 0) selection.report(names, diagnostics);
  const { leftOut } = template;
  return {
    plan: { builds: withAllTheyRead(builds), ...(leftOut.length > 0 && { leftOut }) },
    diagnostics: withoutRepetition(diagnostics.list),
    secrets: template.secrets.all(),
  };
}

async function planBuild(
  template: Template,
  { candidate, neededBy }: ChosenBuild,
  names: ArtifactNames,
  selection: Selection,
  options: PlanOptions,
  diagnostics: Diagnostics,
): Promise<PlannedBuild | undefined> {
  const { block, use, identity, id } = candidate;
  const found = new Diagnostics();
  const components = await Components.of(template, candidate, names, options, found);
  const builder = await components.builder();
  const provisioners = await components.provisioners(block.provisioners);
  const [errorCleanup] = await components.provisioners(block.errorCleanup ? [block.errorCleanup] : []);
  const chains = await components.chains(block.chains, selection);
  diagnostics.add(found.list);
  if (found.hasErrors || !builder || components.incomplete) return undefined;
  const all = [builder, ...provisioners, ...(errorCleanup ? [errorCleanup] : []), ...chains.flat()];
  return {
    id,
    identity,
    place: use.range,
    builder,
    provisioners,
    ...(errorCleanup && { errorCleanup }),
    chains,
    dependsOn: [...new Set(all.flatMap(({ artifacts }) => artifacts.map(({ build }) => build)))],
    ...(neededBy.length > 0 && { neededBy }),
  };
}
