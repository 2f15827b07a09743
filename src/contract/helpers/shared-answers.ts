/** What was found is as good for builds that come right after. */
const FRESH_MILLISECONDS = 30_000;

/** Look-ups that many builds make alike: equal ones that come together, or shortly after one another, are made once. */
export class SharedAnswers {
  private readonly found = new Map<string, { readonly at: number; readonly result: Promise<unknown> }>();

  /** What `ask` finds; `key` tells look-ups apart. What failed is asked again. */
  async of<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.found.get(key);
    if (known && Date.now() - known.at < FRESH_MILLISECONDS) return known.result as Promise<T>;
    const result = ask();
    this.found.set(key, { at: Date.now(), result });
    result.catch(() => this.found.delete(key));
    return result;
  }
}
