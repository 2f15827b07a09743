import { accessBlocks, accessOptions } from '../../clouds/amazon/options/access.js';
import { blockDeviceOptions } from '../../clouds/amazon/options/block-devices.js';
import { instanceBlocks, instanceOptions } from '../../clouds/amazon/options/instance.js';
import { tagBlock } from '../../clouds/amazon/options/tag-blocks.js';
import { communicatorOptions } from '../../src/contract/options/communicator.js';
import { blocks, bool, type Decoded, defineSchema, text, textList, textMap } from '../../src/contract/schema.js';

const volume = {
  attributes: {
    ...blockDeviceOptions,
    tags: textMap({ description: 'Tags kept on the volume.', template: 'late' }),
    snapshot_volume: bool({ description: 'Snapshot this volume at the end.', default: false }),
    snapshot_description: text({
      description: 'Snapshot description; needs `snapshot_volume`.',
      defaultNote: 'Packer: and the time',
    }),
    snapshot_tags: textMap({ description: 'Tags for the snapshot.', template: 'late' }),
    snapshot_users: textList({ description: 'Accounts granted create-volume.' }),
    snapshot_groups: textList({ description: 'Groups granted create-volume.' }),
  },
  blocks: {
    tag: blocks(tagBlock, { description: 'One more entry of `tags`.' }),
    snapshot_tag: blocks(tagBlock, { description: 'One more entry of `snapshot_tags`.' }),
  },
} as const;

/** Every option of the `amazon-ebsvolume` builder. */
export const schema = defineSchema({
  attributes: {
    ...accessOptions,
    ...communicatorOptions,
    ...instanceOptions,
    ena_support: bool({ description: 'Marks the machine as fit for enhanced networking (ENA), or as unfit.' }),
    sriov_support: bool({ description: 'Marks the machine as fit for SR-IOV.', default: false }),
    run_volume_tags: textMap({
      description: 'Tags of all volumes while the build runs; those in `ebs_volumes` lose them at once.',
      template: 'late',
    }),
  },
  blocks: {
    ...accessBlocks,
    ...instanceBlocks,
    run_volume_tag: blocks(tagBlock, { description: 'One more entry of `run_volume_tags`.' }),
    ebs_volumes: blocks(volume, {
      description: 'A volume of the machine; it stays where `delete_on_termination` is not set.',
    }),
  },
});

export type Config = Decoded<typeof schema>;
