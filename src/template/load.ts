import type { Environment } from '../contract/context.js';
import type { Registry } from '../contract/plugin.js';
import { Diagnostics, type Diagnostic } from '../hcl/diagnostic.js';
import type { Scope } from '../hcl/eval/scope.js';
import type { SourceFile } from '../hcl/source.js';
import { Value } from '../hcl/values/value.js';
import { ImgpackError } from '../messages/message.js';
import { readBody, type ContentBlock } from './body.js';
import { readBuilds } from './builds.js';
import type { Render } from './data-source.js';
import { readDefinitions, type Definition } from './definitions.js';
import { evaluateDefinitions, type DefinitionValues } from './evaluate-definitions.js';
import { findTemplateFiles, isLegacyTemplate, variableFileSyntax, type TemplateFiles } from './files.js';
import { readHcpRegistry } from './hcp-registry.js';
import { Input, type ParsedFile } from './input.js';
import { loadLegacyTemplate } from './legacy/load.js';
import { messages } from './messages.js';
import { reportError, toDiagnostic, withoutRepetition } from './report.js';
import { checkPlugins, checkRequiredVersion, readRequiredPlugins } from './requirements.js';
import { dataValue, makeScopes, type Scopes } from './scopes.js';
import { Secrets } from './secrets.js';
import { checkTypes, readSources } from './sources.js';
import { FILE } from './structure.js';
import type { InputVariable, LeftOut, Local, RequiredPlugin, SourceBlock, Template } from './template.js';
import { checkValue } from './validation.js';
import { assignFromCommandLine, assignFromEnvironment, assignFromFile } from './variable-values.js';
import { declareVariables, type VariableDeclaration } from './variables.js';

export interface LoadOptions {
  /** A folder or file as typed. */
  readonly path: string;
  /** From the command line, in order. */
  readonly variables: readonly { readonly name: string; readonly value: string }[];
  readonly variableFiles: readonly string[];
  readonly environment: Environment;
  readonly registry: Registry;
  /** Warn of names in variable files that are not declared. */
  readonly warnUndeclared: boolean;
  /** Run data sources; else they are unknown. */
  readonly evaluateDataSources: boolean;
  /** Stop after syntax, declarations and types of variables. */
  readonly syntaxOnly: boolean;
  /** A component without a plugin is a warning; everything else is checked. */
  readonly ignoreMissingPlugins: boolean;
  /** Go on although variables are unset or an evaluation fails (`inspect`, `console`): what is missing is unknown. */
  readonly tolerant?: boolean;
  /** The text of standard input, where `path` is `-`. */
  readonly readStandardInput?: () => Promise<string>;
  /** Data sources before locals. */
  readonly sequential: boolean;
  readonly signal: AbortSignal;
  readonly render: Render;
  readonly log: (text: string) => void;
}

export interface LoadResult {
  /** Absent where an error stopped the work. */
  readonly template?: Template;
  readonly diagnostics: readonly Diagnostic[];
  /** Every text that a diagnostic may point into, by the name in its range. */
  readonly sources: ReadonlyMap<string, SourceFile>;
  readonly secrets: readonly string[];
}

/**
 * Loads a template in phases. All diagnostics of a phase are reported together, and an error ends the work after its
 * phase: syntax; required version; declarations and values of variables; conditions; locals and data; builds.
 */
export async function loadTemplate(options: LoadOptions): Promise<LoadResult> {
  const loading = new Loading(options);
  const template = await loading.run();
  return {
    ...(template && { template }),
    diagnostics: withoutRepetition(loading.diagnostics.list),
    sources: loading.input.files,
    secrets: loading.secrets.all(),
  };
}

interface Declarations {
  readonly blocks: readonly ContentBlock[];
  readonly plugins: readonly RequiredPlugin[];
  readonly variables: ReadonlyMap<string, VariableDeclaration>;
  readonly definitions: ReadonlyMap<string, Definition>;
}

class Loading {
  readonly diagnostics = new Diagnostics();
  readonly input: Input;
  readonly secrets: Secrets;
  /** Of the template's own files. */
  private texts: readonly string[] = [];

  constructor(private readonly options: LoadOptions) {
    this.input = new Input(options.environment.workingDirectory, options.readStandardInput);
    this.secrets = new Secrets(() => this.texts);
  }

  async run(): Promise<Template | undefined> {
    try {
      return await this.load();
    } catch (error) {
      if (!(error instanceof ImgpackError)) throw error;
      const message = { code: error.code, text: error.message, ...(error.hint !== undefined && { hint: error.hint }) };
      this.diagnostics.list.push(toDiagnostic('error', message));
      return undefined;
    }
  }

  private async load(): Promise<Template | undefined> {
    const { options, diagnostics } = this;
    if (await isLegacyTemplate(options.path, options.environment.workingDirectory)) {
      const { input, secrets } = this;
      return loadLegacyTemplate(await input.text(options.path), { options, input, secrets, diagnostics });
    }
    const files = await findTemplateFiles(options.path, options.environment.workingDirectory);
    const parsed = await this.input.read(files.templates, diagnostics);
    this.texts = parsed.map(({ source }) => source.text);
    if (diagnostics.hasErrors) return undefined;
    const scopes = makeScopes(files.root, options.environment);

    const declarations = await this.declare(parsed, files, scopes);
    if (!declarations || diagnostics.hasErrors || options.syntaxOnly) return undefined;

    // From here on `inspect` and `console` show what there is.
    const found = options.tolerant ? new Diagnostics() : diagnostics;
    if (!options.ignoreMissingPlugins) checkPlugins(declarations.plugins, options.registry, found);
    if (found.hasErrors && !options.tolerant) return undefined;
    return this.initialise(files, declarations, scopes, found);
  }

  /** Declarations, unevaluated, and the values that variables were given. */
  private async declare(
    parsed: readonly ParsedFile[],
    files: TemplateFiles,
    scopes: Scopes,
  ): Promise<Declarations | undefined> {
    const { diagnostics } = this;
    const structure = new Diagnostics();
    const blocks = parsed.flatMap(({ body }) => readBody(body, FILE, structure).blocks);
    const of = (...types: string[]): ContentBlock[] => blocks.filter(({ type }) => types.includes(type));
    checkRequiredVersion(of('packer'), scopes.empty, diagnostics);
    if (diagnostics.hasErrors) return undefined;
    diagnostics.add(structure.list);
    const plugins = readRequiredPlugins(of('packer'), scopes.empty, diagnostics);
    const variables = declareVariables(of('variable', 'variables'), scopes, diagnostics);
    const definitions = readDefinitions(of('locals', 'local', 'data'), scopes.empty, diagnostics);
    await this.assign(variables, files, scopes.empty);
    return { blocks, plugins, variables, definitions };
  }

  private async assign(
    variables: ReadonlyMap<string, VariableDeclaration>,
    files: TemplateFiles,
    empty: Scope,
  ): Promise<void> {
    const { options, diagnostics, input, secrets } = this;
    const assigning = { variables, empty, input, secrets, diagnostics };
    assignFromEnvironment(options.environment.env, assigning);
    const asked = options.variableFiles.flatMap((name) => {
      const syntax = variableFileSyntax(name);
      if (!syntax) reportError(diagnostics, messages.variableFileExtension(name));
      return syntax ? [{ name, syntax }] : [];
    });
    for (const file of await input.read([...files.automatic, ...asked], diagnostics, { literalStrings: true }))
      assignFromFile(file, options.warnUndeclared, assigning);
    assignFromCommandLine(options.variables, assigning);
  }

  private async initialise(
    files: TemplateFiles,
    declarations: Declarations,
    scopes: Scopes,
    diagnostics: Diagnostics,
  ): Promise<Template | undefined> {
    const { options, secrets } = this;
    const goOn = (): boolean => options.tolerant === true || !diagnostics.hasErrors;
    const variables = finalValues(declarations.variables, secrets, scopes, diagnostics);
    if (!goOn()) return undefined;

    const withVariables = scopes.general.child([
      ['var', Value.object([...variables.values()].map(({ name, value }) => [name, value]))],
    ]);
    const values = await evaluateDefinitions(
      declarations.definitions,
      withVariables,
      { ...options, secrets },
      diagnostics,
    );
    if (!goOn()) return undefined;

    const general = withVariables.child(namesOf(declarations.definitions, values));
    const blocks = (...types: string[]): ContentBlock[] =>
      declarations.blocks.filter(({ type }) => types.includes(type));
    const sources = await readSources(blocks('source'), general, options.registry, diagnostics);
    const registries = blocks('hcp_packer_registry');
    for (const [i, block] of registries.entries()) {
      if (i > 0)
        reportError(diagnostics, messages.duplicateBlock('hcp_packer_registry'), { subject: block.headerRange });
      readHcpRegistry(block, general, diagnostics);
    }
    const read = blocks('build').map((block) => readBuilds(block, general, sources, diagnostics));
    const builds = read.flatMap((block) => block.builds);
    checkTypes(builds, options, diagnostics);
    if (read.length === 0) reportError(diagnostics, messages.missingBuild());
    if (!goOn()) return undefined;
    return {
      root: files.root,
      variables,
      locals: localsOf(declarations.definitions, values),
      requiredPlugins: declarations.plugins,
      sources: [...sources.values()].flatMap(({ instances }) => instances),
      builds,
      leftOut: [
        ...[...sources.values()].flatMap((group) => group.leftOut.map(leftOutSource)),
        ...read.flatMap((block) => block.leftOut),
      ],
      scope: general,
      secrets,
      files: this.input.files,
    };
  }
}

/** The value that counts for every variable; unset ones and refused ones are reported. */
function finalValues(
  declarations: ReadonlyMap<string, VariableDeclaration>,
  secrets: Secrets,
  scopes: Scopes,
  diagnostics: Diagnostics,
): Map<string, InputVariable> {
  const variables = new Map<string, InputVariable>();
  for (const declaration of declarations.values()) {
    const { name, sensitive, range, constraint } = declaration;
    const last = declaration.assignments.at(-1);
    if (!last) reportError(diagnostics, messages.unsetVariable(name), { subject: range });
    const plain = last?.value ?? Value.unknown(constraint.type);
    if (sensitive) secrets.addValue(plain);
    const value = sensitive ? plain.withMarks(['sensitive']) : plain;
    if (last) {
      const place = last.origin === 'default' || last.origin === 'variable file' ? last.range : undefined;
      checkValue(declaration, value, last.origin, place, scopes.conditions, diagnostics);
    }
    variables.set(name, {
      name,
      ...(declaration.description !== undefined && { description: declaration.description }),
      sensitive,
      type: constraint.type,
      value,
      ...(last && { origin: last.origin }),
      range,
    });
  }
  return variables;
}

function namesOf(definitions: ReadonlyMap<string, Definition>, values: DefinitionValues): [string, Value][] {
  const locals: [string, Value][] = [];
  const data: [string, string, Value][] = [];
  for (const [key, definition] of definitions) {
    const value = values.get(key) ?? Value.unknown();
    if (definition.kind === 'local') locals.push([definition.name, value]);
    else data.push([definition.type, definition.name, value]);
  }
  return [
    ['local', Value.object(locals)],
    ['data', dataValue(data)],
  ];
}

function localsOf(definitions: ReadonlyMap<string, Definition>, values: DefinitionValues): Map<string, Local> {
  const locals = new Map<string, Local>();
  for (const [key, definition] of definitions) {
    if (definition.kind !== 'local') continue;
    const { name, sensitive, range } = definition;
    locals.set(name, { name, sensitive, value: values.get(key) ?? Value.unknown(), range });
  }
  return locals;
}

function leftOutSource({ type, name, headerRange }: SourceBlock): LeftOut {
  return { kind: 'source', name: `${type}.${name}`, range: headerRange };
}
