import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { GoTemplateError, renderGoTemplate } from '../../go-template/render.js';
import { Diagnostics } from '../../hcl/diagnostic.js';
import type { Scope } from '../../hcl/eval/scope.js';
import type { SourceRange } from '../../hcl/source.js';
import type { Body } from '../../hcl/syntax/ast.js';
import { STRING } from '../../hcl/values/type.js';
import { Value } from '../../hcl/values/value.js';
import { NO_ITERATORS } from '../body.js';
import type { Input } from '../input.js';
import type { LoadOptions } from '../load.js';
import { COMPATIBLE_PACKER_VERSION } from '../packer-version.js';
import { reportError } from '../report.js';
import { makeScopes } from '../scopes.js';
import type { Secrets } from '../secrets.js';
import type { BuildBlock, ComponentBlock, InputVariable, SourceBlock, Template } from '../template.js';
import { parseConstraint, satisfies } from '../version-constraint.js';
import { checkDocument } from './check.js';
import { readDocument, type LegacyDocument, type LegacyPostProcessor, type LegacyProvisioner } from './document.js';
import { optionFunctions, type LegacyWorld } from './functions.js';
import { parseJsonDocument } from './json-document.js';
import type { LegacyTemplate, NamedBuilder } from './legacy-template.js';
import { messages } from './messages.js';
import { evaluateVariables, type GivenValue } from './variables.js';
import { readVariableFile } from './variable-file.js';

interface Loading {
  readonly options: LoadOptions;
  readonly input: Input;
  readonly secrets: Secrets;
  readonly diagnostics: Diagnostics;
}

/**
 * Loads a legacy JSON template from `text`. As with HCL2, an error ends the work after its phase: syntax; form; version;
 * values of variables; names.
 */
export async function loadLegacyTemplate(text: string, loading: Loading): Promise<Template | undefined> {
  const { options, input, secrets, diagnostics } = loading;
  const source = input.remember({ name: options.path, text });
  const root = parseJsonDocument(source, diagnostics);
  const document = root && readDocument(root, diagnostics);
  if (!document || diagnostics.hasErrors) return undefined;
  if (options.syntaxOnly) return undefined;
  const found = options.tolerant ? new Diagnostics() : diagnostics;
  checkVersion(document, found);
  if (diagnostics.hasErrors) return undefined;

  const given = await givenValues(loading);
  const { environment } = options;
  const directory = options.path === '-' ? environment.workingDirectory : dirname(options.path);
  const world: LegacyWorld = {
    environment,
    templateDirectory: resolve(environment.workingDirectory, directory),
    startTime: environment.now(),
    homeDirectory: environment.env['HOME'] || homedir(),
  };
  const variables = evaluateVariables(document, given, world, (secret) => secrets.addText(secret), found);
  for (const name of document.sensitive) secrets.addText(variables.get(name) ?? '');
  if (found.hasErrors && !options.tolerant) return undefined;

  checkDocument(document, found);
  const legacy: LegacyTemplate = {
    document,
    variables,
    sensitive: new Set(document.sensitive),
    builders: nameBuilders(document, variables, world, found),
    functions: (build, values) => optionFunctions(world, variables, build, values && ((key) => values[key])),
  };
  if (found.hasErrors && !options.tolerant) return undefined;
  return templateOf(legacy, given, directory, loading);
}

function checkVersion({ minVersion }: LegacyDocument, diagnostics: Diagnostics): void {
  if (!minVersion) return;
  const terms = parseConstraint(`>= ${minVersion.text}`);
  if (!terms) reportError(diagnostics, messages.minVersion(minVersion.text), { subject: minVersion.range });
  else if (!satisfies(COMPATIBLE_PACKER_VERSION, terms))
    reportError(diagnostics, messages.tooOld(minVersion.text, COMPATIBLE_PACKER_VERSION), {
      subject: minVersion.range,
    });
}

/** Values from files, and over them those of the command line. */
async function givenValues({ options, input, diagnostics }: Loading): Promise<Map<string, GivenValue>> {
  const given = new Map<string, GivenValue>();
  for (const path of options.variableFiles)
    for (const [name, value] of await readVariableFile(path, input, diagnostics)) given.set(name, value);
  for (const { name, value } of options.variables) given.set(name, { text: value, origin: 'command line' });
  return given;
}

/** Names may hold `{{ }}` of variables; two that become the same are told apart by nothing and refused. */
function nameBuilders(
  document: LegacyDocument,
  variables: ReadonlyMap<string, string>,
  world: LegacyWorld,
  diagnostics: Diagnostics,
): NamedBuilder[] {
  const functions = optionFunctions(world, variables, undefined, undefined);
  const builders = document.builders.flatMap((builder) => {
    try {
      return [{ ...builder, label: renderGoTemplate(builder.name, {}, functions) }];
    } catch (error) {
      if (!(error instanceof GoTemplateError)) throw error;
      reportError(diagnostics, messages.name(error.message), { subject: builder.typeRange });
      return [];
    }
  });
  return builders.sort((a, b) => Buffer.compare(Buffer.from(a.label), Buffer.from(b.label)));
}

/** The same as a template in HCL2 would be, as far as listings of it are concerned. */
function templateOf(
  legacy: LegacyTemplate,
  given: ReadonlyMap<string, GivenValue>,
  root: string,
  { options, input, secrets }: Loading,
): Template {
  const variables = new Map<string, InputVariable>();
  for (const { name, range } of legacy.document.variables.values()) {
    const value = legacy.variables.get(name);
    const origin = given.get(name)?.origin ?? (value === undefined ? undefined : 'default');
    variables.set(name, {
      name,
      sensitive: legacy.sensitive.has(name),
      type: STRING,
      value: value === undefined ? Value.unknown(STRING) : Value.string(value),
      ...(origin && { origin }),
      range,
    });
  }
  const { general } = makeScopes(root, options.environment);
  const names = [...variables.values()].map(({ name, value }): [string, Value] => [name, value]);
  const scope = general.child([['var', Value.object(names)]]);
  return {
    root,
    variables,
    locals: new Map(),
    requiredPlugins: [],
    sources: legacy.builders.map((builder) => sourceOf(builder, scope)),
    builds: [buildOf(legacy, scope)],
    leftOut: [],
    scope,
    secrets,
    files: input.files,
    legacy,
  };
}

function sourceOf({ type, label, range, typeRange }: NamedBuilder, scope: Scope): SourceBlock {
  return { type, name: label, label, scope, meta: [], body: emptyBody(range), headerRange: typeRange, range };
}

function buildOf({ document, builders }: LegacyTemplate, scope: Scope): BuildBlock {
  return {
    name: '',
    alternatives: [''],
    module: '',
    scope,
    ...(document.description !== undefined && { description: document.description }),
    uses: builders.map(({ type, label, typeRange }) => ({
      type,
      label,
      localName: label,
      localNames: [label],
      labels: [label],
      range: typeRange,
    })),
    provisioners: document.provisioners.map(provisionerOf),
    ...(document.errorCleanup && { errorCleanup: provisionerOf(document.errorCleanup) }),
    chains: document.chains.map((chain) => chain.map((step) => ({ ...componentOf(step), name: step.name }))),
    headerRange: document.range,
    range: document.range,
  };
}

function provisionerOf(provisioner: LegacyProvisioner): BuildBlock['provisioners'][number] {
  return { ...componentOf(provisioner), maxRetries: 0, continueOnError: false };
}

function componentOf({
  type,
  only,
  except,
  range,
  typeRange,
}: LegacyProvisioner | LegacyPostProcessor): ComponentBlock {
  return {
    type,
    only: only?.names ?? [],
    except: except?.names ?? [],
    body: emptyBody(range),
    iterators: NO_ITERATORS,
    typeRange,
    headerRange: typeRange,
    range,
  };
}

function emptyBody(range: SourceRange): Body {
  return { items: [], range, endRange: range, syntax: 'json' };
}
