import { accessBlocks, accessOptions } from '../../clouds/amazon/options/access.js';
import { blockDevice, blockDeviceOptions } from '../../clouds/amazon/options/block-devices.js';
import { imageBlocks, imageOptions } from '../../clouds/amazon/options/image.js';
import { instanceBlocks, instanceOptions } from '../../clouds/amazon/options/instance.js';
import { namedTagBlock } from '../../clouds/amazon/options/tag-blocks.js';
import { communicatorOptions } from '../../src/contract/options/communicator.js';
import { block, blocks, bool, type Decoded, defineSchema, number, text, textMap } from '../../src/contract/schema.js';

const launchDevice = {
  attributes: {
    ...blockDeviceOptions,
    omit_from_artifact: bool({ description: 'Leave this volume out of the image.', default: false }),
  },
} as const;

const rootDevice = {
  attributes: {
    source_device_name: text({ description: 'Launch device that becomes the root.', required: true }),
    device_name: text({ description: 'Root device name in the image.', required: true }),
    delete_on_termination: bool({
      description: "Accepted; not used when registering (the launch mapping's flag is).",
      default: false,
    }),
    iops: number({ description: 'Accepted; must not be set for gp2.' }),
    volume_type: text({ description: 'Accepted; not used when registering.' }),
    volume_size: number({ description: 'Accepted; not used when registering.' }),
  },
} as const;

/** Every option of the `amazon-ebssurrogate` builder. */
export const schema = defineSchema({
  attributes: {
    ...accessOptions,
    ...communicatorOptions,
    ...imageOptions,
    ...instanceOptions,
    run_volume_tags: textMap({ description: 'Tags of the volumes of the machine.', template: 'late' }),
    skip_ami_run_tags: bool({ description: 'Do not pass `run_tags` on to the image at creation.', default: false }),
    snapshot_description: text({
      description: 'Description of the volume snapshots.',
      defaultNote: 'Packer: and the time',
    }),
    ami_architecture: text({
      description: 'Architecture of the registered image.',
      default: 'x86_64',
      values: ['arm64', 'arm64_mac', 'i386', 'x86_64', 'x86_64_mac'],
    }),
    boot_mode: text({
      description: 'Boot mode.',
      defaultNote: 'not sent; EC2 decides',
      values: ['legacy-bios', 'uefi', 'uefi-preferred'],
    }),
    uefi_data: text({
      description: 'Base64 UEFI variable store; not with legacy-bios; needs `boot_mode` unless arm64.',
    }),
    tpm_support: text({ description: 'NitroTPM version.', values: ['v2.0'] }),
    use_create_image: bool({
      description: 'Use CreateImage on the instance instead of RegisterImage on snapshots.',
      default: false,
    }),
  },
  blocks: {
    ...accessBlocks,
    ...imageBlocks,
    ...instanceBlocks,
    ami_root_device: block(rootDevice, { description: 'The root device of the image.', required: true }),
    ami_block_device_mappings: blocks(blockDevice, { description: 'A block device of the image.' }),
    launch_block_device_mappings: blocks(launchDevice, { description: 'A block device of the machine.' }),
    run_volume_tag: blocks(namedTagBlock, { description: 'One more entry of `run_volume_tags`.' }),
  },
});

export type Config = Decoded<typeof schema>;
