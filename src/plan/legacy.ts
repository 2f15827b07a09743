import type { BuildValues } from '../contract/artifact.js';
import type {
  AnyDefinition,
  BuilderDefinition,
  ComponentKind,
  PostProcessorDefinition,
  ProvisionerDefinition,
} from '../contract/plugin.js';
import { Diagnostics } from '../hcl/diagnostic.js';
import type { SourceRange } from '../hcl/source.js';
import { nearest } from '../messages/near.js';
import type { JsonMember } from '../template/legacy/json-document.js';
import { buildNameOf, type LegacyTemplate, type NamedBuilder } from '../template/legacy/legacy-template.js';
import type { LegacyNames, LegacyPostProcessor, LegacyProvisioner } from '../template/legacy/document.js';
import { messages as legacyMessages } from '../template/legacy/messages.js';
import { readLegacyOptions } from '../template/legacy/options.js';
import { LegacyRenderer } from '../template/legacy/renderer.js';
import { messages } from '../template/messages.js';
import type { RawOptions } from '../template/options/read-options.js';
import { reportError, reportWarning } from '../template/report.js';
import type { Template } from '../template/template.js';
import { COMMON_BUILD_KEYS } from '../contract/build-keys.js';
import { planComponent, type ComponentSurroundings } from './component.js';
import type { LateValues } from './late-values.js';
import type { PlanOptions } from './make-plan.js';
import { ownOutputs } from './own-outputs.js';
import { messages as planMessages } from './messages.js';
import type { PlannedBuild, PlannedComponent, PlannedPostProcessor, PlannedProvisioner } from './plan.js';

/**
 * Plans the builds of a legacy JSON template, by name. `-only` and `-except` are exact names: of builders, and for
 * `-except` of post-processors, too.
 */
export async function planLegacyBuilds(
  template: Template,
  legacy: LegacyTemplate,
  options: PlanOptions,
  diagnostics: Diagnostics,
): Promise<PlannedBuild[]> {
  const builds: PlannedBuild[] = [];
  const names = legacy.builders.map(({ label }) => label);
  for (const name of options.only ?? [])
    if (!names.includes(name)) reportWarning(diagnostics, planMessages.onlyWithoutMatch(name, names));
  for (const builder of legacy.builders) {
    if (options.only && !options.only.includes(builder.label)) continue;
    if (options.except?.includes(builder.label)) continue;
    const found = new Diagnostics();
    const build = await new BuildPlanner(template, legacy, builder, options, found).plan();
    diagnostics.add(found.list);
    if (build && !found.hasErrors) builds.push(build);
  }
  return builds;
}

interface Parts<D extends AnyDefinition> {
  readonly type: string;
  readonly name?: string;
  readonly definition: D;
  readonly headerRange: SourceRange;
  /** Later ones replace what earlier ones set. */
  readonly members: readonly (readonly JsonMember[])[];
  /** Whether `build` has values here. */
  readonly hasBuild: boolean;
}

/** Plans one builder with the provisioners and post-processors that apply to it. */
class BuildPlanner {
  private readonly surroundings: ComponentSurroundings;
  private buildKeys: readonly string[] = COMMON_BUILD_KEYS;
  private isIncomplete = false;

  constructor(
    template: Template,
    private readonly legacy: LegacyTemplate,
    private readonly builder: NamedBuilder,
    private readonly options: PlanOptions,
    private readonly diagnostics: Diagnostics,
  ) {
    const { environment, force, render } = options;
    const { type, label } = builder;
    const identity = {
      name: buildNameOf(builder),
      blockName: '',
      sourceLabel: label,
      sourceName: label,
      builderType: type,
    };
    // Options are rendered while they are read, where the place of every text is known.
    this.surroundings = {
      environment,
      identity,
      force,
      render,
      isRendered: true,
      secrets: template.secrets,
      ...ownOutputs(options, identity),
    };
  }

  async plan(): Promise<PlannedBuild | undefined> {
    const { type, typeRange: headerRange, options } = this.builder;
    const { document } = this.legacy;
    const definition = await this.load<BuilderDefinition>('builder', type, headerRange);
    this.buildKeys = [...COMMON_BUILD_KEYS, ...(definition?.buildValues ?? [])];
    const builder =
      definition && (await this.component({ type, definition, headerRange, members: [options], hasBuild: false }));
    const provisioners = await this.provisioners(document.provisioners);
    const [errorCleanup] = await this.provisioners(document.errorCleanup ? [document.errorCleanup] : []);
    const chains = await this.chains(document.chains);
    if (!builder || this.isIncomplete) return undefined;
    const { identity } = this.surroundings;
    return {
      id: identity.name,
      identity,
      place: headerRange,
      builder,
      provisioners,
      ...(errorCleanup && { errorCleanup }),
      chains,
      dependsOn: [],
    };
  }

  private async provisioners(list: readonly LegacyProvisioner[]): Promise<PlannedProvisioner[]> {
    const planned: PlannedProvisioner[] = [];
    for (const provisioner of list) {
      if (!this.applies(provisioner)) continue;
      const { type, typeRange: headerRange, options, override, pauseBefore, timeout } = provisioner;
      const definition = await this.load<ProvisionerDefinition>('provisioner', type, headerRange);
      if (!definition) continue;
      const over = override?.members.find(({ name }) => name === this.builder.name)?.value;
      const members = [options, ...(over?.kind === 'map' ? [over.members] : [])];
      const component = await this.component({ type, definition, headerRange, members, hasBuild: true });
      const maxRetries = this.retries(provisioner);
      if (!component) continue;
      planned.push({
        ...component,
        ...(pauseBefore !== undefined && { pauseBefore }),
        ...(timeout !== undefined && { timeout }),
        maxRetries,
        continueOnError: false,
      });
    }
    return planned;
  }

  /** A step that does not apply is skipped; one that the command line leaves out ends its chain. */
  private async chains(list: readonly (readonly LegacyPostProcessor[])[]): Promise<PlannedPostProcessor[][]> {
    const chains: PlannedPostProcessor[][] = [];
    for (const chain of list) {
      const steps: PlannedPostProcessor[] = [];
      for (const step of chain) {
        if (!this.applies(step)) continue;
        if (this.options.except?.includes(step.name)) break;
        const { type, name, typeRange: headerRange, options, keepInputArtifact } = step;
        const definition = await this.load<PostProcessorDefinition>('post-processor', type, headerRange);
        if (!definition) continue;
        const component = await this.component({
          type,
          name,
          definition,
          headerRange,
          members: [options],
          hasBuild: true,
        });
        if (component) steps.push({ ...component, ...(keepInputArtifact !== undefined && { keepInputArtifact }) });
      }
      if (steps.length > 0) chains.push(steps);
    }
    return chains;
  }

  /** Blocks name builders as the template writes them. */
  private applies({ only, except }: { readonly only?: LegacyNames; readonly except?: LegacyNames }): boolean {
    const { name } = this.builder;
    if (only && only.names.length > 0 && !only.names.includes(name)) return false;
    return except?.names.includes(name) !== true;
  }

  private async load<D extends AnyDefinition>(
    kind: D['kind'] & ComponentKind,
    type: string,
    subject: SourceRange,
  ): Promise<D | undefined> {
    const { registry, ignoreMissingPlugins } = this.options;
    const definition = (await registry.load(kind as 'builder', type)) as D | undefined;
    if (definition) return definition;
    this.isIncomplete = true;
    if (ignoreMissingPlugins) reportWarning(this.diagnostics, messages.missingComponent(kind, type), { subject });
    else
      reportError(this.diagnostics, messages.unknownComponent(kind, type, nearest(type, registry.types(kind))), {
        subject,
      });
    return undefined;
  }

  private component<D extends AnyDefinition>(parts: Parts<D>): Promise<PlannedComponent<D> | undefined> {
    const { type, name, definition, headerRange } = parts;
    const buildKeys = parts.hasBuild ? this.keysIn(parts) : [];
    const read = (values: LateValues | undefined, diagnostics: Diagnostics): RawOptions =>
      this.read(parts, this.rendererOf(parts, values?.build), diagnostics);
    return planComponent(
      { type, ...(name !== undefined && { name }), definition, headerRange, buildKeys, artifacts: [], read },
      this.surroundings,
      this.diagnostics,
    );
  }

  private read<D extends AnyDefinition>(
    parts: Parts<D>,
    renderer: LegacyRenderer,
    diagnostics: Diagnostics,
  ): RawOptions {
    const { definition, headerRange, members } = parts;
    const { early, late } = renderer;
    const { schema } = definition;
    const layers = members.map((layer) => readLegacyOptions(layer, { schema, headerRange, early, late }, diagnostics));
    return {
      attributes: new Map(layers.flatMap(({ attributes }) => [...attributes])),
      blocks: new Map(layers.flatMap(({ blocks }) => [...blocks])),
      headerRange,
    };
  }

  private rendererOf<D extends AnyDefinition>(parts: Parts<D>, values?: BuildValues): LegacyRenderer {
    const { cleanResourceName } = parts.definition;
    const build = { ...this.surroundings.identity, ...(cleanResourceName && { cleanResourceName }) };
    return new LegacyRenderer(this.legacy, build, this.valuesFor(parts, values));
  }

  /** Real values where there are any; a text that says so for the others. */
  private valuesFor<D extends AnyDefinition>(
    { hasBuild }: Parts<D>,
    values: BuildValues = {},
  ): BuildValues | undefined {
    if (!hasBuild) return undefined;
    return { ...LegacyRenderer.placeholders(this.buildKeys), ...values };
  }

  /** Which values of the build the options ask for. */
  private keysIn<D extends AnyDefinition>(parts: Parts<D>): string[] {
    const renderer = this.rendererOf(parts);
    this.read(parts, renderer, new Diagnostics());
    return [...renderer.asked].sort();
  }

  private retries({ maxRetries }: LegacyProvisioner): number {
    if (!maxRetries) return 0;
    const { text } = new LegacyRenderer(this.legacy, this.surroundings.identity, undefined).early(maxRetries.text);
    if (/^[+-]?\d+$/.test(text)) return Math.max(0, Number(text));
    reportError(this.diagnostics, legacyMessages.retries(text), { subject: maxRetries.range });
    return 0;
  }
}
