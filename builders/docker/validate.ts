import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ValidationContext } from '../../src/contract/context.js';
import { validateCommunicator } from '../../src/contract/options/communicator.js';
import type { Problem } from '../../src/contract/plugin.js';
import { ImgpackError, type Message } from '../../src/messages/message.js';
import type { Config } from './config.js';
import { messages } from './messages.js';
import { parseRunArguments } from './run-arguments.js';

/** Checks what the schema cannot express. */
export function validate(config: Config, context: ValidationContext): Problem[] {
  const problems: Problem[] = [];
  const error = (option: string | undefined, message: Message) =>
    problems.push({ severity: 'error', message, ...(option !== undefined && { option }) });
  const results = (['commit', 'export_path', 'discard'] as const).filter((name) => config[name]);
  if (results.length === 0) error(undefined, messages.noResult());
  if (results.length > 1) error(results[1], messages.resultTwice(results));
  if (config.image === '') error('image', messages.imageMissing());
  if (config.export_path) {
    const stats = statSync(resolve(context.workingDirectory, config.export_path), { throwIfNoEntry: false });
    if (stats?.isDirectory()) error('export_path', messages.exportIsFolder(config.export_path));
  }
  if (config.communicator === 'winrm') error('communicator', messages.winrmUnsupported());
  if (config.run_command.length > 0) {
    try {
      parseRunArguments(config.run_command);
    } catch (fault) {
      if (!(fault instanceof ImgpackError)) throw fault;
      const { code, message: words, hint } = fault;
      error('run_command', { code, text: words, ...(hint !== undefined && { hint }) });
    }
  }
  if (config.communicator === 'ssh') {
    const how = { needsHost: false, canInjectKey: false, environment: context };
    problems.push(...validateCommunicator({ ...config, communicator: 'ssh' }, how));
  }
  return problems;
}
