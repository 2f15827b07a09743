import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseChecksum } from '../../src/contract/helpers/checksum.js';
import type { ValidationContext } from '../../src/contract/context.js';
import { validateCommunicator } from '../../src/contract/options/communicator.js';
import type { Problem } from '../../src/contract/plugin.js';
import type { Message } from '../../src/messages/message.js';
import type { Config } from './config.js';
import { messages } from './messages.js';
import { hostPortRange, outputDirectory } from './settings.js';

/** Checks what the schema cannot express: options that need or exclude each other, ranges, and what is on the disk. */
export async function validate(config: Config, context: ValidationContext): Promise<Problem[]> {
  return [
    ...source(config, context),
    ...disks(config),
    ...processors(config),
    ...ports(config),
    ...screen(config),
    ...webServer(config),
    ...(await output(config, context)),
    ...validateCommunicator(config, { needsHost: false, canInjectKey: true, environment: context }),
  ];
}

const error = (option: string, message: Message): Problem => ({ severity: 'error', message, option });
const warning = (option: string, message: Message): Problem => ({ severity: 'warning', message, option });

function* source(config: Config, context: ValidationContext): Generator<Problem> {
  if (config.iso_url !== undefined && config.iso_url !== '' && config.iso_urls.length > 0) {
    yield error('iso_urls', messages.sourceTwice());
  } else if (!config.iso_url && config.iso_urls.length === 0) {
    yield { severity: 'error', message: messages.sourceMissing() };
  }
  if (config.iso_skip_cache) return;
  if (!config.iso_checksum) {
    yield { severity: 'error', message: messages.checksumMissing() };
    return;
  }
  const parsed = parseChecksum(config.iso_checksum, context.workingDirectory);
  if ('problem' in parsed) yield error('iso_checksum', parsed.problem);
  else if (parsed.kind === 'none') yield warning('iso_checksum', messages.checksumNone());
}

function* disks(config: Config): Generator<Problem> {
  if (!/^(\d+[bkmgt]?)?$/i.test(config.disk_size)) {
    yield error('disk_size', messages.diskSizeInvalid(config.disk_size));
  }
  if (config.use_backing_file && !config.disk_image) {
    yield error('use_backing_file', messages.backingFileNeedsDiskImage());
  }
  if (config.use_backing_file && config.format !== 'qcow2') {
    yield error('use_backing_file', messages.backingFileNeedsQcow2());
  }
  if (config.skip_resize_disk && !config.disk_image) {
    yield error('skip_resize_disk', messages.skipResizeNeedsDiskImage());
  }
}

function* processors(config: Config): Generator<Problem> {
  for (const option of ['cpus', 'sockets', 'cores', 'threads'] as const) {
    if ((config[option] ?? 0) < 0) yield error(option, messages.negative(option));
  }
}

function* ports(config: Config): Generator<Problem> {
  const { min, max, minOption, maxOption } = hostPortRange(config);
  if (min < 0) yield error(minOption, messages.negative(minOption));
  if (min > max) yield error(minOption, messages.portsReversed(minOption, maxOption));
  if (config.net_bridge && process.platform !== 'linux') yield error('net_bridge', messages.bridgeNeedsLinux());
}

function* screen(config: Config): Generator<Problem> {
  for (const option of ['vnc_port_min', 'vnc_port_max'] as const) {
    if (config[option] < 5900 || config[option] > 65_535) yield error(option, messages.portOutOfRange(option, 5900));
  }
  if (config.vnc_port_min > config.vnc_port_max) {
    yield error('vnc_port_min', messages.portsReversed('vnc_port_min', 'vnc_port_max'));
  }
  if ((config.vnc_password ?? '').length > 8) yield error('vnc_password', messages.vncPasswordTooLong());
  const typed = config.boot_command.length > 0;
  if (typed && config.boot_steps.length > 0) yield error('boot_steps', messages.bootCommandAndSteps());
  if (typed && config.disable_vnc) yield error('disable_vnc', messages.bootCommandWithoutVnc());
  if (typed) yield warning('boot_command', messages.bootCommandUnsupported());
  if (config.boot_steps.length > 0) yield warning('boot_steps', messages.bootCommandUnsupported());
  if (config.communicator === 'winrm') yield warning('communicator', messages.winrmUnsupported());
}

function* webServer(config: Config): Generator<Problem> {
  const paths = Object.keys(config.http_content);
  if (config.http_directory && paths.length > 0) yield error('http_content', messages.httpDirectoryAndContent());
  for (const path of paths) {
    if (!path.startsWith('/')) yield error('http_content', messages.httpPathWithoutSlash(path));
  }
  if (config.http_port_min > config.http_port_max) {
    yield error('http_port_min', messages.portsReversed('http_port_min', 'http_port_max'));
  }
  if (config.http_interface && config.http_bind_address) {
    yield error('http_bind_address', messages.httpInterfaceAndAddress());
  }
}

async function output(config: Config, context: ValidationContext): Promise<Problem[]> {
  const shown = outputDirectory(config, context.build);
  const path = resolve(context.workingDirectory, shown);
  if (context.force || !statSync(path, { throwIfNoEntry: false })) return [];
  if (await context.isOwnOutput?.(path)) return [];
  return [error('output_directory', messages.outputDirectoryExists(shown))];
}
