import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { TOKEN_LABEL } from '../kinds/reference.js';
import { STATUS, WRAPPED, WRAPPER } from '../startup-script.js';
import type { AttachedDisk, EncryptionKey, InstanceRequest, MetadataItem, Scheduling } from '../types.js';
import { type BuildConfig, type Context, type Disks, type Key, type Login, regionOf, type Source } from './config.js';

/** A machine that nobody ends is ended after a day. */
const LONGEST_SECONDS = 86_400;

export interface RequestFacts {
  readonly name: string;
  readonly diskName: string;
  readonly token: string;
  readonly diskToken: string;
  readonly natIp: string | undefined;
}

/** What Compute Engine is asked for. */
export function machineRequest(
  context: Context,
  state: Source & Key & Login & Disks,
  facts: RequestFacts,
): InstanceRequest {
  const { config } = context;
  const types = `zones/${config.zone}`;
  const shielded = config.enable_secure_boot || config.enable_vtpm || config.enable_integrity_monitoring;
  const account = config.service_account_email || (config.disable_default_service_account ? '' : 'default');
  const affinity = config.reservation_affinity;
  return {
    name: facts.name,
    description: 'New instance created by Packer',
    machineType: `${types}/machineTypes/${config.machine_type}`,
    ...(config.min_cpu_platform && { minCpuPlatform: config.min_cpu_platform }),
    disks: [bootDisk(config, state.source.selfLink ?? '', facts), ...state.disks],
    networkInterfaces: [networkOf(config, facts.natIp)],
    metadata: { items: metadataOf(context, state) },
    labels: { ...config.labels, [TOKEN_LABEL]: facts.token },
    ...(config.tags.length > 0 && { tags: { items: config.tags } }),
    ...(account && { serviceAccounts: [{ email: account, scopes: config.scopes }] }),
    scheduling: schedulingOf(config),
    ...(config.accelerator_count > 0 && {
      guestAccelerators: [
        { acceleratorType: config.accelerator_type ?? '', acceleratorCount: config.accelerator_count },
      ],
    }),
    ...(config.enable_nested_virtualization && { advancedMachineFeatures: { enableNestedVirtualization: true } }),
    ...(shielded && {
      shieldedInstanceConfig: {
        enableSecureBoot: config.enable_secure_boot,
        enableVtpm: config.enable_vtpm,
        enableIntegrityMonitoring: config.enable_integrity_monitoring,
      },
    }),
    ...(affinity && {
      reservationAffinity: {
        ...(affinity.consume_reservation_type && { consumeReservationType: affinity.consume_reservation_type }),
        ...(affinity.key && { key: affinity.key }),
        ...(affinity.values.length > 0 && { values: affinity.values }),
      },
    }),
    ...(Object.keys(config.resource_manager_tags).length > 0 && {
      params: { resourceManagerTags: config.resource_manager_tags },
    }),
  };
}

function bootDisk(config: BuildConfig, sourceImage: string, facts: RequestFacts): AttachedDisk {
  return {
    type: 'PERSISTENT',
    mode: 'READ_WRITE',
    boot: true,
    autoDelete: false,
    initializeParams: {
      diskName: facts.diskName,
      sourceImage,
      diskType: `zones/${config.zone}/diskTypes/${config.disk_type}`,
      diskSizeGb: String(config.disk_size),
      labels: { ...config.labels, [TOKEN_LABEL]: facts.diskToken },
    },
    ...keyOf('diskEncryptionKey', config.disk_encryption_key),
  };
}

type KeyBlock = { readonly kmsKeyName: string | undefined; readonly rawKey: string | undefined } | undefined;

/** An encryption key under the name of its field; nothing where there is none. */
export function keyOf<N extends string>(name: N, given: KeyBlock): { readonly [K in N]?: EncryptionKey } {
  if (!given?.kmsKeyName && !given?.rawKey) return {};
  const key = {
    ...(given.kmsKeyName && { kmsKeyName: given.kmsKeyName }),
    ...(given.rawKey && { rawKey: given.rawKey }),
  };
  return { [name]: key } as { [K in N]: EncryptionKey };
}

function networkOf(config: BuildConfig, natIP: string | undefined): InstanceRequest['networkInterfaces'][number] {
  const project = config.network_project_id || config.project_id;
  const network = config.network || (config.subnetwork ? '' : 'default');
  const expand = (name: string, path: string): string =>
    name.includes('/')
      ? name
      : name === 'default' && path === 'global/networks'
        ? `${path}/default`
        : `projects/${project}/${path}/${name}`;
  return {
    ...(network && { network: expand(network, 'global/networks') }),
    ...(config.subnetwork && { subnetwork: expand(config.subnetwork, `regions/${regionOf(config)}/subnetworks`) }),
    ...(config.network_ip && { networkIP: config.network_ip }),
    ...(!config.omit_external_ip && {
      accessConfigs: [
        { name: 'AccessConfig created by Packer', type: 'ONE_TO_ONE_NAT', ...(natIP !== undefined && { natIP }) },
      ],
    }),
  };
}

function schedulingOf(config: BuildConfig): Scheduling {
  const given = config.max_run_duration_in_seconds || 0;
  const action = (config.instance_termination_action || (given > 0 ? 'STOP' : 'DELETE')).toUpperCase();
  return {
    onHostMaintenance: config.on_host_maintenance || (config.preemptible ? 'TERMINATE' : 'MIGRATE'),
    preemptible: config.preemptible,
    ...(given >= 0 && {
      maxRunDuration: { seconds: String(given || LONGEST_SECONDS) },
      instanceTerminationAction: action as 'STOP' | 'DELETE',
    }),
    ...(config.node_affinity.length > 0 && {
      nodeAffinities: config.node_affinity.map(({ key, operator, values }) => ({
        key: key ?? '',
        operator: (operator ?? 'IN') as 'IN' | 'NOT_IN',
        values,
      })),
    }),
  };
}

/** Whether there is a startup script whose end is waited for. */
export function wrapsScript(config: BuildConfig): boolean {
  const script = config.startup_script_file || config.metadata['startup-script'];
  return Boolean(script) && (config.wrap_startup_script ?? Boolean(config.startup_script_file));
}

/** The line of the metadata by which a key may log in. */
export function sshKeysOf(config: BuildConfig, { keyPair, user }: Key & Login): string | undefined {
  const given = config.metadata['ssh-keys'];
  const own = keyPair && `${user}:${keyPair.publicKey}`;
  return [own, given].filter(Boolean).join('\n') || undefined;
}

function metadataOf({ config, workingDirectory }: Context, state: Source & Key & Login): MetadataItem[] {
  const items: Record<string, string> = { ...config.metadata };
  const read = (path: string): string => readFileSync(resolve(workingDirectory, path), 'utf8');
  const keys = config.wait_to_add_ssh_keys > 0 || state.keyIsImported ? undefined : sshKeysOf(config, state);
  if (keys !== undefined) items['ssh-keys'] = keys;
  if (config.startup_script_file) items['startup-script'] = read(config.startup_script_file);
  if (wrapsScript(config)) {
    items[WRAPPED] = items['startup-script'] ?? '';
    items['startup-script'] = WRAPPER;
    items[STATUS] = 'notdone';
  }
  if (state.osLogin !== undefined) items['enable-oslogin'] = state.osLogin ? 'TRUE' : 'FALSE';
  for (const [key, path] of Object.entries(config.metadata_files)) items[key] = read(path);
  return Object.entries(items).map(([key, value]) => ({ key, value }));
}
