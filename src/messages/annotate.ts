import type { Printable } from './print.js';

/**
 * A fault as a workflow command of GitHub Actions, which shows it beside the changed line.
 * Format: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function githubAnnotation(fault: Printable): string {
  const properties: string[] = [];
  if (fault.subject) {
    const { file, start, end } = fault.subject;
    properties.push(`file=${property(file)}`, `line=${start.line}`, `endLine=${end.line}`);
    // Columns are only shown for a span of one line.
    if (start.line === end.line) properties.push(`col=${start.column}`, `endColumn=${end.column}`);
  }
  properties.push(`title=${property(`${fault.summary} [${fault.code}]`)}`);
  const text = [fault.detail ?? fault.summary, fault.suggestion].filter((part) => part !== undefined).join('\n');
  return `::${fault.severity} ${properties.join(',')}::${data(text)}\n`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** A fault as data: the shape is documented in docs/json.md and only ever grows. */
export function faultAsJson(fault: Printable): Record<string, unknown> {
  return {
    severity: fault.severity,
    code: fault.code,
    summary: fault.summary,
    ...(fault.detail !== undefined && { detail: fault.detail }),
    ...(fault.suggestion !== undefined && { suggestion: fault.suggestion }),
    ...(fault.subject && { place: { file: fault.subject.file, start: fault.subject.start, end: fault.subject.end } }),
    ...(fault.values && fault.values.length > 0 && { values: fault.values }),
    ...(fault.lines && fault.lines.length > 0 && { lines: fault.lines }),
  };
}
