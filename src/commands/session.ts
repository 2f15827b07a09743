import { appendFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import type { Environment } from '../contract/context.js';
import type { Host } from '../host.js';
import type { Printable } from '../messages/print.js';
import { Redactor } from '../messages/redactor.js';
import { makePlan } from '../plan/make-plan.js';
import type { Plan } from '../plan/plan.js';
import { builtInPlugins } from '../registry.js';
import { loadTemplate } from '../template/load.js';
import type { Template } from '../template/template.js';
import type { commonFlags, FlagValues } from './flags.js';
import { environmentOf } from './environment.js';
import { faultPrinter, readSource, wantsColor, type FaultPrinter } from './faults.js';
import { prepareRender } from './render.js';
import { parseVariables, splitList } from './variables.js';

type CommonValues = FlagValues<typeof commonFlags> & { readonly color?: boolean };

export interface SessionOptions {
  /** The file or folder as typed. */
  readonly path: string;
  readonly values: CommonValues;
  readonly warnUndeclared: boolean;
  readonly evaluateDataSources: boolean;
  readonly syntaxOnly?: boolean;
  readonly ignoreMissingPlugins?: boolean;
  /** Go on although variables are unset or checks fail (`inspect`). */
  readonly tolerant?: boolean;
  readonly force?: boolean;
  readonly signal: AbortSignal;
  /** As in `PlanOptions`. */
  readonly isOwnOutput?: (build: string, path: string) => Promise<boolean>;
  /** Where faults go; standard output as Packer does, unless the output is data. */
  readonly write: (text: string, severity: 'error' | 'warning') => void;
  /** Takes the faults as data, beside their text. */
  readonly collect?: (fault: Printable) => void;
}

/** A template as loaded for one command, with what it takes to report on it. */
export interface Session {
  readonly environment: Environment;
  readonly redactor: Redactor;
  readonly faults: FaultPrinter;
  readonly template: Template | undefined;
  readonly failed: boolean;
  /** Plans what `-only` and `-except` select; faults are printed. */
  plan(): Promise<{ readonly plan: Plan; readonly failed: boolean }>;
}

/** Loads the template, prints what is wrong with it, and is ready to plan. */
export async function openSession(options: SessionOptions, host: Host): Promise<Session> {
  const environment = environmentOf(host);
  const redactor = new Redactor();
  let sources: ReadonlyMap<string, { text: string }> = new Map();
  const faults = faultPrinter({
    write: options.write,
    color: wantsColor(host, options.values.color ?? true) && !options.values['machine-readable'],
    sources: (file) => sources.get(file)?.text ?? readSource(file),
    redactor,
    annotate: host.env['GITHUB_ACTIONS'] === 'true' && !options.values['machine-readable'] && !options.collect,
    ...(options.collect && { collect: options.collect }),
  });
  const loaded = await loadTemplate({
    path: options.path,
    variables: parseVariables(options.values.var),
    variableFiles: options.values['var-file'] ?? [],
    environment,
    registry: builtInPlugins,
    warnUndeclared: options.warnUndeclared,
    evaluateDataSources: options.evaluateDataSources,
    syntaxOnly: options.syntaxOnly === true,
    ignoreMissingPlugins: options.ignoreMissingPlugins === true,
    tolerant: options.tolerant === true,
    sequential: options.values['use-sequential-evaluation'],
    readStandardInput: () => readAll(host.stdin),
    signal: options.signal,
    render: prepareRender(environment),
    log: debugLog(host),
  });
  sources = loaded.sources;
  for (const secret of loaded.secrets) redactor.add(secret);
  const failed = faults.print(loaded.diagnostics);
  return {
    environment,
    redactor,
    faults,
    template: loaded.template,
    failed,
    async plan() {
      if (!loaded.template) return { plan: { builds: [] }, failed: true };
      const { plan, diagnostics, secrets } = await makePlan(loaded.template, {
        only: splitList(options.values.only),
        except: splitList(options.values.except),
        force: options.force === true,
        environment,
        registry: builtInPlugins,
        ignoreMissingPlugins: options.ignoreMissingPlugins === true,
        render: prepareRender(environment),
        ...(options.isOwnOutput && { isOwnOutput: options.isOwnOutput }),
      });
      for (const secret of secrets) redactor.add(secret);
      return { plan, failed: faults.print(diagnostics) };
    },
  };
}

/** Whether `PACKER_LOG` asks for the debug log, or `PACKER_LOG_PATH` names a file for it. */
export function isLogging(host: Host): boolean {
  const level = host.env['PACKER_LOG'];
  return (level !== undefined && level !== '' && level !== '0') || Boolean(host.env['PACKER_LOG_PATH']);
}

/** Writes debug lines to standard error, or to the file of `PACKER_LOG_PATH`; nowhere unless the log is asked for. */
export function debugLog(host: Host): (text: string) => void {
  if (!isLogging(host)) return () => undefined;
  const path = host.env['PACKER_LOG_PATH'];
  if (!path) return (text) => host.err(`${text}\n`);
  return (text) => appendFileSync(resolve(host.workingDirectory, path), `${text}\n`, { mode: 0o600 });
}
