import { setMaxListeners } from 'node:events';
import type { BuildValues } from '../contract/artifact.js';
import type { Communicator } from '../contract/communicator.js';
import { formatDuration } from '../contract/duration.js';
import { engineMessages } from '../messages/engine.js';
import { CancelledError, ImgpackError } from '../messages/message.js';
import { provisionerStep } from '../plan/keys/build-keys.js';
import type { PlannedProvisioner } from '../plan/plan.js';
import type { BuildRun } from './build-run.js';
import { toFailure } from './failure.js';
import { stepIndex } from './cache/steps.js';
import { askAfterShell, pauseForDebugging, runStep, StepSkipped } from './steps.js';
import { pause, startTimer, untilCancelled } from './waiting.js';

/** How provisioners reach the machine, and what they know of it. */
export interface Access {
  readonly communicator: Communicator;
  readonly values: BuildValues;
}

/** What happens around provisioners. */
export interface ProvisioningHooks {
  /** Provisioners of the build that are done already: as many as this, counted from the first. */
  readonly done: number;
  before(step: string): void;
  /** One is done; `passed` is false where its failure was passed over. */
  after(
    index: number,
    step: string,
    outcome: { readonly passed: boolean; readonly milliseconds: number },
  ): Promise<void>;
}

/** Runs the provisioners of a build in order; the first that fails for good ends it. */
export async function runProvisioners(run: BuildRun, access: Access, hooks: ProvisioningHooks): Promise<void> {
  for (const [index, provisioner] of run.planned.provisioners.entries()) {
    if (index < hooks.done) continue;
    await pauseForDebugging(run, `provisioner \`${provisioner.type}\` comes next`);
    const step = provisionerStep(index, provisioner);
    hooks.before(step);
    const start = performance.now();
    const passed = await runOrSkip(run, step, provisioner, access);
    await hooks.after(index, step, { passed, milliseconds: performance.now() - start });
  }
}

/** A step at which a shell is wanted gets it first; one that the person skips counts as not passed. */
async function runOrSkip(
  run: BuildRun,
  step: string,
  provisioner: PlannedProvisioner,
  access: Access,
): Promise<boolean> {
  const shell = shellFor(run, step, provisioner, access);
  if (shell && isShellBefore(run, step)) {
    await shell();
    const decision = await askAfterShell(run);
    if (decision === 'skip') return false;
    if (decision === 'fail') throw new CancelledError();
  }
  try {
    return await runStep(run, step, () => runProvisioner(run, provisioner, access), shell);
  } catch (error) {
    if (!(error instanceof StepSkipped)) throw error;
    run.complain(error.message);
    return false;
  }
}

function isShellBefore(run: BuildRun, step: string): boolean {
  const { shellBefore } = run.options;
  if (shellBefore === undefined) return false;
  const steps = run.planned.provisioners.map((provisioner, i) => ({ step: provisionerStep(i, provisioner) }));
  return steps[stepIndex(steps, shellBefore)]?.step === step;
}

/** A shell in the machine with the variables that the provisioner gives its scripts; undefined where nobody can use one. */
function shellFor(
  run: BuildRun,
  step: string,
  provisioner: PlannedProvisioner,
  { communicator, values }: Access,
): (() => Promise<void>) | undefined {
  const { shell } = run.options;
  if (!shell || !communicator.interact) return undefined;
  return async () => {
    const config = await run.configure(provisioner, values);
    const context = run.provisionerContext(communicator, values, run.signal);
    const variables = provisioner.definition.environment?.(config, context) ?? new Map<string, string>();
    run.say(`a shell in the machine, at \`${step}\`; leave it with \`exit\``);
    await shell(communicator, shellCommand(variables), run.signal);
  };
}

/** Starts the user's shell with some variables. */
export function shellCommand(variables: ReadonlyMap<string, string>): string {
  const exports = [...variables].map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'; `);
  return `${exports.join('')}exec "\${SHELL:-/bin/sh}" -i`;
}

/**
 * One provisioner with its attempts. With `continue_on_error` a failure becomes a warning, but never a cancellation.
 * @returns whether it did what it was to do
 */
export async function runProvisioner(run: BuildRun, provisioner: PlannedProvisioner, access: Access): Promise<boolean> {
  try {
    await attempts(run, provisioner, access);
    return true;
  } catch (error) {
    if (!provisioner.continueOnError || run.signal.aborted) throw error;
    const { text } = toFailure(error);
    run.complain(
      `warning: provisioner \`${provisioner.type}\` failed, and the build goes on (continue_on_error): ${text}`,
    );
    return false;
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
