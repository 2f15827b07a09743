import { resolve } from 'node:path';
import type { JsonObject } from '../contract/json.js';
import type { Host } from '../host.js';
import { commandMessages } from '../messages/commands.js';
import { ImgpackError } from '../messages/message.js';
import * as build from './build.js';
import type { CommandArguments } from './command.js';
import { stateDirectoryOf } from './environment.js';
import type { BuildValues, ResumeValues } from './flag-tables.js';
import { flagsOf, listRuns, type RunRecord } from './runs.js';

/** `imgpack resume [run]`: goes on with the builds of a run that did not get to their end; exit codes as `build`. */
export function run(values: CommandArguments<ResumeValues>, host: Host): Promise<number> {
  return resumeRun(values, host, () => ({}));
}

/**
 * Runs `build` once more with the flags of an earlier run, for its builds that are not done.
 * @param extras what is asked of the build, from the step at which the run failed
 */
export async function resumeRun(
  { positionals, from, 'on-error': onError, color }: CommandArguments<ResumeValues>,
  host: Host,
  extras: (failedStep: string | undefined) => build.BuildExtras,
): Promise<number> {
  const stateDirectory = stateDirectoryOf(host);
  const record = chooseRun(await listRuns(stateDirectory), positionals[0], host.workingDirectory);
  const flags = (await flagsOf(stateDirectory, record)) as JsonObject as unknown as CommandArguments<BuildValues>;
  const open = record.builds.filter(({ done }) => !done);
  const { failedStep } = open.find((one) => one.failedStep !== undefined) ?? {};
  const started = { ...host, workingDirectory: record.workingDirectory };
  return build.run(
    {
      ...flags,
      only: open.length > 0 ? open.map(({ name }) => name) : flags.only,
      'no-cache': false,
      ...(from !== undefined && { 'cache-from-step': from }),
      ...(onError !== undefined && { 'on-error': onError }),
      color,
    },
    started,
    extras(failedStep),
  );
}

/**
 * The run of this id (a unique beginning will do); without one, the last that did not end well of a template in this folder.
 * @throws ImgpackError `command/no-such-run`, `command/nothing-to-resume`
 */
export function chooseRun(runs: readonly RunRecord[], wanted: string | undefined, workingDirectory: string): RunRecord {
  if (wanted !== undefined) {
    const found = runs.filter(({ runId }) => runId.startsWith(wanted));
    const [only] = found;
    if (!only || found.length > 1) throw new ImgpackError(commandMessages.noSuchRun(wanted, found.length));
    return only;
  }
  const here = resolve(workingDirectory);
  const last = runs.find((one) => one.workingDirectory === here);
  if (!last || last.outcome === 'succeeded')
    throw new ImgpackError(commandMessages.nothingToResume(last !== undefined));
  return last;
}
