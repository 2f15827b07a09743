/** What counts of an image. */
export interface Dated {
  readonly id: string;
  /** As AWS writes times: they sort as texts. */
  readonly created: string;
}

export interface Retention {
  /** How many of the newest stay, whatever their age. */
  readonly keep: number | undefined;
  /** Milliseconds; older images go. */
  readonly maxAge: number | undefined;
}

/**
 * The images that go: all but the newest `keep`, or those older than `maxAge`; with both set, those that are neither among
 * the newest nor young. What was just built never goes.
 */
export function imagesToRemove<T extends Dated>(
  images: readonly T[],
  { keep, maxAge }: Retention,
  now: Date,
  built: ReadonlySet<string>,
): T[] {
  const newestFirst = [...images].sort((a, b) => b.created.localeCompare(a.created));
  return newestFirst.filter(({ id, created }, i) => {
    if (built.has(id)) return false;
    if (keep !== undefined && i < keep) return false;
    return maxAge === undefined || now.getTime() - Date.parse(created) > maxAge;
  });
}
