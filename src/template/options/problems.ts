import type { Problem } from '../../contract/plugin.js';
import type { Diagnostics } from '../../hcl/diagnostic.js';
import type { SourceRange } from '../../hcl/source.js';
import { reportError, reportWarning } from '../report.js';

/** Reports what a component finds wrong, each at the option that it names, or at the block. */
export function reportProblems(
  problems: readonly Problem[],
  ranges: ReadonlyMap<string, SourceRange>,
  header: SourceRange,
  diagnostics: Diagnostics,
): void {
  for (const { severity, message, option } of problems) {
    const place = { subject: (option !== undefined && placeOf(option, ranges)) || header, context: header };
    if (severity === 'error') reportError(diagnostics, message, place);
    else reportWarning(diagnostics, message, place);
  }
}

/** The place of an option, else of the block around it. */
function placeOf(option: string, ranges: ReadonlyMap<string, SourceRange>): SourceRange | undefined {
  for (let path = option; path !== ''; path = path.replace(/(?:\.[^.[]*|\[\d+\]|^[^.[]+)$/, '')) {
    const range = ranges.get(path);
    if (range) return range;
  }
  return undefined;
}
