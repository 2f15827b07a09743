import type { Diagnostics } from '../diagnostic.js';
import type { SourceRange } from '../source.js';
import type { Value } from '../values/value.js';

/** Rounds of loops that one evaluation may go through. */
export const MAX_ROUNDS = 1_000_000;

/** About how many characters a value may have when it is written out. */
export const MAX_WEIGHT = 32 * 1024 * 1024;

/** Expressions that may stand within each other: more than the parser lets through, less than the stack holds. */
export const MAX_DEPTH = 500;

/** What is left of the limits for one evaluation; shared by all scopes within it. */
export interface Budget {
  rounds: number;
  depth: number;
}

export function fullBudget(): Budget {
  return { rounds: MAX_ROUNDS, depth: MAX_DEPTH };
}

/** Adds up the weight of what a collection is made of, so that it never grows far beyond the limit. */
export class Scales {
  private total = 0;

  /** False, with a diagnostic, as soon as the limit is passed. */
  accepts(value: Value, range: SourceRange, diagnostics: Diagnostics): boolean {
    // Each local can put a list around another one: without a limit, comparing them would overflow the stack.
    if (value.depth >= MAX_DEPTH) {
      refuseDepth(range, diagnostics);
      return false;
    }
    this.total += value.weight;
    if (this.total <= MAX_WEIGHT) return true;
    refuseSize(range, diagnostics);
    return false;
  }
}

export function refuseSize(range: SourceRange, diagnostics: Diagnostics): void {
  diagnostics.error('hcl/too-large', 'the value is too large', {
    subject: range,
    detail: `Written out it would have more than ${MAX_WEIGHT} characters.`,
    suggestion: 'look for a loop or a reference that multiplies it; keep large contents in files',
  });
}

export function refuseDepth(range: SourceRange, diagnostics: Diagnostics): void {
  diagnostics.error('hcl/too-deep', 'the expression is nested too deeply', {
    subject: range,
    detail: `More than ${MAX_DEPTH} expressions or collections stand within each other.`,
    suggestion: 'split a long expression with locals; look for locals that wrap each other',
  });
}

export function refuseRounds(range: SourceRange, diagnostics: Diagnostics): void {
  diagnostics.error('hcl/too-many-rounds', 'the loops do not come to an end', {
    subject: range,
    detail: `One expression may go through ${MAX_ROUNDS} rounds of loops, those of loops within loops included.`,
  });
}
