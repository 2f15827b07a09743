import type { SourceRange } from './source.js';

/**
 * A fault or remark about the language, as data. The printer of `src/messages` draws it.
 * `summary` is short and carries no values; `detail` is one or more full sentences.
 */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  /** Stable, `kebab-case`, with the area in front: `hcl/invalid-index`. */
  readonly code: string;
  readonly summary: string;
  readonly detail?: string;
  /** The exact span at fault. */
  readonly subject?: SourceRange;
  /** The block or expression around it. */
  readonly context?: SourceRange;
  /** What to do next, such as ``did you mean `region`?``. */
  readonly suggestion?: string;
  /** Values that the faulty expression refers to, already printable and never sensitive. */
  readonly values?: readonly { readonly expression: string; readonly value: string }[];
}

/** Collects diagnostics in the order in which they are found. */
export class Diagnostics {
  readonly list: Diagnostic[] = [];

  /** Adds an error. */
  error(code: string, summary: string, rest: Omit<Diagnostic, 'severity' | 'code' | 'summary'> = {}): void {
    this.list.push({ severity: 'error', code, summary, ...rest });
  }

  /** Adds a warning. */
  warning(code: string, summary: string, rest: Omit<Diagnostic, 'severity' | 'code' | 'summary'> = {}): void {
    this.list.push({ severity: 'warning', code, summary, ...rest });
  }

  /** Adds all of `others`. */
  add(others: readonly Diagnostic[]): void {
    for (const diagnostic of others) this.list.push(diagnostic);
  }

  /** Whether an error, not only a warning, is among them. */
  get hasErrors(): boolean {
    return this.list.some((diagnostic) => diagnostic.severity === 'error');
  }
}
