import { setMaxListeners } from 'node:events';
import type { BuildValues } from '../contract/artifact.js';
import type { Communicator } from '../contract/communicator.js';
import { formatDuration } from '../contract/duration.js';
import { engineMessages } from '../messages/engine.js';
import { CancelledError, ImgpackError } from '../messages/message.js';
import type { PlannedProvisioner } from '../plan/plan.js';
import type { BuildRun } from './build-run.js';
import { toFailure } from './failure.js';
import { pauseForDebugging, runStep } from './steps.js';
import { pause, startTimer, untilCancelled } from './waiting.js';

/** How provisioners reach the machine, and what they know of it. */
export interface Access {
  readonly communicator: Communicator;
  readonly values: BuildValues;
}

/** Runs the provisioners of a build in order; the first that fails for good ends it. */
export async function runProvisioners(run: BuildRun, access: Access): Promise<void> {
  for (const [index, provisioner] of run.planned.provisioners.entries()) {
    await pauseForDebugging(run, `provisioner \`${provisioner.type}\` comes next`);
    const step = `provisioner ${index + 1}: ${provisioner.name ?? provisioner.type}`;
    await runStep(run, step, () => runProvisioner(run, provisioner, access));
  }
}

/** One provisioner with its attempts. With `continue_on_error` a failure becomes a warning, but never a cancellation. */
export async function runProvisioner(run: BuildRun, provisioner: PlannedProvisioner, access: Access): Promise<void> {
  try {
    await attempts(run, provisioner, access);
  } catch (error) {
    if (!provisioner.continueOnError || run.signal.aborted) throw error;
    const { text } = toFailure(error);
    run.complain(
      `warning: provisioner \`${provisioner.type}\` failed, and the build goes on (continue_on_error): ${text}`,
    );
  }
}

/** The first failure is the one reported: later ones are often its consequences. */
async function attempts(run: BuildRun, provisioner: PlannedProvisioner, access: Access): Promise<void> {
  let first: unknown;
  for (let left = Math.max(0, provisioner.maxRetries); ; left--) {
    const mark = run.resources.mark();
    try {
      await attempt(run, provisioner, access);
      return;
    } catch (error) {
      if (run.signal.aborted) throw new CancelledError();
      first ??= error;
      if (left === 0) throw first;
      run.say(`Provisioner failed with "${toFailure(error).text}", retrying with ${left} trie(s) left`);
    } finally {
      await undoAttempt(run, mark);
    }
  }
}

/** What an attempt created (a script's temporary file) goes with it. */
async function undoAttempt(run: BuildRun, mark: number): Promise<void> {
  for (const { what, error } of await run.resources.undo(mark)) run.log(`${what}: ${String(error)}`);
}

/** As Packer has it, `timeout` has no effect beside `pause_before`. */
async function attempt(run: BuildRun, provisioner: PlannedProvisioner, access: Access): Promise<void> {
  if (provisioner.pauseBefore !== undefined && provisioner.pauseBefore > 0) {
    run.say(`Pausing ${formatDuration(provisioner.pauseBefore)} before the next provisioner...`);
    await pause(provisioner.pauseBefore, run.signal);
    await configureAndRun(run, provisioner, access, run.signal);
  } else if (provisioner.timeout !== undefined && provisioner.timeout > 0) {
    await attemptWithin(provisioner.timeout, run, provisioner, access);
  } else {
    await configureAndRun(run, provisioner, access, run.signal);
  }
}

async function attemptWithin(
  milliseconds: number,
  run: BuildRun,
  provisioner: PlannedProvisioner,
  access: Access,
): Promise<void> {
  const limit = formatDuration(milliseconds);
  run.say(`Setting a ${limit} timeout for the next provisioner...`);
  const late = new AbortController();
  const timer = startTimer(() => {
    run.complain('Cancelling provisioner after a timeout...');
    late.abort();
  }, milliseconds);
  const signal = AbortSignal.any([run.signal, late.signal]);
  setMaxListeners(0, signal);
  try {
    await untilCancelled(configureAndRun(run, provisioner, access, signal), signal, run.grace);
  } catch (error) {
    if (!late.signal.aborted || run.signal.aborted) throw error;
    const cause = error instanceof CancelledError ? undefined : error;
    throw new ImgpackError(engineMessages.provisionerTimeout(provisioner.type, limit), {
      place: provisioner.place,
      cause,
    });
  } finally {
    clearTimeout(timer);
  }
}

/** The options are evaluated at the last moment, with what is known of the machine by now. */
async function configureAndRun(
  run: BuildRun,
  provisioner: PlannedProvisioner,
  { communicator, values }: Access,
  signal: AbortSignal,
): Promise<void> {
  const config = await run.configure(provisioner, values);
  await provisioner.definition.run(config, run.provisionerContext(communicator, values, signal));
}

/**
 * Runs the `error-cleanup-provisioner` after `failure`, and says so even where there is none.
 * @returns the failure to report: its own failure comes with the original one
 */
export async function runErrorCleanup(run: BuildRun, access: Access, failure: unknown): Promise<unknown> {
  run.say('Provisioning step had errors: Running the cleanup provisioner, if present...');
  const { errorCleanup } = run.planned;
  if (!errorCleanup) return failure;
  try {
    await runProvisioner(run, errorCleanup, access);
    return failure;
  } catch (error) {
    const original = toFailure(failure);
    return new ImgpackError(engineMessages.cleanupProvisionerFailed(toFailure(error).text, original.text), {
      cause: failure,
      ...(original.place && { place: original.place }),
      ...(original.details && { details: original.details }),
    });
  }
}
