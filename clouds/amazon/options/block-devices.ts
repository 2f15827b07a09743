import { bool, number, text } from '../../../src/contract/schema.js';
import type { Decoded } from '../../../src/contract/schema.js';

/** A block device, for launching or for the image. */
export const blockDeviceOptions = {
  delete_on_termination: bool({ description: 'Delete the volume with the instance.', default: false }),
  device_name: text({ description: 'Device name.', required: true }),
  encrypted: bool({ description: 'Tri-state encryption flag.' }),
  iops: number({ description: 'Provisioned IOPS; sent only for io1, io2, gp3.' }),
  no_device: bool({ description: 'Suppress this device.', default: false }),
  snapshot_id: text({ description: 'Snapshot to start from.' }),
  throughput: number({ description: 'gp3 throughput, 125 to 1000.' }),
  virtual_name: text({ description: 'Instance-store name such as ephemeral0; other values are dropped.' }),
  volume_type: text({ description: 'Volume type. Usual: gp2, gp3, io1, io2, st1, sc1, standard.' }),
  volume_size: number({ description: 'Size in GiB.' }),
  kms_key_id: text({ description: 'Key for the volume; not with encrypted = false.' }),
} as const;

export const blockDevice = { attributes: blockDeviceOptions } as const;
export type BlockDevice = Decoded<typeof blockDevice>;
