import type { Diagnostic, Diagnostics } from '../hcl/diagnostic.js';
import type { SourceRange } from '../hcl/source.js';
import type { Message } from '../messages/message.js';

type Place = Omit<Diagnostic, 'severity' | 'code' | 'summary' | 'suggestion'>;

/** Adds a message of the catalogue as an error at a place. */
export function reportError(diagnostics: Diagnostics, message: Message, place: Place = {}): void {
  diagnostics.list.push(toDiagnostic('error', message, place));
}

/** Adds a message of the catalogue as a warning at a place. */
export function reportWarning(diagnostics: Diagnostics, message: Message, place: Place = {}): void {
  diagnostics.list.push(toDiagnostic('warning', message, place));
}

/** A message of the catalogue as a diagnostic. */
export function toDiagnostic(severity: 'error' | 'warning', message: Message, place: Place = {}): Diagnostic {
  return {
    severity,
    code: message.code,
    summary: message.text,
    ...place,
    ...(message.hint !== undefined && { suggestion: message.hint }),
  };
}

/** `FILE:LINE`, for a sentence that points to another place. */
export function at(range: SourceRange): string {
  return `${range.file}:${range.start.line}`;
}

/** Each fault once: a provisioner's is the same for every source of its build. */
export function withoutRepetition(list: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return list.filter((diagnostic) => {
    const key = JSON.stringify([diagnostic.code, diagnostic.summary, diagnostic.detail, diagnostic.subject]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
