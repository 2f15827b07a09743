import type { Host } from '../host.js';
import type { CommandArguments } from './command.js';
import type { ShellValues } from './flag-tables.js';
import { resumeRun } from './resume.js';

/**
 * `imgpack shell [run]`: goes on with a run that failed, and opens a shell in the machine before the step that failed. After
 * it the step can be run, skipped, or given up.
 */
export function run(values: CommandArguments<ShellValues>, host: Host): Promise<number> {
  return resumeRun({ ...values, 'on-error': 'shell', from: values.step }, host, (failedStep) => {
    const step = values.step ?? failedStep;
    return step === undefined ? {} : { shellBefore: step };
  });
}
