import type { BuildIdentity } from '../../src/contract/context.js';
import type { Config } from './config.js';

/** Options as they are meant: defaults that hang on other options, and old names, resolved in one place. */

/** Name of the machine and of its main disk. */
export const machineName = (config: Config, build: BuildIdentity): string =>
  config.vm_name || `packer-${build.sourceLabel}`;

/** The output directory as it is shown; relative to the working directory. */
export const outputDirectory = (config: Config, build: BuildIdentity): string =>
  config.output_directory || `output-${build.sourceLabel}`;

/** `disk_size` in the words of `qemu-img`: digits alone are megabytes. */
export function diskSize(config: Config): string {
  if (config.disk_size === '' || config.disk_size === '0') return '40960M';
  return /^\d+$/.test(config.disk_size) ? `${config.disk_size}M` : config.disk_size;
}

/** MiB. */
export const memory = (config: Config): number => (config.memory < 10 ? 512 : config.memory);

export interface PortRange {
  readonly min: number;
  /** Exclusive, unless it equals `min`. */
  readonly max: number;
  readonly minOption: string;
  readonly maxOption: string;
}

/** Host ports that may be forwarded; the older names win where they are set. */
export function hostPortRange(config: Config): PortRange {
  return {
    min: config.ssh_host_port_min ?? config.host_port_min,
    max: config.ssh_host_port_max ?? config.host_port_max,
    minOption: config.ssh_host_port_min === undefined ? 'host_port_min' : 'ssh_host_port_min',
    maxOption: config.ssh_host_port_max === undefined ? 'host_port_max' : 'ssh_host_port_max',
  };
}

/** Whether the machine boots through UEFI. */
export const isEfi = (config: Config): boolean =>
  config.efi_boot ?? Boolean(config.efi_firmware_code || config.efi_firmware_vars);

/** Whether the user's own monitor socket is opened. */
export const hasMonitorSocket = (config: Config): boolean =>
  (config.qmp_enable ?? false) || Boolean(config.net_bridge) || config.vnc_use_password;

/** Whether the disk is rewritten after the build, and whether compressed. */
export function lastRewrite(config: Config): { readonly needed: boolean; readonly compress: boolean } {
  const compress = config.disk_compression && config.format !== 'raw';
  const skip = config.skip_compaction || config.format === 'raw' || config.use_backing_file;
  return { needed: !skip || compress, compress };
}

/** Whether the main disk holds only what differs from the image, for good or until the last rewrite. */
export function isOverlay(config: Config): boolean {
  const plain = (config.qemu_img_args?.convert ?? []).length === 0;
  return config.use_backing_file || (plain && config.format === 'qcow2' && lastRewrite(config).needed);
}

/** The port inside the machine that the communicator talks to; undefined for `none`. */
export function communicatorPort(config: Config): number | undefined {
  switch (config.communicator) {
    case 'none':
      return undefined;
    case 'winrm':
      return config.winrm_port ?? (config.winrm_use_ssl ? 5986 : 5985);
    default:
      return config.ssh_port ?? 22;
  }
}
