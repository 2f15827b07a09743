import { readFileSync } from 'node:fs';
import { drawFrame } from '../hcl/code-frame.js';
import type { Host } from '../host.js';
import { githubAnnotation } from '../messages/annotate.js';
import { ImgpackError, type Place } from '../messages/message.js';
import { commandMessages } from '../messages/commands.js';
import { printable, printFault, type Printable, type PrintOptions } from '../messages/print.js';
import type { Redactor } from '../messages/redactor.js';

export interface FaultPrinter {
  /** Prints faults in the order given; secrets are masked. Returns whether an error is among them. */
  print(faults: readonly Printable[]): boolean;
}

/** Prints faults of templates with their source lines. `write` decides where to: Packer's users look at standard output. */
export function faultPrinter(options: {
  readonly write: (text: string, severity: 'error' | 'warning') => void;
  readonly color: boolean;
  readonly sources: (file: string) => string | undefined;
  readonly redactor: Redactor;
  /** Takes every fault, secrets masked, before its text is written. */
  readonly collect?: (fault: Printable) => void;
  /** Also write the workflow commands by which GitHub Actions shows faults beside the changed lines. */
  readonly annotate?: boolean;
}): FaultPrinter {
  const { redactor } = options;
  const print: PrintOptions = {
    color: options.color,
    width: 100,
    frame: (place) => {
      const text = options.sources(place.file);
      return text === undefined ? [] : drawFrame(text, place).map((line) => redactor.redact(line));
    },
  };
  return {
    print(faults) {
      for (const fault of faults) {
        const masked = redacted(fault, redactor);
        options.collect?.(masked);
        options.write(printFault(masked, print), fault.severity);
        if (options.annotate) options.write(githubAnnotation(masked), fault.severity);
      }
      return faults.some(({ severity }) => severity === 'error');
    },
  };
}

/** The words of a fault without secrets. Places and codes are left alone: a short secret would break them. */
function redacted(fault: Printable, redactor: Redactor): Printable {
  const mask = (text: string) => redactor.redact(text);
  return {
    ...fault,
    summary: mask(fault.summary),
    ...(fault.detail !== undefined && { detail: mask(fault.detail) }),
    ...(fault.suggestion !== undefined && { suggestion: mask(fault.suggestion) }),
    ...(fault.values && { values: fault.values.map(({ expression, value }) => ({ expression, value: mask(value) })) }),
    ...(fault.lines && { lines: fault.lines.map(mask) }),
  };
}

/** Whatever was thrown, as something to print; what is not coded is a defect and is named as one. */
export function faultOf(error: unknown): Printable {
  if (error instanceof ImgpackError) {
    const causes = causesOf(error);
    return printable(
      { code: error.code, text: error.message, ...(error.hint !== undefined && { hint: error.hint }) },
      { ...(error.place && { place: error.place }), lines: [...causes, ...error.details] },
    );
  }
  return printable(commandMessages.internal(error instanceof Error ? error.message : String(error)));
}

function causesOf(error: Error): string[] {
  const causes: string[] = [];
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) causes.push(`cause: ${cause.message}`);
  return causes;
}

/** Source text of a file that was not loaded through a template; undefined where it cannot be read. */
export function readSource(file: Place['file']): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** Whether to colour: the flag, then the two environment variables. */
export function wantsColor(host: Host, flag: boolean): boolean {
  return flag && !host.env['NO_COLOR'] && !host.env['PACKER_NO_COLOR'];
}
