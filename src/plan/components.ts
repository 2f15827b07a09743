import type {
  AnyDefinition,
  BuilderDefinition,
  PostProcessorDefinition,
  ProvisionerDefinition,
} from '../contract/plugin.js';
import type { Diagnostics } from '../hcl/diagnostic.js';
import { evaluate } from '../hcl/eval/evaluate.js';
import { references } from '../hcl/eval/references.js';
import type { Scope } from '../hcl/eval/scope.js';
import type { Body } from '../hcl/syntax/ast.js';
import { NO_ITERATORS, type Iterators } from '../template/body.js';
import { expressionsOf } from '../template/expressions-of.js';
import { messages } from '../template/messages.js';
import { addOptions, overrideOptions, readOptions, type RawOptions } from '../template/options/read-options.js';
import { reportError } from '../template/report.js';
import {
  POST_PROCESSOR_META,
  PROVISIONER_META,
  type BuildBlock,
  type ComponentBlock,
  type PostProcessorBlock,
  type ProvisionerBlock,
  type SourceUse,
  type Template,
} from '../template/template.js';
import { NO_ARTIFACTS, type ArtifactNames, type ArtifactUse } from './artifacts/names.js';
import { ARTIFACT } from './artifacts/references.js';
import { artifactValue } from './artifacts/values.js';
import { buildValue, sourceValue } from './build-values.js';
import { planComponent, type ComponentReading, type ComponentSurroundings } from './component.js';
import { appliesTo, type Candidate } from './candidate.js';
import type { LateValues } from './late-values.js';
import type { PlanOptions } from './make-plan.js';
import { ownOutputs } from './own-outputs.js';
import type { PlannedComponent, PlannedPostProcessor, PlannedProvisioner } from './plan.js';
import type { Selection } from './selection.js';
import { evaluateUnchecked } from './unchecked.js';

/** Plans the components of one source in one build block. */
export class Components {
  /** A plugin is missing, and that is allowed: the rest was checked, but the build cannot run. */
  incomplete = false;

  private constructor(
    private readonly block: BuildBlock,
    private readonly use: SourceUse,
    private readonly options: PlanOptions,
    private readonly surroundings: ComponentSurroundings,
    private readonly definition: BuilderDefinition | undefined,
    private readonly names: ArtifactNames,
    /** Id of the build. */
    private readonly id: string,
    private readonly diagnostics: Diagnostics,
  ) {}

  static async of(
    template: Template,
    { block, use, identity, id }: Candidate,
    names: ArtifactNames,
    options: PlanOptions,
    diagnostics: Diagnostics,
  ): Promise<Components> {
    const { environment, force, render } = options;
    const surroundings = {
      environment,
      identity,
      force,
      render,
      secrets: template.secrets,
      ...ownOutputs(options, identity),
    };
    const definition = await options.registry.load('builder', use.type);
    return new Components(block, use, options, surroundings, definition, names, id, diagnostics);
  }

  async builder(): Promise<PlannedComponent<BuilderDefinition> | undefined> {
    const { definition, use } = this;
    const { source } = use;
    if (!source) return undefined;
    const own = this.uses(source.body, NO_ITERATORS);
    const more = use.addition ? this.uses(use.addition.body, use.addition.iterators) : NO_ARTIFACTS;
    if (!definition) {
      const scope = this.scope(source.scope, own);
      const added = this.scope(this.block.scope, more);
      this.incomplete = true;
      evaluateUnchecked(source.body, scope, NO_ITERATORS, source.meta, this.diagnostics);
      if (use.addition) evaluateUnchecked(use.addition.body, added, use.addition.iterators, ['name'], this.diagnostics);
      return undefined;
    }
    const { schema } = definition;
    const read = (values: LateValues | undefined, diagnostics: Diagnostics): RawOptions => {
      const { body, headerRange } = source;
      const scope = this.scope(source.scope, own, values);
      const base = readOptions(
        body,
        { schema, scope, iterators: NO_ITERATORS, headerRange, ignored: source.meta },
        diagnostics,
      );
      if (!use.addition) return base;
      const { addition } = use;
      const inner = { schema, scope: this.scope(this.block.scope, more, values), ...addition, ignored: ['name'] };
      return addOptions(base, readOptions(addition.body, inner, diagnostics), diagnostics);
    };
    const { type, headerRange } = source;
    const artifacts = [...own.references, ...more.references];
    const reading: ComponentReading<BuilderDefinition> = {
      type,
      definition,
      headerRange,
      buildKeys: [],
      artifacts,
      read,
    };
    return planComponent(reading, this.surroundings, this.diagnostics);
  }

  /** Those that `only` and `except` of their blocks leave for this source. */
  async provisioners(blocks: readonly ProvisionerBlock[]): Promise<PlannedProvisioner[]> {
    const planned: PlannedProvisioner[] = [];
    for (const block of blocks) {
      if (!appliesTo(block, this.use)) continue;
      const definition = await this.options.registry.load('provisioner', block.type);
      const component = await this.component<ProvisionerDefinition>(
        block,
        definition,
        PROVISIONER_META,
        block.override,
      );
      if (!component) continue;
      const { pauseBefore, timeout, maxRetries, continueOnError, cache, cacheMaxAge } = block;
      planned.push({
        ...component,
        ...(pauseBefore !== undefined && { pauseBefore }),
        ...(timeout !== undefined && { timeout }),
        maxRetries,
        continueOnError,
        ...(cache !== undefined && { cache }),
        ...(cacheMaxAge !== undefined && { cacheMaxAge }),
      });
    }
    return planned;
  }

  /** A step that a block leaves out is skipped; one that the command line leaves out ends its chain. */
  async chains(
    chains: readonly (readonly PostProcessorBlock[])[],
    selection: Selection,
  ): Promise<PlannedPostProcessor[][]> {
    const planned: PlannedPostProcessor[][] = [];
    for (const chain of chains) {
      const steps: PlannedPostProcessor[] = [];
      for (const block of chain) {
        if (!appliesTo(block, this.use)) continue;
        if (selection.cuts(block.name ?? block.type)) break;
        const definition = await this.options.registry.load('post-processor', block.type);
        const component = await this.component<PostProcessorDefinition>(block, definition, POST_PROCESSOR_META);
        const keep = block.keepInputArtifact;
        if (component) steps.push({ ...component, ...(keep !== undefined && { keepInputArtifact: keep }) });
      }
      if (steps.length > 0) planned.push(steps);
    }
    return planned;
  }

  /** What a body reads of other builds; wrong references are reported. */
  private uses(body: Body, iterators: Iterators): ArtifactUse {
    return this.names.usesIn(body, iterators, this.id, this.diagnostics);
  }

  /** What options see: `source`, and `artifact` where they read any. */
  private scope(outer: Scope, uses: ArtifactUse, values?: LateValues): Scope {
    return outer.child([
      ['source', sourceValue(this.use.localName, this.use.type, this.use.source?.key)],
      ...(uses.isUsed ? [[ARTIFACT, artifactValue(uses, this.names, values?.artifacts)] as const] : []),
    ]);
  }

  /** The same with `build` beside it: real values, or placeholders. */
  private innerScope(uses: ArtifactUse, values?: LateValues): Scope {
    const build = buildValue(this.block.name, this.definition?.buildValues ?? [], values?.build);
    return this.scope(this.block.scope, uses, values).child([['build', build]]);
  }

  private async component<D extends AnyDefinition>(
    block: ComponentBlock,
    definition: D | undefined,
    meta: readonly string[],
    override?: ProvisionerBlock['override'],
  ): Promise<PlannedComponent<D> | undefined> {
    const { type, name, body, iterators, headerRange } = block;
    const uses = this.uses(body, iterators);
    if (!definition) {
      this.incomplete = true;
      evaluateUnchecked(body, this.innerScope(uses), iterators, [...meta], this.diagnostics);
      return undefined;
    }
    const { schema } = definition;
    const read = (values: LateValues | undefined, diagnostics: Diagnostics): RawOptions => {
      const scope = this.innerScope(uses, values);
      const base = readOptions(body, { schema, scope, iterators, headerRange, ignored: meta }, diagnostics);
      return override ? this.overridden(base, override, scope, iterators, schema, block, diagnostics) : base;
    };
    const reading: ComponentReading<D> = {
      type,
      ...(name !== undefined && { name }),
      definition,
      headerRange,
      buildKeys: buildKeysOf(body),
      artifacts: uses.references,
      read,
    };
    return planComponent(reading, this.surroundings, this.diagnostics);
  }

  /** Options that `override` replaces for this source, by its local name or its label. */
  private overridden(
    base: RawOptions,
    override: NonNullable<ProvisionerBlock['override']>,
    scope: Scope,
    iterators: Iterators,
    schema: AnyDefinition['schema'],
    block: ComponentBlock,
    diagnostics: Diagnostics,
  ): RawOptions {
    const { expression } = override;
    const value = evaluate(expression, scope.child(iterators), diagnostics);
    if (!value.isKnown || value.isNull) return base;
    const refuse = (name: string): RawOptions => {
      reportError(diagnostics, messages.override(name), { subject: expression.range, context: block.headerRange });
      return base;
    };
    if (value.type.kind !== 'object' && value.type.kind !== 'map') return refuse(this.use.localName);
    const name = [...this.use.localNames, ...this.use.labels].find((candidate) => value.entries.has(candidate));
    const options = name === undefined ? undefined : value.entries.get(name);
    if (name === undefined || !options || !options.isKnown || options.isNull) return base;
    if (options.type.kind !== 'object' && options.type.kind !== 'map') return refuse(name);
    return overrideOptions(base, options.withMarks(value.marks), expression.range, schema, diagnostics);
  }
}

/** Keys of `build.*` that a body refers to; all of them are meant where the whole of `build` is used. */
function buildKeysOf(body: Body): string[] {
  const keys = new Set<string>();
  for (const expression of expressionsOf(body)) {
    for (const { root, path } of references(expression)) if (root === 'build') keys.add(path[0] ?? '*');
  }
  keys.delete('name');
  return [...keys].sort();
}
