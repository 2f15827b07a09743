import type { Failure } from '../contract/events.js';

/** A failure in full, over several lines: the sentence, the place, what led to it, what to do. */
export function failureLines(failure: Failure): string[] {
  const lines = [failure.text];
  if (failure.place) {
    const { file, start } = failure.place;
    lines.push(`  on ${file} line ${start.line}, column ${start.column}`);
  }
  for (const cause of failure.causes ?? []) lines.push(`  cause: ${cause}`);
  for (const detail of failure.details ?? []) lines.push(`  ${detail}`);
  if (failure.hint !== undefined) lines.push(`  help: ${failure.hint}`);
  return lines;
}
