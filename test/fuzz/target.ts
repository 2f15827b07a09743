import type { Random } from '../support/random.js';

/** One thing that must hold for every input. */
export interface Target {
  readonly name: string;
  /** The claim, for the list of targets. */
  readonly claim: string;
  /** Its part of the executions when all targets run: cheap targets get more. */
  readonly weight: number;
  make(random: Random): string;
  /** Throws where the claim does not hold for the input. */
  check(input: string): void | Promise<void>;
}

/** Thrown by a target whose claim does not hold. */
export class Broken extends Error {}

export function hold(isTrue: boolean, claim: string): asserts isTrue {
  if (!isTrue) throw new Broken(claim);
}

export function holdEqual(actual: unknown, expected: unknown, claim: string): void {
  const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (left !== right) throw new Broken(`${claim}: ${left} is not ${right}`);
}
