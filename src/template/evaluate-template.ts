import type { Diagnostics } from '../hcl/diagnostic.js';
import type { Scope } from '../hcl/eval/scope.js';
import { Value } from '../hcl/values/value.js';
import type { ContentBlock } from './body.js';
import { readBuilds } from './builds.js';
import type { Declarations, Definition } from './declarations.js';
import { evaluateDefinitions, type DefinitionValues, type EvaluationOptions } from './evaluate-definitions.js';
import { finalValues } from './final-values.js';
import { readHcpRegistry } from './hcp-registry.js';
import { messages } from './messages.js';
import { evaluateModule, type EvaluatedModule } from './modules/evaluate-module.js';
import { evaluateOutputs } from './modules/outputs.js';
import { reportError } from './report.js';
import { dataValue } from './scopes.js';
import { readSources, type SourceGroup, type Sources } from './sources.js';
import type { BuildBlock, InputVariable, LeftOut, SourceBlock } from './template.js';

/** A template, or an instance of a module, of which everything but sources and builds is evaluated. */
export interface EvaluatedTemplate {
  readonly variables: ReadonlyMap<string, InputVariable>;
  /** Of locals, data sources and modules. */
  readonly values: DefinitionValues;
  /** `var`, `local`, `data`, `module`, … */
  readonly scope: Scope;
  /** Its own, by `TYPE.NAME`, and those of its modules, by `module.NAME.TYPE.NAME`. */
  readonly sources: Sources;
  /** With those of its modules behind them. */
  readonly builds: readonly BuildBlock[];
  readonly leftOut: readonly LeftOut[];
  readonly outputs: Value;
}

export interface TemplateSurroundings extends Omit<EvaluationOptions, 'evaluateModule'> {
  /** Go on although variables are unset or an evaluation fails: what is missing is unknown. */
  readonly tolerant?: boolean;
  /** What names of its builds begin with, and forms of it that stand for several instances; a single empty name outside of modules. */
  readonly names: readonly string[];
}

/** Evaluates declarations, with their modules. Undefined where errors leave nothing to go on with. */
export async function evaluateTemplate(
  declarations: Declarations,
  surroundings: TemplateSurroundings,
  diagnostics: Diagnostics,
): Promise<EvaluatedTemplate | undefined> {
  const { scopes, definitions } = declarations;
  const { secrets, registry, names } = surroundings;
  const goOn = (): boolean => surroundings.tolerant === true || !diagnostics.hasErrors;
  const variables = finalValues(declarations.variables, secrets, scopes, diagnostics);
  if (!goOn()) return undefined;

  const withVariables = scopes.general.child([
    ['var', Value.object([...variables.values()].map(({ name, value }) => [name, value]))],
  ]);
  const modules = new Map<string, EvaluatedModule<EvaluatedTemplate>>();
  const evaluation: EvaluationOptions = {
    ...surroundings,
    async evaluateModule(module, scope, found) {
      const evaluateInner = (content: Declarations, inner: readonly string[], faults: Diagnostics) =>
        evaluateTemplate(content, { ...surroundings, names: inner }, faults);
      const evaluated = await evaluateModule(module, scope, names, evaluateInner, found);
      modules.set(module.name, evaluated);
      return evaluated.value;
    },
  };
  const values = await evaluateDefinitions(definitions, withVariables, evaluation, diagnostics);
  if (!goOn()) return undefined;

  const general = withVariables.child(namesOf(definitions, values));
  const blocks = (...types: string[]): ContentBlock[] => declarations.blocks.filter(({ type }) => types.includes(type));
  const own = await readSources(blocks('source'), general, registry, diagnostics);
  // Modules end in any order; what they hold keeps the order written.
  const inner = [...definitions.values()].flatMap((definition) => {
    const evaluated = definition.kind === 'module' ? modules.get(definition.name) : undefined;
    return evaluated ? [{ name: definition.name, ...evaluated }] : [];
  });
  const sources = new Map([...own, ...inner.flatMap(sourcesOf)]);
  readRegistries(blocks('hcp_packer_registry'), general, diagnostics);
  const read = blocks('build').map((block) => readBuilds(block, general, sources, diagnostics, names));
  const outputs = evaluateOutputs(blocks('output'), general, scopes, secrets, diagnostics);
  return {
    variables,
    values,
    scope: general,
    sources,
    builds: [...read, ...inner.flatMap(({ instances }) => instances)].flatMap(({ builds }) => builds),
    leftOut: [
      ...[...own.values()].flatMap((group) => group.leftOut.map((source) => leftOutSource(source, names[0] as string))),
      ...read.flatMap((block) => block.leftOut),
      ...inner.flatMap(({ instances, leftOut }) => [...leftOut, ...instances.flatMap((one) => one.leftOut)]),
    ],
    outputs,
  };
}

/** Sources of a module, as the template around it may name them. */
function sourcesOf({
  name,
  instances,
  isSingle,
}: EvaluatedModule<EvaluatedTemplate> & { readonly name: string }): [string, SourceGroup][] {
  if (!isSingle) return [];
  return instances.flatMap(({ sources }) =>
    [...sources].map(([key, group]): [string, SourceGroup] => [`module.${name}.${key}`, group]),
  );
}

function readRegistries(blocks: readonly ContentBlock[], general: Scope, diagnostics: Diagnostics): void {
  for (const [i, block] of blocks.entries()) {
    if (i > 0) reportError(diagnostics, messages.duplicateBlock('hcp_packer_registry'), { subject: block.headerRange });
    readHcpRegistry(block, general, diagnostics);
  }
}

function namesOf(definitions: ReadonlyMap<string, Definition>, values: DefinitionValues): [string, Value][] {
  const locals: [string, Value][] = [];
  const data: [string, string, Value][] = [];
  const modules: [string, Value][] = [];
  for (const [key, definition] of definitions) {
    const value = values.get(key) ?? Value.unknown();
    if (definition.kind === 'data') data.push([definition.type, definition.name, value]);
    else (definition.kind === 'local' ? locals : modules).push([definition.name, value]);
  }
  return [
    ['local', Value.object(locals)],
    ['data', dataValue(data)],
    // Elsewhere `module` is no name, as in Packer.
    ...(modules.length > 0 ? [['module', Value.object(modules)] as [string, Value]] : []),
  ];
}

function leftOutSource({ type, name, headerRange }: SourceBlock, module: string): LeftOut {
  return { kind: 'source', name: [module, type, name].filter((part) => part !== '').join('.'), range: headerRange };
}
