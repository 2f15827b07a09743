import type { Environment } from '../contract/context.js';
import { Diagnostics } from '../hcl/diagnostic.js';
import { readBody, type ContentBlock } from './body.js';
import type { Declarations } from './declarations.js';
import { readDefinitions } from './definitions.js';
import type { Input, ParsedFile } from './input.js';
import { readModules, type FolderReader } from './modules/declare-module.js';
import { checkRequiredVersion, readRequiredPlugins } from './requirements.js';
import { makeScopes, type Scopes } from './scopes.js';
import { FILE } from './structure.js';
import type { RequiredPlugin } from './template.js';
import { declareVariables } from './variables.js';

/** What it takes to declare modules within modules. */
export interface DeclarationContext {
  readonly input: Input;
  readonly environment: Environment;
  /** One point in time for everything that belongs together. */
  readonly startTime: Date;
  /** Takes every file of the template. */
  readonly remember: (files: readonly ParsedFile[]) => void;
  /** Folders around the one that is read, absolute: a module must not be within itself. */
  readonly around: readonly string[];
}

/** Reads declarations, with those of modules. Undefined where the template asks for another version. */
export async function declare(
  files: readonly ParsedFile[],
  root: string,
  scopes: Scopes,
  context: DeclarationContext,
  diagnostics: Diagnostics,
): Promise<Declarations | undefined> {
  const structure = new Diagnostics();
  const blocks = files.flatMap(({ body }) => readBody(body, FILE, structure).blocks);
  const of = (...types: string[]): ContentBlock[] => blocks.filter(({ type }) => types.includes(type));
  const versions = new Diagnostics();
  checkRequiredVersion(of('packer'), scopes.empty, versions);
  diagnostics.add(versions.list);
  if (versions.hasErrors) return undefined;
  diagnostics.add(structure.list);
  const plugins = readRequiredPlugins(of('packer'), scopes.empty, diagnostics);
  const variables = declareVariables(of('variable', 'variables'), scopes, diagnostics);
  const definitions = readDefinitions(of('locals', 'local', 'data'), scopes.empty, diagnostics);
  const readFolder: FolderReader = (parsed, folder, around) => {
    context.remember(parsed);
    const inner = makeScopes(folder, context.environment, context.startTime);
    return declare(parsed, folder, inner, { ...context, around }, diagnostics);
  };
  const surroundings = { ...context, root, empty: scopes.empty, readFolder };
  const modules = await readModules(of('module'), surroundings, diagnostics);
  for (const module of modules) definitions.set(module.key, module);
  return {
    root,
    scopes,
    blocks,
    plugins: withoutDoubles([...plugins, ...modules.flatMap(({ content }) => content.plugins)]),
    variables,
    definitions,
  };
}

/** A plugin that several modules require is required once. */
function withoutDoubles(plugins: readonly RequiredPlugin[]): RequiredPlugin[] {
  const keys = plugins.map(({ name, source, version }) => JSON.stringify([name, source, version]));
  return plugins.filter((_, i) => keys.indexOf(keys[i] as string) === i);
}
