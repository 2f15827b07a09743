import { communicatorMessages as messages } from './messages.js';
import type { Message } from '../../../messages/message.js';
import type { Problem } from '../../plugin.js';
import type { CommunicatorConfig } from '../communicator.js';
import { keyProblem, type Surroundings } from './key-file.js';
import { temporaryKeyPair } from './temporary-key.js';
import { parseTunnel } from '../../helpers/tunnel.js';

export interface CommunicatorValidation {
  /** Whether the builder leaves the address to the template. */
  readonly needsHost: boolean;
  /** Whether the builder can put a temporary key into the machine, so that a template need not say how to log in. */
  readonly canInjectKey: boolean;
  readonly environment: Surroundings;
}

/** Checks the options of the communicator that is chosen; those of the others do not matter. */
export function validateCommunicator(config: CommunicatorConfig, how: CommunicatorValidation): Problem[] {
  switch (config.communicator) {
    case 'ssh':
    case '':
      return [...login(config, how), ...keys(config, how), ...bastion(config, how), ...connection(config)];
    case 'winrm':
      return [...winrm(config, how)];
    default:
      return [];
  }
}

const error = (option: string | undefined, message: Message): Problem => ({
  severity: 'error',
  message,
  ...(option === undefined ? {} : { option }),
});

function* login(config: CommunicatorConfig, how: CommunicatorValidation): Generator<Problem> {
  if (how.needsHost && !config.ssh_host) yield error(undefined, messages.hostMissing('ssh_host'));
  if (!config.ssh_username) yield error(undefined, messages.usernameMissing('ssh_username'));
  if (how.canInjectKey) return;
  const ways = [config.ssh_password, config.ssh_private_key_file, config.ssh_agent_auth].filter(Boolean).length;
  if (ways === 0) yield error(undefined, messages.authenticationMissing());
  if (ways > 1) yield error(undefined, messages.authenticationTwice());
}

function* keys(config: CommunicatorConfig, { environment }: CommunicatorValidation): Generator<Problem> {
  if (config.ssh_private_key_file) {
    const found = keyProblem(
      'ssh_private_key_file',
      config.ssh_private_key_file,
      'ssh_certificate_file',
      config.ssh_certificate_file,
      environment,
    );
    if (found) yield error(found.option, found.message);
  } else if (config.ssh_certificate_file) {
    const message = messages.certificateWithoutKey('ssh_certificate_file', 'ssh_private_key_file');
    yield error('ssh_certificate_file', message);
  }
  const { type, bits = 0 } = temporaryKeyPair(config);
  if (type === 'dsa') yield error('temporary_key_pair_type', messages.keyTypeObsolete());
  const option = 'temporary_key_pair_bits';
  if (type === 'rsa' && bits < 1024) yield error(option, messages.keySizeInvalid(type, bits, '1024 and more'));
  if (type === 'ecdsa' && ![256, 384, 521].includes(bits)) {
    yield error(option, messages.keySizeInvalid(type, bits, '256, 384 or 521'));
  }
}

function* bastion(config: CommunicatorConfig, { environment }: CommunicatorValidation): Generator<Problem> {
  if (config.ssh_bastion_certificate_file && !config.ssh_bastion_private_key_file) {
    const message = messages.certificateWithoutKey('ssh_bastion_certificate_file', 'ssh_bastion_private_key_file');
    yield error('ssh_bastion_certificate_file', message);
  }
  if (!config.ssh_bastion_host) return;
  if (config.ssh_proxy_host) yield error('ssh_proxy_host', messages.bastionAndProxy());
  if (config.ssh_bastion_private_key_file) {
    const found = keyProblem(
      'ssh_bastion_private_key_file',
      config.ssh_bastion_private_key_file,
      'ssh_bastion_certificate_file',
      config.ssh_bastion_certificate_file,
      environment,
    );
    if (found) yield error(found.option, found.message);
  } else if (!config.ssh_bastion_password && !config.ssh_bastion_agent_auth && !config.ssh_private_key_file) {
    yield error('ssh_bastion_host', messages.bastionAuthenticationMissing());
  }
}

function* connection(config: CommunicatorConfig): Generator<Problem> {
  for (const option of ['ssh_port', 'ssh_bastion_port', 'ssh_proxy_port'] as const) {
    const port = config[option];
    if (port !== undefined && (!Number.isInteger(port) || port < 0 || port > 65_535)) {
      yield error(option, messages.portInvalid(option));
    }
  }
  for (const option of ['ssh_remote_tunnels', 'ssh_local_tunnels'] as const) {
    for (const row of config[option]) {
      if (!parseTunnel(row)) yield error(option, messages.tunnelInvalid(option, row));
    }
  }
}

function* winrm(config: CommunicatorConfig, how: CommunicatorValidation): Generator<Problem> {
  if (how.needsHost && !config.winrm_host) yield error(undefined, messages.hostMissing('winrm_host'));
  if (!config.winrm_username) yield error(undefined, messages.usernameMissing('winrm_username'));
  if (how.needsHost && !config.winrm_password) yield error(undefined, messages.passwordMissing('winrm_password'));
}
