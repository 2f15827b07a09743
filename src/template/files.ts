import { readdir, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { compareBytes } from '../hcl/values/type.js';
import { ImgpackError } from '../messages/message.js';
import { messages } from './messages.js';

/** A file that belongs to the template. */
export interface TemplatePath {
  /** As shown: relative to the working directory where the argument was. */
  readonly name: string;
  readonly syntax: 'native' | 'json';
}

/** What a template argument stands for. */
export interface TemplateFiles {
  /** `path.root`: the folder as typed, or the parent of the file as typed, with `/` on every system. */
  readonly root: string;
  /** Native files by name, then JSON files by name: the order in which they count as one configuration. */
  readonly templates: readonly TemplatePath[];
  /** Variable files that are read without being asked for; only a folder has them. */
  readonly automatic: readonly TemplatePath[];
}

/**
 * Finds the files of the template that `path` names.
 * @throws ImgpackError where it does not exist, holds no template, or is not an HCL template
 */
export async function findTemplateFiles(path: string, workingDirectory: string): Promise<TemplateFiles> {
  const kind = await kindOf(path, workingDirectory);
  if (kind === 'directory') return filesOfDirectory(path, workingDirectory);
  if (kind === 'missing') throw new ImgpackError(messages.templateNotFound(path));
  const syntax = templateSyntax(path);
  if (!syntax) throw new ImgpackError(path === '-' ? messages.standardInput() : messages.notAnHclTemplate(path));
  return { root: slashes(dirname(path)), templates: [{ name: path, syntax }], automatic: [] };
}

/** Whether `path` is a template in the old JSON form: a file of any other name than those of HCL2, or standard input. */
export async function isLegacyTemplate(path: string, workingDirectory: string): Promise<boolean> {
  return !templateSyntax(path) && (await kindOf(path, workingDirectory)) === 'file';
}

/** The syntax that a variable file's extension announces: `.hcl` or `.json`. */
export function variableFileSyntax(path: string): 'native' | 'json' | undefined {
  if (path.endsWith('.hcl')) return 'native';
  return path.endsWith('.json') ? 'json' : undefined;
}

async function filesOfDirectory(path: string, workingDirectory: string): Promise<TemplateFiles> {
  const directory = absolute(path, workingDirectory);
  const entries = await readdir(directory, { withFileTypes: true });
  const names: string[] = [];
  for (const entry of entries) {
    const isFile = entry.isSymbolicLink()
      ? !(await stat(join(directory, entry.name))).isDirectory()
      : !entry.isDirectory();
    if (isFile) names.push(entry.name);
  }
  names.sort(compareBytes);
  const select = (native: string, json: string): TemplatePath[] => [
    ...names
      .filter((name) => name.endsWith(native))
      .map((name) => ({ name: join(path, name), syntax: 'native' as const })),
    ...names.filter((name) => name.endsWith(json)).map((name) => ({ name: join(path, name), syntax: 'json' as const })),
  ];
  const templates = select('.pkr.hcl', '.pkr.json');
  if (templates.length === 0) throw new ImgpackError(messages.emptyFolder(path));
  return { root: slashes(path), templates, automatic: select('.auto.pkrvars.hcl', '.auto.pkrvars.json') };
}

async function kindOf(path: string, workingDirectory: string): Promise<'file' | 'directory' | 'missing'> {
  if (path === '-') return 'file';
  try {
    return (await stat(absolute(path, workingDirectory))).isDirectory() ? 'directory' : 'file';
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'missing';
    throw new ImgpackError(messages.unreadable(path), { cause });
  }
}

function templateSyntax(path: string): 'native' | 'json' | undefined {
  if (path.endsWith('.pkr.hcl')) return 'native';
  return path.endsWith('.pkr.json') ? 'json' : undefined;
}

/** `path` from the working directory. */
export function absolute(path: string, workingDirectory: string): string {
  return isAbsolute(path) ? path : join(workingDirectory, path);
}

function slashes(path: string): string {
  return path.replaceAll('\\', '/');
}
