import { realpath } from 'node:fs/promises';
import { isAbsolute, posix } from 'node:path';
import { Diagnostics } from '../../hcl/diagnostic.js';
import type { Scope } from '../../hcl/eval/scope.js';
import type { SourceRange } from '../../hcl/source.js';
import type { Attribute } from '../../hcl/syntax/ast.js';
import type { Environment } from '../../contract/context.js';
import type { Input, ParsedFile } from '../input.js';
import { STRING } from '../../hcl/values/type.js';
import { nearest } from '../../messages/near.js';
import { ImgpackError } from '../../messages/message.js';
import { readBody, type ContentBlock } from '../body.js';
import { evaluateAs, evaluateConstant } from '../constant.js';
import type { Declarations, ModuleDefinition } from '../declarations.js';
import { EXPANSION } from '../expansion.js';
import { absolute, findTemplateFiles } from '../files.js';
import { messages as templateMessages } from '../messages.js';
import { at, reportError, toDiagnostic } from '../report.js';
import { ANYTHING } from '../structure.js';
import { isIdentifier } from '../variables.js';
import { messages } from './messages.js';

/** Declares what the files of a module say. `around` are the folders that lead to it, its own at the end. */
export type FolderReader = (
  files: readonly ParsedFile[],
  root: string,
  around: readonly string[],
) => Promise<Declarations | undefined>;

interface Surroundings {
  readonly input: Input;
  readonly environment: Environment;
  /** The folder of the template, from which sources of modules count. */
  readonly root: string;
  readonly empty: Scope;
  /** Folders that lead here, absolute: a module must not be within itself. */
  readonly around: readonly string[];
  readonly readFolder: FolderReader;
}

/** Reads `module` blocks with the files of their folders, and of the modules in them. */
export async function readModules(
  blocks: readonly ContentBlock[],
  surroundings: Surroundings,
  diagnostics: Diagnostics,
): Promise<ModuleDefinition[]> {
  const modules = new Map<string, ModuleDefinition>();
  for (const block of blocks) {
    const [label] = block.labels;
    if (!label) continue;
    const before = modules.get(label.value);
    if (!isIdentifier(label.value))
      reportError(diagnostics, templateMessages.invalidName('module', label.value), { subject: label.range });
    else if (before)
      reportError(diagnostics, messages.duplicate(label.value, at(before.headerRange)), { subject: block.headerRange });
    else {
      const module = await readModule(label.value, block, surroundings, diagnostics);
      if (module) modules.set(label.value, module);
    }
  }
  return [...modules.values()];
}

async function readModule(
  name: string,
  block: ContentBlock,
  surroundings: Surroundings,
  diagnostics: Diagnostics,
): Promise<ModuleDefinition | undefined> {
  const { empty } = surroundings;
  const { attributes } = readBody(block.body, ANYTHING, diagnostics);
  const source = attributes.get('source');
  const found = new Diagnostics();
  const folder = source && evaluateAs(source, STRING, (item) => evaluateConstant(item, empty, found), found)?.text;
  diagnostics.add(found.list);
  if (!source) reportError(diagnostics, messages.withoutSource(name), { subject: block.headerRange });
  if (!source || folder === undefined) return undefined;
  const content = await readFolder(folder, source.expression.range, surroundings, diagnostics);
  if (!content) return undefined;
  const isMeta = (argument: string): boolean => (EXPANSION as readonly string[]).includes(argument);
  const values = new Map([...attributes].filter(([argument]) => argument !== 'source' && !isMeta(argument)));
  checkArguments(name, values, content, block.headerRange, diagnostics);
  return {
    kind: 'module',
    key: `module.${name}`,
    name,
    meta: new Map([...attributes].filter(([argument]) => isMeta(argument))),
    values,
    content,
    headerRange: block.headerRange,
    range: block.range,
  };
}

/** The declarations of a folder; it counts from the folder of the template that names it. */
async function readFolder(
  folder: string,
  subject: SourceRange,
  surroundings: Surroundings,
  diagnostics: Diagnostics,
): Promise<Declarations | undefined> {
  const { input, environment, root, around } = surroundings;
  if (!/^\.{1,2}(\/|$)/.test(folder) && !isAbsolute(folder)) {
    reportError(diagnostics, messages.source(folder), { subject });
    return undefined;
  }
  const path = isAbsolute(folder) ? folder : posix.join(root, folder);
  const found = new Diagnostics();
  try {
    const files = await findTemplateFiles(path, environment.workingDirectory);
    const real = await realpath(absolute(path, environment.workingDirectory));
    if (around.includes(real)) {
      reportError(diagnostics, messages.withinItself([...around.slice(around.indexOf(real)), real]), { subject });
      return undefined;
    }
    const parsed = await input.read(files.templates, found);
    diagnostics.add(found.list);
    if (found.hasErrors) return undefined;
    return await surroundings.readFolder(parsed, files.root, [...around, real]);
  } catch (error) {
    if (!(error instanceof ImgpackError)) throw error;
    const { code, message: text, hint } = error;
    diagnostics.list.push(toDiagnostic('error', { code, text, ...(hint !== undefined && { hint }) }, { subject }));
    return undefined;
  }
}

/** Every argument is a variable of the module, and every variable without a default is given. */
function checkArguments(
  module: string,
  values: ReadonlyMap<string, Attribute>,
  { variables }: Declarations,
  header: SourceRange,
  diagnostics: Diagnostics,
): void {
  for (const [name, { nameRange }] of values) {
    if (!variables.has(name))
      reportError(diagnostics, messages.unknownArgument(name, module, nearest(name, variables.keys())), {
        subject: nameRange,
      });
  }
  for (const { name, assignments, range } of variables.values()) {
    if (assignments.length === 0 && !values.has(name))
      reportError(diagnostics, messages.missingArgument(name, module, at(range)), { subject: header });
  }
}
