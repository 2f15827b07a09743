import { randomUUID } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import type { RunEvent, Reporter } from '../contract/events.js';
import type { Host } from '../host.js';
import { connect } from '../communicators/connect.js';
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
import { runRender } from './render.js';
import { resourceKinds } from './resource-kinds.js';
import { debugLog, isLogging, openSession } from './session.js';
import { askAtTerminal } from './terminal.js';

/** Stopped by a second signal, without cleaning up: the journal tells `imgpack cleanup` what is left. */
const EXIT_STOPPED = 130;

/** `imgpack build`: exit 0 if everything was built, 1 if anything failed or the run was interrupted. */
export async function run(values: CommandArguments<BuildValues>, host: Host): Promise<number> {
  const path = values.positionals[0] as string;
  const runId = randomUUID();
  const reporters = reportersFor(values, host);
  const cancel = new AbortController();
  const tell = (event: RunEvent) => reporters.forEach((reporter) => reporter.event(event));
  const stopListening = host.onSignal((signal) => {
    if (cancel.signal.aborted) host.exitNow(EXIT_STOPPED);
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
      },
      host,
    );
    if (session.failed) return 1;
    const { plan, failed } = await session.plan();
    if (plan.builds.length === 0) {
      if (!failed) session.faults.print([faultOf(new ImgpackError(commandMessages.noBuilds()))]);
      return 1;
    }
    const outcome = await runPlan(plan, {
      runId,
      environment: { ...session.environment, env: { ...session.environment.env, PACKER_RUN_UUID: runId } },
      parallelBuilds: values.debug ? 1 : values['parallel-builds'],
      onError: values['on-error'] as 'cleanup' | 'abort' | 'ask' | 'run-cleanup-provisioner',
      force: values.force,
      debug: values.debug,
      reporters,
      stateDirectory: stateDirectoryOf(host),
      redactor: session.redactor,
      connect,
      render: runRender(session.environment, session.template?.legacy),
      ...(!values['machine-readable'] && { prompt: askAtTerminal(host) }),
      signal: cancel.signal,
      resourceKinds,
      log: debugLog(host),
    });
    return failed || !outcome.succeeded ? 1 : 0;
  } finally {
    stopListening();
    for (const reporter of reporters) await reporter.close?.();
  }
}

function reportersFor(values: BuildValues, host: Host): Reporter[] {
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
