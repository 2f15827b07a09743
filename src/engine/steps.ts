import { CancelledError } from '../messages/message.js';
import type { BuilderContext } from '../contract/context.js';
import type { Pipeline } from '../contract/plugin.js';
import type { BuildRun } from './build-run.js';
import { toFailure } from './failure.js';
import { untilCancelled } from './waiting.js';

/**
 * Runs the steps of a pipeline in order. Each sees `state` and what the ones before it returned.
 * @returns the state with everything that the steps added
 */
export async function runPipeline<C, After extends object>(
  run: BuildRun,
  pipeline: Pipeline<C, After>,
  context: BuilderContext<C>,
  state: object,
): Promise<After> {
  let current: object = state;
  for (const step of pipeline.steps) {
    const added = await runStep(run, step.name, () => step.run(context, current));
    current = { ...current, ...added };
  }
  return current as After;
}

/**
 * Runs one step: its begin and end are told, a cancelled one is waited for, and with `-on-error=ask` a failed one is
 * repeated as often as the user wishes, each time without what the failed attempt created.
 */
export async function runStep<T>(
  run: BuildRun,
  step: string,
  work: () => Promise<T>,
  shell?: () => Promise<void>,
): Promise<T> {
  for (;;) {
    if (run.signal.aborted) throw new CancelledError();
    const mark = run.resources.mark();
    try {
      const result = await timedStep(run, step, work);
      await pauseForDebugging(run, `step \`${step}\` is done`);
      return result;
    } catch (error) {
      const decision = await decide(run, step, error, shell);
      if (decision === 'skip') throw new StepSkipped(step, error);
      if (decision !== 'retry') throw error;
      for (const { what, error: reason } of await run.resources.undo(mark)) run.log(`${what}: ${String(reason)}`);
    }
  }
}

async function timedStep<T>(run: BuildRun, step: string, work: () => Promise<T>): Promise<T> {
  const origin = { build: run.name };
  const start = performance.now();
  run.emit({ type: 'step-started', origin, step });
  const finished = (failure?: unknown) =>
    run.emit({
      type: 'step-finished',
      origin,
      step,
      milliseconds: performance.now() - start,
      ...(failure !== undefined && { failure: toFailure(failure) }),
    });
  try {
    const result = await untilCancelled(work(), run.signal, run.grace);
    finished();
    return result;
  } catch (error) {
    finished(error);
    throw error;
  }
}

/** The person at the terminal passed over a step that failed. */
export class StepSkipped extends Error {
  constructor(step: string, cause: unknown) {
    super(`step \`${step}\` was skipped`, { cause });
  }
}

type Decision = 'retry' | 'skip' | 'fail';

/** With `-on-error=ask` and `shell` the person decides; nobody there to ask means clean up. */
async function decide(
  run: BuildRun,
  step: string,
  error: unknown,
  shell: (() => Promise<void>) | undefined,
): Promise<Decision> {
  const { onError, prompt } = run.options;
  const asks = onError === 'ask' || (onError === 'shell' && shell !== undefined);
  if (!asks || run.isRestoring || run.signal.aborted || !prompt || error instanceof StepSkipped) return 'fail';
  run.complain(toFailure(error).text);
  run.complain(`step \`${step}\` failed`);
  if (onError === 'shell') {
    await shell?.();
    return askAfterShell(run);
  }
  return choose(run, '[c] clean up and exit, [a] abort without cleanup, [r] retry the step (c)', {
    r: 'retry',
    a: 'abort',
    c: 'fail',
    '': 'fail',
  });
}

/** What comes after a shell in the machine: the step once more, the one after it, or the end. */
export const askAfterShell = (run: BuildRun): Promise<Decision> =>
  choose(run, '[r] run the step, [s] skip it, [c] clean up and exit, [a] abort without cleanup (r)', {
    r: 'retry',
    '': 'retry',
    s: 'skip',
    c: 'fail',
    a: 'abort',
  });

async function choose(
  run: BuildRun,
  question: string,
  answers: Readonly<Record<string, Decision | 'abort'>>,
): Promise<Decision> {
  for (;;) {
    const answer = await run.ask(question).catch((reason: unknown) => {
      run.log(`no answer: ${String(reason)}`);
      return 'c';
    });
    const decision = answers[answer.trim().toLowerCase()];
    if (decision === 'abort') run.abandoned = true;
    if (decision !== undefined) return decision === 'abort' ? 'fail' : decision;
  }
}

/** With `-debug` the build waits for Enter where someone is there to press it. */
export async function pauseForDebugging(run: BuildRun, where: string): Promise<void> {
  if (!run.options.debug || !run.options.prompt || run.signal.aborted) return;
  await run.ask(`paused: ${where}. Press Enter to go on.`);
}
