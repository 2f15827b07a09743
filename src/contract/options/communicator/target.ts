import type { SshTarget } from '../../communicator.js';
import type { CommunicatorConfig } from '../communicator.js';
import { readCertificate, readPrivateKey, type Surroundings } from './key-file.js';

/** What the builder knows of its machine. */
export interface KnownAddress {
  /** `ssh_host` goes before it. */
  readonly host?: string;
  /** The port as seen from here: a forwarded one, where there is one; default `ssh_port`, else 22. */
  readonly port?: number;
  /** For builders that know the user of their images; `ssh_username` goes before it. */
  readonly username?: string;
  /** For passwords that a platform sets; `ssh_password` goes before it. */
  readonly password?: string;
  /** Keys that the builder put into the machine, such as the temporary one; `ssh_private_key_file` is tried first. */
  readonly privateKeys?: readonly string[];
}

/**
 * What to dial, from the options of a builder with `communicator = "ssh"`.
 * @throws ImgpackError where a key file cannot be used
 */
export function sshTargetFrom(config: CommunicatorConfig, known: KnownAddress, surroundings: Surroundings): SshTarget {
  const keyFile = config.ssh_private_key_file;
  const ownKey = keyFile ? readPrivateKey('ssh_private_key_file', keyFile, surroundings) : undefined;
  const certificate =
    ownKey !== undefined && config.ssh_certificate_file
      ? readCertificate('ssh_certificate_file', config.ssh_certificate_file, ownKey, surroundings)
      : undefined;
  const own = ownKey === undefined ? undefined : { key: ownKey, certificate };
  const password = config.ssh_password || known.password;
  return {
    type: 'ssh',
    host: config.ssh_host || known.host || '',
    port: known.port || config.ssh_port || 22,
    username: config.ssh_username || known.username || '',
    ...(password ? { password } : {}),
    privateKeys: [...new Set([...(ownKey === undefined ? [] : [ownKey]), ...(known.privateKeys ?? [])])],
    ...(certificate === undefined ? {} : { certificate }),
    agent: config.ssh_agent_auth,
    agentForwarding: !config.ssh_disable_agent_forwarding,
    pty: config.ssh_pty,
    ...limits(config),
    keepAliveInterval: config.ssh_keep_alive_interval || 5000,
    readWriteTimeout: config.ssh_read_write_timeout ?? 0,
    fileTransfer: config.ssh_file_transfer_method,
    ...(config.ssh_ciphers.length > 0 ? { ciphers: config.ssh_ciphers } : {}),
    ...(config.ssh_key_exchange_algorithms.length > 0
      ? { keyExchangeAlgorithms: config.ssh_key_exchange_algorithms }
      : {}),
    ...(config.ssh_bastion_host ? { bastion: bastionFrom(config, config.ssh_bastion_host, own, surroundings) } : {}),
    ...(config.ssh_proxy_host ? { proxy: proxyFrom(config, config.ssh_proxy_host) } : {}),
    remoteTunnels: config.ssh_remote_tunnels,
    localTunnels: config.ssh_local_tunnels,
    pauseBeforeConnecting: config.pause_before_connecting,
  };
}

/** The defaults count only where neither limit is set; setting one leaves the other without limit. */
function limits(config: CommunicatorConfig): Pick<SshTarget, 'timeout' | 'handshakeAttempts'> {
  const handshakeAttempts = config.ssh_handshake_attempts || undefined;
  const given = config.ssh_timeout || undefined;
  const timeout = config.ssh_wait_timeout || given || (handshakeAttempts === undefined ? 5 * 60_000 : undefined);
  const attempts = handshakeAttempts ?? (given === undefined ? 10 : undefined);
  return {
    ...(timeout === undefined ? {} : { timeout }),
    ...(attempts === undefined ? {} : { handshakeAttempts: attempts }),
  };
}

function bastionFrom(
  config: CommunicatorConfig,
  host: string,
  own: { readonly key: string; readonly certificate?: string } | undefined,
  surroundings: Surroundings,
): NonNullable<SshTarget['bastion']> {
  const option = 'ssh_bastion_private_key_file';
  const path = config.ssh_bastion_private_key_file;
  const key = path ? readPrivateKey(option, path, surroundings) : own?.key;
  const certificatePath = config.ssh_bastion_certificate_file;
  const certificate =
    path && certificatePath && key !== undefined
      ? readCertificate('ssh_bastion_certificate_file', certificatePath, key, surroundings)
      : path
        ? undefined
        : own?.certificate;
  return {
    host,
    port: config.ssh_bastion_port || 22,
    username: config.ssh_bastion_username ?? '',
    ...(config.ssh_bastion_password ? { password: config.ssh_bastion_password } : {}),
    privateKeys: key === undefined ? [] : [key],
    ...(certificate === undefined ? {} : { certificate }),
    agent: config.ssh_bastion_agent_auth,
    interactive: config.ssh_bastion_interactive,
  };
}

function proxyFrom(config: CommunicatorConfig, host: string): NonNullable<SshTarget['proxy']> {
  return {
    host,
    port: config.ssh_proxy_port || 1080,
    ...(config.ssh_proxy_username ? { username: config.ssh_proxy_username } : {}),
    ...(config.ssh_proxy_password ? { password: config.ssh_proxy_password } : {}),
  };
}
