import { bool, type Decoded, duration, number, text, textList, textMap } from '../../../src/contract/schema.js';
import type { machineBlocks } from './machine-blocks.js';

/** The machine that an image is made of. */
export const machineOptions = {
  project_id: text({ description: 'Project of the build instance.', required: true }),
  zone: text({ description: 'Zone.', required: true }),
  region: text({ description: 'Region.', defaultNote: 'the zone without its last two characters' }),
  instance_name: text({ description: 'Instance name.', defaultNote: '`packer-` and a UUID' }),
  machine_type: text({ description: 'Machine type.', default: 'e2-standard-2' }),
  min_cpu_platform: text({ description: 'Minimum CPU platform.' }),
  accelerator_type: text({ description: 'GPU type URL. Needed: with `accelerator_count`.' }),
  accelerator_count: number({ description: 'GPU count; needs `on_host_maintenance` TERMINATE.', default: 0 }),
  enable_nested_virtualization: bool({ description: 'Nested virtualization.', default: false }),
  enable_secure_boot: bool({
    description: 'Shielded VM secure boot; the source image must be UEFI_COMPATIBLE.',
    default: false,
  }),
  enable_vtpm: bool({ description: 'Shielded VM vTPM.', default: false }),
  enable_integrity_monitoring: bool({
    description: 'Shielded VM integrity monitoring; needs `enable_vtpm`.',
    default: false,
  }),
  labels: textMap({ description: 'Instance labels.' }),
  tags: textList({ description: 'Network tags.' }),
  resource_manager_tags: textMap({ description: 'Resource manager tags.' }),
  metadata: textMap({ description: 'Instance metadata.' }),
  metadata_files: textMap({ description: 'Metadata whose values are file contents; applied last.' }),
  startup_script_file: text({ description: 'Local startup script; replaces the metadata `startup-script`.' }),
  wrap_startup_script: bool({
    description: 'Wrap the startup script so that its end is waited for.',
    defaultNote: 'true where `startup_script_file` is set',
  }),
  on_host_maintenance: text({
    description: 'Maintenance policy.',
    defaultNote: 'MIGRATE; TERMINATE where preemptible',
    values: ['MIGRATE', 'TERMINATE'],
  }),
  preemptible: bool({ description: 'Preemptible instance.', default: false }),
  max_run_duration_in_seconds: number({
    description: 'Maximum run time of the instance; -1: none.',
    defaultNote: '86400, with the action DELETE',
  }),
  instance_termination_action: text({
    description: 'Action at the limit, in any case: STOP or DELETE.',
    defaultNote: 'STOP where a maximum run time is set',
  }),
  state_timeout: duration({ description: 'Limit for each wait on an operation.', default: '5m' }),
  wait_to_add_ssh_keys: duration({
    description: 'Delay before the ssh-keys metadata is added after creation.',
    default: '0s',
  }),
  windows_password_timeout: duration({ description: 'Limit for fetching the Windows password.', default: '3m' }),
  disable_default_service_account: bool({
    description: 'Start with no default service account; excludes `service_account_email`.',
    default: false,
  }),
  service_account_email: text({
    description: 'Service account of the instance.',
    defaultNote: 'the default account of the project',
  }),
  scopes: textList({
    description: "OAuth scopes of the instance's service account.",
    default: [
      'https://www.googleapis.com/auth/userinfo.email',
      'https://www.googleapis.com/auth/compute',
      'https://www.googleapis.com/auth/devstorage.full_control',
    ],
  }),
} as const;

/** Its source and its disk. */
export const sourceOptions = {
  source_image: text({ description: 'Source image; wins over the family. Needed: this or `source_image_family`.' }),
  source_image_family: text({ description: 'Source image family. Needed: this or `source_image`.' }),
  source_image_project_id: textList({
    description: 'Projects searched in order.',
    defaultNote: 'build project, then public projects',
  }),
  disk_name: text({ description: 'Boot disk name.', defaultNote: '`instance_name`' }),
  disk_size: number({ description: 'Boot disk size in GB.', default: 20 }),
  disk_type: text({ description: 'Boot disk type.', default: 'pd-standard' }),
} as const;

/** How it is reached. */
export const networkOptions = {
  network: text({ description: 'Network name or URL.', defaultNote: '`default`, unless `subnetwork` is set' }),
  network_project_id: text({
    description: 'Project used to expand network and subnetwork names.',
    defaultNote: '`project_id`',
  }),
  subnetwork: text({ description: 'Subnetwork name or URL.' }),
  network_ip: text({ description: 'Internal IPv4 address to request.' }),
  address: text({ description: 'Name of a reserved static external address; not with `omit_external_ip`.' }),
  omit_external_ip: bool({
    description: 'No external address; requires `use_internal_ip` or `use_iap`.',
    default: false,
  }),
  use_internal_ip: bool({ description: 'Connect to the internal address.', default: false }),
  use_iap: bool({ description: 'Connect through an IAP tunnel; ssh and winrm only.', default: false }),
  iap_localhost_port: number({ description: 'Local end of the tunnel.', defaultNote: 'a free port' }),
  iap_hashbang: text({ description: 'Without effect: the tunnel needs no script.', default: '/bin/sh' }),
  iap_ext: text({ description: 'Without effect: the tunnel needs no script.' }),
  iap_tunnel_launch_wait: number({
    description: 'Seconds within which the tunnel must be open.',
    defaultNote: '30, or 40 for winrm',
  }),
  use_os_login: bool({
    description: 'OS Login switch.',
    defaultNote: 'metadata `enable-oslogin`, else that of the project',
  }),
  oslogin_ssh_username: text({
    description: 'Login name: __auto__, __external__ or a literal.',
    defaultNote: 'that of the profile',
  }),
  oslogin_ssh_key_expire_after: duration({
    description: 'Lifetime of the key that is given to OS Login.',
    defaultNote: 'no expiry',
  }),
} as const;

export type MachineConfig = Decoded<{
  readonly attributes: typeof machineOptions & typeof sourceOptions & typeof networkOptions;
  readonly blocks: typeof machineBlocks;
}>;
