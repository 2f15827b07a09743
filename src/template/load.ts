import { resolve } from 'node:path';
import type { Environment } from '../contract/context.js';
import type { Registry } from '../contract/plugin.js';
import { Diagnostics, type Diagnostic } from '../hcl/diagnostic.js';
import type { Scope } from '../hcl/eval/scope.js';
import type { SourceFile } from '../hcl/source.js';
import { Value } from '../hcl/values/value.js';
import { ImgpackError } from '../messages/message.js';
import type { Render } from './data-source.js';
import type { Declarations, Definition } from './declarations.js';
import { declare } from './declare.js';
import type { DefinitionValues } from './evaluate-definitions.js';
import { evaluateTemplate } from './evaluate-template.js';
import { findTemplateFiles, isLegacyTemplate, variableFileSyntax, type TemplateFiles } from './files.js';
import { Input, type ParsedFile } from './input.js';
import { loadLegacyTemplate } from './legacy/load.js';
import { messages } from './messages.js';
import { reportError, toDiagnostic, withoutRepetition } from './report.js';
import { checkPlugins } from './requirements.js';
import { makeScopes } from './scopes.js';
import { Secrets } from './secrets.js';
import { checkTypes } from './sources.js';
import type { Local, Template } from './template.js';
import { assignFromCommandLine, assignFromEnvironment, assignFromFile } from './variable-values.js';
import type { VariableDeclaration } from './variables.js';

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

class Loading {
  readonly diagnostics = new Diagnostics();
  readonly input: Input;
  readonly secrets: Secrets;
  /** Of the template's own files. */
  private readonly texts: string[] = [];

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
    this.remember(parsed);
    if (diagnostics.hasErrors) return undefined;

    const declarations = await this.declare(parsed, files);
    if (!declarations || diagnostics.hasErrors || options.syntaxOnly) return undefined;

    // From here on `inspect` and `console` show what there is.
    const found = options.tolerant ? new Diagnostics() : diagnostics;
    if (!options.ignoreMissingPlugins) checkPlugins(declarations.plugins, options.registry, found);
    if (found.hasErrors && !options.tolerant) return undefined;
    return this.initialise(declarations, found);
  }

  /** Declarations, unevaluated, and the values that variables were given. */
  private async declare(parsed: readonly ParsedFile[], files: TemplateFiles): Promise<Declarations | undefined> {
    const { environment } = this.options;
    const startTime = environment.now();
    const scopes = makeScopes(files.root, environment, startTime);
    const context = {
      input: this.input,
      environment,
      startTime,
      remember: (more: readonly ParsedFile[]) => this.remember(more),
      around: [resolve(environment.workingDirectory, files.root)],
    };
    const declarations = await declare(parsed, files.root, scopes, context, this.diagnostics);
    if (declarations) await this.assign(declarations.variables, files, scopes.empty);
    return declarations;
  }

  private remember(files: readonly ParsedFile[]): void {
    this.texts.push(...files.map(({ source }) => source.text));
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

  private async initialise(declarations: Declarations, diagnostics: Diagnostics): Promise<Template | undefined> {
    const { options, secrets } = this;
    const evaluated = await evaluateTemplate(declarations, { ...options, secrets, names: [''] }, diagnostics);
    if (!evaluated) return undefined;
    const { builds, leftOut, scope, sources, variables, values } = evaluated;
    checkTypes(builds, options, diagnostics);
    const hasBuilds = declarations.blocks.some(({ type }) => type === 'build');
    if (!hasBuilds && builds.length === 0) reportError(diagnostics, messages.missingBuild());
    if (diagnostics.hasErrors && !options.tolerant) return undefined;
    return {
      root: declarations.root,
      variables,
      locals: localsOf(declarations.definitions, values),
      requiredPlugins: declarations.plugins,
      sources: [...sources.values()].flatMap(({ instances }) => instances),
      builds,
      leftOut,
      scope,
      secrets,
      files: this.input.files,
    };
  }
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
