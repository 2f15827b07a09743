import { randomUUID } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import type { BuildSummary, RunEvent, Reporter } from '../contract/events.js';
import type { Json } from '../contract/json.js';
import type { Host } from '../host.js';
import { connect } from '../communicators/connect.js';
import type { OnError } from '../engine/options.js';
import { runPlan } from '../engine/run.js';
import { commandMessages } from '../messages/commands.js';
import { ImgpackError } from '../messages/message.js';
import { humanReporter } from '../reporters/human.js';
import { debugLogReporter } from '../reporters/debug-log.js';
import { jsonReporter } from '../reporters/json.js';
import { machineReadableReporter } from '../reporters/machine-readable.js';
import type { BuildValues } from './flag-tables.js';
import type { CommandArguments } from './command.js';
import { stateDirectoryOf } from './environment.js';
import { faultOf, wantsColor } from './faults.js';
import { openRunCache, ownOutputs } from './run-cache.js';
import { runRender } from './render.js';
import { resourceKinds } from './resource-kinds.js';
import { debugLog, isLogging, openSession } from './session.js';
import { saveRun, type RunRecord } from './runs.js';
import { askAtTerminal, shellAtTerminal } from './terminal.js';

/** Stopped by a second signal, without cleaning up: the journal tells `imgpack cleanup` what is left. */
const EXIT_STOPPED = 130;

/** What other commands ask of a build. */
export interface BuildExtras {
  /** A step before which a shell is opened in the machine. */
  readonly shellBefore?: string;
}

/** `imgpack build`: exit 0 if everything was built, 1 if anything failed or the run was interrupted. */
export async function run(values: CommandArguments<BuildValues>, host: Host, more: BuildExtras = {}): Promise<number> {
  const path = values.positionals[0] as string;
  const runId = randomUUID();
  const reporters = reportersFor(values, host);
  const cancel = new AbortController();
  const tell = (event: RunEvent) => reporters.forEach((reporter) => reporter.event(event));
  const stopListening = host.onSignal((signal) => {
    if (cancel.signal.aborted && signal !== 'SIGPIPE') host.exitNow(EXIT_STOPPED);
    tell({ type: 'cancelling', signal });
    cancel.abort(signal);
  });
  try {
    const session = await openSession(
      {
        path,
        values,
        warnUndeclared: values['warn-on-undeclared-var'],
        evaluateDataSources: true,
        force: values.force,
        signal: cancel.signal,
        write: (text) => host.out(text),
        isOwnOutput: ownOutputs(path, host),
      },
      host,
    );
    if (session.failed) return 1;
    const { plan, failed } = await session.plan();
    if (plan.builds.length === 0) {
      if (!failed) session.faults.print([faultOf(new ImgpackError(commandMessages.noBuilds()))]);
      return 1;
    }
    const shell = values['machine-readable'] ? undefined : shellAtTerminal(host);
    const complain = (text: string) => tell({ type: 'complaint', origin: {}, text });
    const needsCache = plan.builds.some(({ builder }) => builder.definition.caching);
    const cache = needsCache ? await openRunCache(path, values, session.redactor, host, complain) : undefined;
    const outcome = await runPlan(plan, {
      ...(cache && { cache }),
      runId,
      environment: { ...session.environment, env: { ...session.environment.env, PACKER_RUN_UUID: runId } },
      parallelBuilds: values.debug ? 1 : values['parallel-builds'],
      onError: values['on-error'] as OnError,
      force: values.force,
      debug: values.debug,
      reporters,
      stateDirectory: stateDirectoryOf(host),
      redactor: session.redactor,
      connect,
      render: runRender(session.environment, session.template?.legacy),
      ...(!values['machine-readable'] && { prompt: askAtTerminal(host) }),
      ...(shell && { shell }),
      ...(more.shellBefore !== undefined && { shellBefore: more.shellBefore }),
      signal: cancel.signal,
      resourceKinds,
      log: debugLog(host),
    });
    const builds = plan.builds.map(({ identity: { name } }) => stateOf(name, outcome.results));
    await saveRun(stateDirectoryOf(host), {
      runId,
      at: new Date().toISOString(),
      workingDirectory: resolve(host.workingDirectory),
      template: resolve(host.workingDirectory, path),
      outcome: outcome.cancelled ? 'cancelled' : outcome.succeeded ? 'succeeded' : 'failed',
      builds,
      flags: JSON.parse(JSON.stringify(values)) as Json,
    }).catch((error: unknown) => debugLog(host)(`remembering the run: ${String(error)}`));
    if (!outcome.succeeded && cache) tell({ type: 'say', origin: {}, text: howToGoOn(runId, builds) });
    if (failed || !outcome.succeeded) return 1;
    const changed = outcome.results.some(({ unchanged }) => unchanged !== true);
    return changed ? (values['changed-exit-code'] ?? 0) : 0;
  } finally {
    stopListening();
    for (const reporter of reporters) await reporter.close?.();
  }
}

/** What to do about a run that did not get to its end. */
function howToGoOn(runId: string, builds: RunRecord['builds']): string {
  const run = runId.split('-')[0] ?? runId;
  const step = builds.find(({ failedStep }) => failedStep !== undefined)?.failedStep;
  const where = step === undefined ? 'where it stopped' : `at \`${step}\``;
  return `\n\`imgpack resume ${run}\` goes on ${where}, \`imgpack shell ${run}\` opens a shell in the machine before it.`;
}

function stateOf(name: string, results: readonly BuildSummary[]): RunRecord['builds'][number] {
  const result = results.find(({ build }) => build === name);
  const { failedStep } = result ?? {};
  return { name, done: result !== undefined && !result.failure, ...(failedStep !== undefined && { failedStep }) };
}

/** Who tells of a run: a person at the terminal, a program, a file. */
export function reportersFor(
  values: Pick<BuildValues, 'events' | 'machine-readable' | 'color' | 'timestamp-ui'>,
  host: Host,
): Reporter[] {
  const write = (text: string) => host.out(text);
  const now = () => new Date();
  const others: Reporter[] = [];
  if (values.events !== undefined) others.push(eventsFile(resolve(host.workingDirectory, values.events)));
  if (isLogging(host)) others.push(debugLogReporter({ write: (line) => debugLog(host)(line.trimEnd()), now }));
  if (values['machine-readable']) return [machineReadableReporter({ write, now }), ...others];
  return [
    humanReporter({
      write,
      now,
      color: values.color,
      escapes: wantsColor(host, values.color),
      timestamps: values['timestamp-ui'],
    }),
    ...others,
  ];
}

/** Every event as a line of JSON in a file of its owner's. */
function eventsFile(path: string): Reporter {
  const file = openSync(path, 'w', 0o600);
  const reporter = jsonReporter({ write: (text) => void writeSync(file, text), now: () => new Date() });
  return {
    event: (event) => reporter.event(event),
    async close() {
      await reporter.close?.();
      closeSync(file);
    },
  };
}
