import { mkdtemp, mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { prepareRender } from '../../src/commands/render.js';
import type { Environment } from '../../src/contract/context.js';
import type { Registry } from '../../src/contract/plugin.js';
import type { Diagnostic } from '../../src/hcl/diagnostic.js';
import { makePlan } from '../../src/plan/make-plan.js';
import type { Plan } from '../../src/plan/plan.js';
import { builtInPlugins } from '../../src/registry.js';
import { loadTemplate } from '../../src/template/load.js';
import type { Template } from '../../src/template/template.js';

export interface TemplateCase {
  /** Laid into an empty folder, which is the working directory. */
  readonly files: Readonly<Record<string, string>>;
  readonly path?: string;
  readonly variables?: readonly { readonly name: string; readonly value: string }[];
  readonly variableFiles?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly only?: readonly string[];
  readonly except?: readonly string[];
  readonly warnUndeclared?: boolean;
  readonly evaluateDataSources?: boolean;
  readonly syntaxOnly?: boolean;
  readonly ignoreMissingPlugins?: boolean;
  readonly tolerant?: boolean;
  readonly sequential?: boolean;
  readonly force?: boolean;
  readonly registry?: Registry;
}

export interface Planned {
  readonly template?: Template;
  readonly plan: Plan;
  readonly diagnostics: readonly Diagnostic[];
  readonly secrets: readonly string[];
  /** Whether an error is among the diagnostics. */
  readonly failed: boolean;
  readonly directory: string;
}

/** Loads and plans a template as `validate` does; `use` sees the result while the folder is there. */
export async function loadAndPlan<T = Planned>(
  given: TemplateCase,
  use: (planned: Planned) => T | Promise<T> = (planned) => planned as T,
): Promise<T> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'imgpack-template-')));
  try {
    for (const [name, text] of Object.entries(given.files)) {
      await mkdir(dirname(join(directory, name)), { recursive: true });
      await writeFile(join(directory, name), text);
    }
    return await use(await run(given, directory));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function run(given: TemplateCase, directory: string): Promise<Planned> {
  const environment: Environment = {
    env: { HOME: directory, ...given.env },
    workingDirectory: directory,
    cacheDirectory: join(directory, '.cache'),
    temporaryDirectory: directory,
    now: () => new Date('2026-01-02T03:04:05Z'),
  };
  const registry = given.registry ?? builtInPlugins;
  const render = prepareRender(environment);
  const loaded = await loadTemplate({
    path: given.path ?? '.',
    variables: given.variables ?? [],
    variableFiles: given.variableFiles ?? [],
    environment,
    registry,
    warnUndeclared: given.warnUndeclared ?? true,
    evaluateDataSources: given.evaluateDataSources ?? false,
    syntaxOnly: given.syntaxOnly ?? false,
    ignoreMissingPlugins: given.ignoreMissingPlugins ?? false,
    ...(given.tolerant !== undefined && { tolerant: given.tolerant }),
    sequential: given.sequential ?? false,
    signal: new AbortController().signal,
    render,
    log: () => undefined,
  });
  const isError = ({ severity }: Diagnostic): boolean => severity === 'error';
  if (!loaded.template || loaded.diagnostics.some(isError)) {
    const { diagnostics, secrets } = loaded;
    return { plan: { builds: [] }, diagnostics, secrets, failed: diagnostics.some(isError), directory };
  }
  const planned = await makePlan(loaded.template, {
    only: given.only,
    except: given.except,
    force: given.force ?? false,
    environment,
    registry,
    ignoreMissingPlugins: given.ignoreMissingPlugins ?? false,
    render,
  });
  const diagnostics = [...loaded.diagnostics, ...planned.diagnostics];
  return {
    template: loaded.template,
    plan: planned.plan,
    diagnostics,
    secrets: planned.secrets,
    failed: diagnostics.some(isError),
    directory,
  };
}

/** What a command line of `validate` or `build` asks for, as far as it concerns loading and planning. */
export function caseOfCommandLine(args: readonly string[]): Omit<TemplateCase, 'files'> {
  const variables: { name: string; value: string }[] = [];
  const variableFiles: string[] = [];
  const lists = new Map<string, string[]>();
  const flags = new Set<string>();
  let path = '.';
  for (let i = 1; i < args.length; i++) {
    const arg = args[i] as string;
    if (!arg.startsWith('-') || arg === '-') {
      path = arg;
      continue;
    }
    const [flag, inline] = splitAt(arg.replace(/^--?/, ''), '=');
    const value = (): string => inline ?? (args[++i] as string);
    if (flag === 'var') {
      const [name, text] = splitAt(value(), '=');
      variables.push({ name, value: text ?? '' });
    } else if (flag === 'var-file') variableFiles.push(value());
    else if (flag === 'only' || flag === 'except') lists.set(flag, [...(lists.get(flag) ?? []), ...value().split(',')]);
    else flags.add(flag);
  }
  const [only, except] = [lists.get('only'), lists.get('except')];
  return {
    path,
    variables,
    variableFiles,
    ...(only && { only }),
    ...(except && { except }),
    warnUndeclared: args[0] === 'validate' && !flags.has('no-warn-undeclared-var'),
    evaluateDataSources: args[0] !== 'validate' || flags.has('evaluate-datasources'),
    syntaxOnly: flags.has('syntax-only'),
    sequential: flags.has('use-sequential-evaluation'),
  };
}

function splitAt(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
