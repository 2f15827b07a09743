/** Tries of one minimisation. */
const MOST_TRIES = 2_000;

/** A shorter input that still fails: cuts ever smaller pieces as long as that goes well. */
export async function minimise(input: string, fails: (text: string) => Promise<boolean>): Promise<string> {
  let best = input;
  let tries = 0;
  for (let size = Math.ceil(best.length / 2); size >= 1;) {
    let isShorter = false;
    for (let at = 0; at < best.length && tries < MOST_TRIES;) {
      const shorter = best.slice(0, at) + best.slice(at + size);
      tries++;
      if (await fails(shorter)) {
        best = shorter;
        isShorter = true;
      } else at += size;
    }
    if (tries >= MOST_TRIES) break;
    if (!isShorter || size > 1) size = size === 1 ? 0 : Math.ceil(size / 2);
  }
  return best;
}
