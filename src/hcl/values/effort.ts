/** Comparisons of types that one question about types may take. */
const MAX_EFFORT = 200_000;

/** Types are nested so that their common type cannot be found in reasonable time. */
export class EffortError extends RangeError {
  constructor() {
    super('the types are too intricate to be compared');
    this.name = 'EffortError';
  }
}

/** Counts what a question about types has cost: lists of lists without a type of their own are looked at again and again. */
export class Effort {
  private left = MAX_EFFORT;

  /** @throws EffortError when the limit is passed */
  spend(cost: number): void {
    this.left -= cost + 1;
    if (this.left < 0) throw new EffortError();
  }
}
