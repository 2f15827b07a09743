import { block, blocks, bool, number, text, textList } from '../../../src/contract/schema.js';

/** A key of Cloud KMS, or one of one's own. */
export const encryptionKey = {
  attributes: {
    kmsKeyName: text({ description: 'KMS key resource name.' }),
    rawKey: text({ description: 'Base64 of a 256-bit key.', sensitive: true }),
  },
} as const;

const diskAttachment = {
  attributes: {
    attachment_mode: text({
      description: 'Attachment mode.',
      default: 'READ_WRITE',
      values: ['READ_ONLY', 'READ_WRITE'],
    }),
    create_image: bool({
      description: 'Make the image from this disk; only one disk may set it; not scratch.',
      default: false,
    }),
    device_name: text({
      description: 'Name under /dev/disk/by-id/google-*; not scratch.',
      defaultNote: 'persistent-disk-N',
    }),
    disk_name: text({ description: 'Name of the disk to create; not scratch.', defaultNote: '`packer-` and a UUID' }),
    interface_type: text({ description: 'Interface.', default: 'SCSI', values: ['SCSI', 'NVME'] }),
    iops: number({ description: '10000 to 120000, pd-extreme only.' }),
    keep_device: bool({
      description: 'Keep the disk after the build; forced on with `source_volume`; not scratch.',
      default: false,
    }),
    replica_zones: textList({ description: 'Further zones; makes the disk regional.' }),
    source_image: text({ description: 'Image to fill the disk from.' }),
    source_volume: text({ description: 'Existing disk; excludes every creation option and `source_image`.' }),
    volume_size: number({ description: 'Size in GB. Needed: unless `source_image` or `source_volume` is set.' }),
    volume_type: text({
      description: 'Disk type. Needed: unless `source_volume` is set.',
      values: [
        'scratch',
        'pd-standard',
        'pd-balanced',
        'pd-ssd',
        'pd-extreme',
        'hyperdisk-balanced',
        'hyperdisk-extreme',
        'hyperdisk-ml',
        'hyperdisk-throughput',
      ],
    }),
  },
  blocks: { disk_encryption_key: block(encryptionKey, { description: 'Encryption key of this disk.' }) },
} as const;

const nodeAffinity = {
  attributes: {
    key: text({ description: 'Node label key.' }),
    operator: text({ description: 'IN or NOT_IN.' }),
    values: textList({ description: 'Node label values.' }),
  },
} as const;

const reservationAffinity = {
  attributes: {
    consume_reservation_type: text({
      description: 'Which reservations may be used: NO_RESERVATION, ANY_RESERVATION or SPECIFIC_RESERVATION.',
    }),
    key: text({ description: 'Reservation label key.' }),
    values: textList({ description: 'Reservation label values.' }),
  },
} as const;

export const machineBlocks = {
  disk_encryption_key: block(encryptionKey, { description: 'Encryption key of the boot disk.' }),
  disk_attachment: blocks(diskAttachment, { description: 'A further disk.' }),
  node_affinity: blocks(nodeAffinity, { description: 'Nodes that the machine may run on.' }),
  reservation_affinity: block(reservationAffinity, { description: 'Reservations that the machine may use.' }),
} as const;
