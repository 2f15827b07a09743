import { Random } from '../support/random.js';
import { minimise } from './minimise.js';
import type { Target } from './target.js';

export interface Failure {
  readonly target: string;
  /** With `--executions 1`, this seed alone makes the input again. */
  readonly seed: number;
  readonly input: string;
  readonly message: string;
}

export interface Outcome {
  readonly target: string;
  readonly seed: number;
  readonly executions: number;
  readonly slowestMilliseconds: number;
  readonly failures: readonly Failure[];
}

export interface Limits {
  readonly executions: number;
  /** Unlimited when absent. */
  readonly seconds?: number;
  /** An input that takes longer is a failure. Unlimited when absent. */
  readonly slowMilliseconds?: number;
}

/** Failures of one target after which it stops: they mostly have one cause. */
const MOST_FAILURES = 5;

/** Runs a target on the inputs of `seed`, `seed + 1` and so on, and makes the input of every failure small. */
export async function runTarget(target: Target, seed: number, limits: Limits): Promise<Outcome> {
  const until = limits.seconds === undefined ? Infinity : performance.now() + limits.seconds * 1000;
  const failures: Failure[] = [];
  let executions = 0;
  let slowest = 0;
  while (executions < limits.executions && failures.length < MOST_FAILURES) {
    const own = (seed + executions++) >>> 0;
    const input = target.make(new Random(own));
    const begin = performance.now();
    let message = await faultOf(target, input);
    const end = performance.now();
    const isSlow = end - begin > (limits.slowMilliseconds ?? Infinity);
    if (message === undefined && isSlow) message = `took ${Math.round(end - begin)} ms`;
    slowest = Math.max(slowest, end - begin);
    if (message !== undefined) {
      const small = isSlow ? input : await minimise(input, async (text) => (await faultOf(target, text)) !== undefined);
      const smallMessage = (await faultOf(target, small)) ?? message;
      failures.push({ target: target.name, seed: own, input: small, message: smallMessage });
    }
    if (end > until) break;
  }
  return { target: target.name, seed, executions, slowestMilliseconds: slowest, failures };
}

async function faultOf(target: Target, input: string): Promise<string | undefined> {
  try {
    // Only waits where there is something to wait for: most targets run millions of times.
    const pending = target.check(input);
    if (pending) await pending;
    return undefined;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 400) : String(error);
  }
}
