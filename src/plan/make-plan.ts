import type { BuildIdentity, Environment } from '../contract/context.js';
import type { Registry } from '../contract/plugin.js';
import { Diagnostics, type Diagnostic } from '../hcl/diagnostic.js';
import type { Render } from '../template/data-source.js';
import { withoutRepetition } from '../template/report.js';
import type { BuildBlock, SourceUse, Template } from '../template/template.js';
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
  const builds: PlannedBuild[] = [];
  const names: string[] = [];
  if (!diagnostics.hasErrors) {
    const ids = new Map<string, number>();
    for (const block of template.builds) {
      for (const use of block.uses) {
        const identity = identityOf(block, use);
        names.push(identity.name);
        const id = uniqueId(identity.name, ids);
        if (!selection.takes(identity.name)) continue;
        const build = await planBuild(template, block, use, identity, id, selection, options, diagnostics);
        if (build) builds.push(build);
      }
    }
    selection.report(names, diagnostics);
  }
  return { plan: { builds }, diagnostics: withoutRepetition(diagnostics.list), secrets: template.secrets.all() };
}

async function planBuild(
  template: Template,
  block: BuildBlock,
  use: SourceUse,
  identity: Omit<BuildIdentity, 'runId'>,
  id: string,
  selection: Selection,
  options: PlanOptions,
  diagnostics: Diagnostics,
): Promise<PlannedBuild | undefined> {
  const found = new Diagnostics();
  const components = await Components.of(template, block, use, identity, options, found);
  const builder = await components.builder();
  const provisioners = await components.provisioners(block.provisioners);
  const [errorCleanup] = await components.provisioners(block.errorCleanup ? [block.errorCleanup] : []);
  const chains = await components.chains(block.chains, selection);
  diagnostics.add(found.list);
  if (found.hasErrors || !builder || components.incomplete) return undefined;
  return {
    id,
    identity,
    place: use.range,
    builder,
    provisioners,
    ...(errorCleanup && { errorCleanup }),
    chains,
    dependsOn: [],
  };
}

function identityOf(block: BuildBlock, use: SourceUse): Omit<BuildIdentity, 'runId'> {
  const short = `${use.type}.${use.localName}`;
  return {
    name: block.name === '' ? short : `${block.name}.${short}`,
    blockName: block.name,
    sourceLabel: use.label,
    sourceName: use.localName,
    builderType: use.type,
  };
}

/** Builds may share a name; their ids differ by a number. */
function uniqueId(name: string, ids: Map<string, number>): string {
  const count = (ids.get(name) ?? 0) + 1;
  ids.set(name, count);
  return count === 1 ? name : `${name}#${count}`;
}
