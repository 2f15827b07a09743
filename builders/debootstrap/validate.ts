import type { Problem } from '../../src/contract/plugin.js';
import type { Message } from '../../src/messages/message.js';
import type { Config } from './config.js';
import { BOOTABLE, debianArchitecture, distributionOf } from './distributions.js';
import { messages } from './messages.js';
import { parseSize } from './size.js';

const NAME = /^[A-Za-z0-9][A-Za-z0-9.+~_-]*$/;
/** `pkg`, `pkg=1.0`, `pkg/suite`, `pkg:arch`, `pkg-` */
const PACKAGE = /^[a-z0-9][a-z0-9.+-]*(:[a-z0-9]+)?([=/][A-Za-z0-9.+:~-]+)?$/;
const HOSTNAME = /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/;
const PUBLIC_KEY = /^(?:[^\s#][^\n]*\s)?(ssh-(rsa|ed25519|dss)|ecdsa-sha2-\S+|sk-\S+@openssh\.com) [A-Za-z0-9+/=]+/;

/** Checks what the schema cannot express. */
export function validateConfig(config: Config): readonly Problem[] {
  const problems: Problem[] = [];
  const error = (option: string, message: Message) => problems.push({ severity: 'error', message, option });
  const names = (option: string, values: readonly string[], pattern = NAME) => {
    for (const value of values) if (!pattern.test(value)) error(option, messages.badName(option, value));
  };

  names('suite', [config.suite]);
  names('variant', [config.variant]);
  names('components', config.components);
  names('packages', config.packages, PACKAGE);
  if (config.kernel !== undefined) names('kernel', [config.kernel], PACKAGE);
  if (config.architecture !== undefined) names('architecture', [config.architecture]);
  for (const repository of config.repository) {
    names('repository', [repository.name]);
    names('repository', repository.packages, PACKAGE);
  }
  if (config.distribution === undefined && distributionOf(config.suite) === undefined)
    error('suite', messages.unknownSuite(config.suite));
  if (config.hostname !== undefined && !HOSTNAME.test(config.hostname))
    error('hostname', messages.badHostname(config.hostname));
  for (const path of Object.keys(config.files)) {
    if (!/^\/.*[^/]$/.test(path)) error('files', messages.badPath('files', path));
  }
  if (config.format === 'tar') {
    if (config.root_ssh_keys.length > 0) error('root_ssh_keys', messages.diskOnly('root_ssh_keys'));
    if (config.cloud_init !== undefined) error('cloud_init', messages.diskOnly('cloud_init'));
    if (config.kernel !== undefined) error('kernel', messages.diskOnly('kernel'));
    return problems;
  }
  const architecture = config.architecture ?? debianArchitecture(process.arch);
  if (!BOOTABLE.some((known) => known === architecture)) error('architecture', messages.noBootLoader(architecture));
  if (parseSize(config.disk_size) === undefined) error('disk_size', messages.badSize(config.disk_size));
  for (const key of config.root_ssh_keys) {
    if (!PUBLIC_KEY.test(key)) error('root_ssh_keys', messages.badKey(key));
  }
  if (config.cloud_init === false && config.root_ssh_keys.length === 0)
    problems.push({ severity: 'warning', message: messages.noWayIn() });
  return problems;
}
