import type { BuildIdentity, Environment } from '../contract/context.js';
import type { Registry } from '../contract/plugin.js';
import { Diagnostics, type Diagnostic } from '../hcl/diagnostic.js';
import type { Render } from '../template/data-source.js';
import type { SourceRange } from '../hcl/source.js';
import { keyed } from '../template/expansion.js';
import { at, reportError, withoutRepetition } from '../template/report.js';
import type { BuildBlock, SourceUse, Template } from '../template/template.js';
import { Components } from './components.js';
import { messages } from './messages.js';
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
  const builds: PlannedBuild[] = [];
  const names: string[] = [];
  if (!diagnostics.hasErrors) {
    const ids = new Map<string, number>();
    const before = new Map<string, Named>();
    for (const block of template.builds) {
      for (const use of block.uses) {
        const identity = identityOf(block, use);
        names.push(identity.name);
        const id = uniqueId(identity.name, ids);
        checkUnique(block, use, identity.name, before, diagnostics);
        if (!selection.takes(namesOf(block, use))) continue;
        const build = await planBuild(template, block, use, identity, id, selection, options, diagnostics);
        if (build) builds.push(build);
      }
    }
    selection.report(names, diagnostics);
  }
  const { leftOut } = template;
  return {
    plan: { builds, ...(leftOut.length > 0 && { leftOut }) },
    diagnostics: withoutRepetition(diagnostics.list),
    secrets: template.secrets.all(),
  };
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
    // Files and machines are named after it: instances of one build block must not share them.
    sourceLabel: keyed(use.label, block.key),
    sourceName: keyed(use.localName, block.key),
    builderType: use.type,
  };
}

/** The build's name, and the names without keys, which stand for all instances. */
function namesOf(block: BuildBlock, use: SourceUse): string[] {
  return block.alternatives.flatMap((name) =>
    use.localNames.map((local) => [name, use.type, local].filter((part) => part !== '').join('.')),
  );
}

interface Named {
  readonly isInstance: boolean;
  readonly place: SourceRange;
}

/** Two builds of one name are Packer's to have; an instance has a name of its own. */
function checkUnique(
  block: BuildBlock,
  use: SourceUse,
  name: string,
  before: Map<string, Named>,
  diagnostics: Diagnostics,
): void {
  const isInstance = block.key !== undefined || use.source?.key !== undefined;
  const other = before.get(name);
  if (other && (isInstance || other.isInstance))
    reportError(diagnostics, messages.duplicateBuild(name, at(other.place)), {
      subject: use.range,
      context: block.headerRange,
    });
  before.set(name, { isInstance, place: use.range });
}

/** Builds may share a name; their ids differ by a number. */
function uniqueId(name: string, ids: Map<string, number>): string {
  const count = (ids.get(name) ?? 0) + 1;
  ids.set(name, count);
  return count === 1 ? name : `${name}#${count}`;
}
