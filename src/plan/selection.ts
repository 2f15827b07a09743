import type { Diagnostics } from '../hcl/diagnostic.js';
import { reportError, reportWarning } from '../template/report.js';
import { compileGlob, type Glob } from './glob.js';
import { messages } from './messages.js';

interface Pattern {
  readonly text: string;
  readonly matches: Glob;
  hits: number;
}

/** What `-only` and `-except` leave. Counts hits, so that a pattern that matches nothing can be told. */
export class Selection {
  private constructor(
    private readonly only: readonly Pattern[] | undefined,
    private readonly except: readonly Pattern[],
  ) {}

  /** Patterns as given on the command line, split at commas. An invalid one is reported. */
  static of(
    only: readonly string[] | undefined,
    except: readonly string[] | undefined,
    diagnostics: Diagnostics,
  ): Selection {
    const compile = (flag: string, patterns: readonly string[]): Pattern[] =>
      patterns.flatMap((text) => {
        const matches = compileGlob(text);
        if (!matches) reportError(diagnostics, messages.pattern(flag, text));
        return matches ? [{ text, matches, hits: 0 }] : [];
      });
    return new Selection(only && compile('-only', only), compile('-except', except ?? []));
  }

  /** Whether a build that goes by these names is to be made: its own, and those without keys of instances. */
  takes(names: readonly string[]): boolean {
    if (this.only && !hit(this.only, names)) return false;
    if (hit(this.except, names)) return false;
    return true;
  }

  /** Whether a post-processor of this name, and with it the rest of its chain, is to be left out. */
  cuts(postProcessor: string): boolean {
    return hit(this.except, [postProcessor]);
  }

  /** Warns of patterns that matched nothing. `names` are those of all builds. */
  report(names: readonly string[], diagnostics: Diagnostics): void {
    for (const { text, hits } of this.only ?? [])
      if (hits === 0) reportWarning(diagnostics, messages.onlyWithoutMatch(text, names));
    for (const { text, hits } of this.except)
      if (hits === 0) reportWarning(diagnostics, messages.exceptWithoutMatch(text, names));
  }
}

function hit(patterns: readonly Pattern[], names: readonly string[]): boolean {
  const found = patterns.filter(({ matches }) => names.some((name) => matches(name)));
  for (const pattern of found) pattern.hits++;
  return found.length > 0;
}
