import { randomUUID } from 'node:crypto';
import type { Resource } from '../../../src/contract/resources.js';
import { disk as diskKind } from '../kinds/disk.js';
import { TOKEN_LABEL } from '../kinds/reference.js';
import { requestIdOf } from '../request-id.js';
import type { AttachedDisk, DiskRequest } from '../types.js';
import { type BuildConfig, type Context, type Disks, type InCloud, regionOf, waitFor } from './config.js';
import { keyOf } from './machine-request.js';

type Attachment = BuildConfig['disk_attachment'][number];

export interface ExtraDisks extends Disks {
  /** The disk that becomes the image instead of the boot disk: an address relative to the API. */
  readonly imageDisk?: string;
}

/** Makes the further disks of the machine, all at once. */
export async function createDisks(context: Context, { cloud }: InCloud): Promise<ExtraDisks> {
  const made = await Promise.all(context.config.disk_attachment.map((it) => attach(context, cloud, it)));
  const imageDisk = made.find(({ wanted }) => wanted.create_image)?.disk.source;
  return {
    disks: made.map(({ disk }) => disk),
    kept: made.flatMap(({ wanted, resource }) => (wanted.keep_device && resource ? [resource] : [])),
    ...(imageDisk !== undefined && { imageDisk }),
  };
}

interface Attached {
  readonly wanted: Attachment;
  readonly disk: AttachedDisk;
  readonly resource?: Resource<void>;
}

async function attach(context: Context, cloud: InCloud['cloud'], wanted: Attachment): Promise<Attached> {
  const { config } = context;
  const key = keyOf('diskEncryptionKey', wanted.disk_encryption_key);
  const common = { interface: wanted.interface_type, mode: wanted.attachment_mode } as const;
  if (wanted.volume_type === 'scratch') {
    const initializeParams = { diskType: `zones/${config.zone}/diskTypes/local-ssd` };
    return { wanted, disk: { type: 'SCRATCH', interface: wanted.interface_type, autoDelete: true, initializeParams } };
  }
  const persistent = {
    type: 'PERSISTENT' as const,
    ...common,
    autoDelete: false,
    ...(wanted.device_name && { deviceName: wanted.device_name }),
    ...key,
  };
  if (wanted.source_volume) {
    const source = wanted.source_volume.includes('/')
      ? wanted.source_volume
      : `projects/${config.project_id}/zones/${config.zone}/disks/${wanted.source_volume}`;
    return { wanted, disk: { ...persistent, source } };
  }
  const { resource, source } = await create(context, cloud, wanted);
  return { wanted, disk: { ...persistent, source }, resource };
}

async function create(
  context: Context,
  cloud: InCloud['cloud'],
  wanted: Attachment,
): Promise<{ readonly resource: Resource<void>; readonly source: string }> {
  const { config, resources, say } = context;
  const { project_id: project, zone } = config;
  const name = wanted.disk_name || `packer-${randomUUID()}`;
  const region = wanted.replica_zones.length > 0 ? regionOf(config) : null;
  const place = region === null ? `zones/${zone}` : `regions/${region}`;
  say(`creating the disk ${name}`);
  const args = { access: cloud.access, project, zone, region, name };
  const resource = await resources.create(diskKind, args, async (token) => {
    const diskResource: DiskRequest = {
      name,
      type: `projects/${project}/${place}/diskTypes/${wanted.volume_type}`,
      ...(wanted.volume_size && { sizeGb: String(wanted.volume_size) }),
      ...(wanted.source_image && { sourceImage: wanted.source_image }),
      ...(wanted.iops && { provisionedIops: String(wanted.iops) }),
      labels: { [TOKEN_LABEL]: token },
      ...(region !== null && {
        replicaZones: [zone, ...wanted.replica_zones].map((it) => `projects/${project}/zones/${it}`),
      }),
      ...keyOf('diskEncryptionKey', wanted.disk_encryption_key),
    };
    const wait = waitFor(context, `creating the disk ${name}`);
    const requestId = requestIdOf(token);
    if (region === null) await cloud.change('disks.insert', { project, zone, requestId, diskResource }, wait);
    else await cloud.change('regionDisks.insert', { project, region, requestId, diskResource }, wait);
    return { value: undefined, data: name };
  });
  return { resource, source: `projects/${project}/${place}/disks/${name}` };
}
