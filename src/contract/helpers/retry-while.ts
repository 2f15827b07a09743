import { pause } from './pause.js';

const TRIES = 11;
const FIRST_MILLISECONDS = 200;
const LONGEST_MILLISECONDS = 30_000;

export interface Retrying {
  readonly signal: AbortSignal;
  readonly tries?: number;
  readonly first?: number;
}

/** Does `work` again, with growing pauses, as long as it fails in a way that `passes` says will pass. */
export async function retryWhile<T>(
  passes: (error: unknown) => boolean,
  { signal, tries = TRIES, first = FIRST_MILLISECONDS }: Retrying,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= tries || !passes(error)) throw error;
      await pause(Math.min(first * 2 ** (attempt - 1), LONGEST_MILLISECONDS), signal);
    }
  }
}
