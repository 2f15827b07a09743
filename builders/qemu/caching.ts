import { parseChecksum, digestText } from '../../src/contract/helpers/checksum.js';
import type { IdentifyContext } from '../../src/contract/context.js';
import { localPath, resolveDigest } from '../../src/contract/helpers/download.js';
import { findProgram } from '../../src/contract/helpers/find-program.js';
import { httpRequest } from '../../src/contract/helpers/http-client.js';
import { runProgram } from '../../src/contract/helpers/run-program.js';
import type { Identity } from '../../src/contract/keys.js';
import type { BuilderCaching } from '../../src/contract/plugin.js';
import type { Config } from './config.js';

const HEAD_MILLISECONDS = 15_000;

/** What makes two machines of this builder the same, and which of them can be saved. */
export const caching: BuilderCaching<Config> = {
  ignored: [
    'headless',
    'display',
    'use_default_display',
    'vnc_bind_address',
    'vnc_port_min',
    'vnc_port_max',
    'vnc_use_password',
    'vnc_password',
    'qmp_enable',
    'qmp_socket_path',
    'run_once',
    'host_port_min',
    'host_port_max',
    'ssh_host_port_min',
    'ssh_host_port_max',
    'skip_nat_mapping',
    'http_port_min',
    'http_port_max',
    'http_bind_address',
    // Where the image comes from: its content counts, not its address.
    'iso_url',
    'iso_urls',
    'iso_checksum',
    'iso_target_path',
    'iso_target_extension',
    'iso_skip_cache',
    // How long one waits for the machine, and how one gets in.
    'communicator',
    'ssh_timeout',
    'ssh_wait_timeout',
    'ssh_handshake_attempts',
    'ssh_keep_alive_interval',
    'ssh_read_write_timeout',
    'pause_before_connecting',
    'ssh_host',
    'ssh_port',
    'ssh_private_key_file',
    'ssh_certificate_file',
    'ssh_agent_auth',
    'ssh_ciphers',
    'ssh_key_exchange_algorithms',
    'ssh_file_transfer_method',
    'ssh_bastion_host',
    'ssh_bastion_port',
    'ssh_bastion_username',
    'ssh_bastion_password',
    'ssh_bastion_interactive',
    'ssh_bastion_agent_auth',
    'ssh_bastion_private_key_file',
    'ssh_bastion_certificate_file',
    'ssh_proxy_host',
    'ssh_proxy_port',
    'ssh_proxy_username',
    'ssh_proxy_password',
    'ssh_local_tunnels',
    'ssh_remote_tunnels',
  ],
  finishing: [
    'output_directory',
    'vm_name',
    'format',
    'skip_compaction',
    'disk_compression',
    'use_backing_file',
    'efi_drop_efivars',
    'shutdown_command',
    'shutdown_timeout',
    'ssh_clear_authorized_keys',
  ],
  identify: async (config, context) => [await base(config, context), await version(config, context)],
  unsaveable(config) {
    if (config.communicator === 'none') return 'nothing is done to it while it runs';
    if (config.vtpm) return 'its TPM keeps a state of its own outside (`vtpm`)';
    if (config.net_bridge) return 'on a bridge, the address of a machine that was saved cannot be found (`net_bridge`)';
    const drives = config.qemuargs.find(([name = '']) => OWN_DISKS.test(name));
    return drives && `\`qemuargs\` brings disks of its own (\`${drives[0]}\`)`;
  },
};

/** Switches by which a machine gets disks, or shares folders, that are not in any layer. */
const OWN_DISKS = /^--?(drive|blockdev|hd[a-d]|fsdev|virtfs|snapshot|incoming|pflash|loadvm)$/;

async function base(config: Config, context: IdentifyContext): Promise<Identity> {
  const name = config.disk_image ? 'disk image' : 'installer';
  const locations = config.iso_url ? [config.iso_url] : config.iso_urls;
  const value = await contentOf(locations, config, context);
  return { kind: 'base', name, ...(value !== undefined && { value }) };
}

async function contentOf(
  locations: readonly string[],
  config: Config,
  context: IdentifyContext,
): Promise<string | undefined> {
  const checksum = parseChecksum(config.iso_checksum || 'none', context.workingDirectory);
  if ('problem' in checksum) return undefined;
  try {
    const digest = await resolveDigest({ locations, checksum }, context);
    if (digest) return digestText(digest);
  } catch (error) {
    context.log(`the checksum of the image: ${(error as Error).message}`);
    return undefined;
  }
  for (const location of locations) {
    const path = localPath(location, context.workingDirectory);
    const found = path === undefined ? await validatorsOf(location, context) : await context.digest(path);
    // Who may read it makes no other image of it.
    if (found !== undefined) return path === undefined ? found : found.split(' ')[0];
  }
  return undefined;
}

/** What a server says about the content without sending it; undefined where that does not tell one content from another. */
async function validatorsOf(location: string, { env, signal, log }: IdentifyContext): Promise<string | undefined> {
  try {
    const response = await httpRequest(location, { method: 'HEAD', env, signal, idleTimeout: HEAD_MILLISECONDS });
    response.body.destroy();
    if (response.status < 200 || response.status >= 300) return undefined;
    const { etag, 'last-modified': modified, 'content-length': length } = response.headers;
    if (etag === undefined && modified === undefined) return undefined;
    return [location, etag ?? modified, length].filter((part) => part !== undefined).join(' ');
  } catch (error) {
    log(`${location}: ${(error as Error).message}`);
    return undefined;
  }
}

/** A state of the memory can be read by the same QEMU only. */
async function version({ qemu_binary: name }: Config, { env, signal }: IdentifyContext): Promise<Identity> {
  const binary = await findProgram(name, env['PATH']);
  const identity = { kind: 'version', name } as const;
  if (binary === undefined) return identity;
  const { stdout } = await runProgram(binary, ['-version'], { env, signal });
  return { ...identity, value: stdout.split('\n')[0]?.trim() ?? '' };
}
