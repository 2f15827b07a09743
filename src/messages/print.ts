import type { Message, Place } from './message.js';

/** Anything that can be shown to the user: a diagnostic of the language or a coded failure. */
export interface Printable {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly summary: string;
  readonly detail?: string;
  readonly subject?: Place;
  readonly suggestion?: string;
  readonly values?: readonly { readonly expression: string; readonly value: string }[];
  readonly lines?: readonly string[];
}

export interface PrintOptions {
  readonly color: boolean;
  /** Columns to wrap sentences at. */
  readonly width: number;
  /** Draws the source lines of a place, the exact span underlined; empty where the source is not at hand. */
  readonly frame: (place: Place) => readonly string[];
}

/** A message as something to print. */
export function printable(
  message: Message,
  rest: { severity?: 'error' | 'warning'; place?: Place; lines?: readonly string[] } = {},
): Printable {
  return {
    severity: rest.severity ?? 'error',
    code: message.code,
    summary: message.text,
    ...(rest.place && { subject: rest.place }),
    ...(message.hint !== undefined && { suggestion: message.hint }),
    ...(rest.lines && { lines: rest.lines }),
  };
}

/** The one place where faults become text. Ends with a newline and an empty line. */
export function printFault(fault: Printable, options: PrintOptions): string {
  const paint = (code: string, text: string) => (options.color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const [label, color] = fault.severity === 'error' ? ['Error', '1;31'] : ['Warning', '1;33'];
  const out: string[] = [
    `${paint(color, `${label}:`)} ${paint('1', fault.summary)} ${paint('2', `[${fault.code}]`)}`,
    '',
  ];
  if (fault.subject) {
    const { file, start } = fault.subject;
    out.push(`  on ${file} line ${start.line}, column ${start.column}:`);
    out.push(...options.frame(fault.subject).map((line) => `  ${line}`), '');
  }
  if (fault.values && fault.values.length > 0) {
    out.push(...fault.values.map(({ expression, value }) => `  with ${expression} as ${value}`), '');
  }
  if (fault.detail) out.push(...wrap(fault.detail, options.width), '');
  if (fault.lines && fault.lines.length > 0) out.push(...fault.lines.map((line) => `  ${line}`), '');
  if (fault.suggestion) out.push(...wrap(`${paint('1;36', 'help:')} ${fault.suggestion}`, options.width), '');
  return `${out.join('\n')}\n`;
}

function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => {
    const lines: string[] = [];
    let current = '';
    for (const word of line.split(' ')) {
      if (current !== '' && current.length + 1 + word.length > width) {
        lines.push(current);
        current = word;
      } else current = current === '' ? word : `${current} ${word}`;
    }
    return [...lines, current];
  });
}
