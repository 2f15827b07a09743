import { accessBlocks, accessOptions } from '../../clouds/amazon/options/access.js';
import { blockDevice } from '../../clouds/amazon/options/block-devices.js';
import { imageBlocks, imageOptions } from '../../clouds/amazon/options/image.js';
import { instanceBlocks, instanceOptions } from '../../clouds/amazon/options/instance.js';
import { namedTagBlock } from '../../clouds/amazon/options/tag-blocks.js';
import { communicatorOptions } from '../../src/contract/options/communicator.js';
import type { Decoded } from '../../src/contract/schema.js';
import { block, blocks, bool, defineSchema, number, text, textMap } from '../../src/contract/schema.js';

const regionTemplate = {
  attributes: {
    enable_fast_launch: bool({ description: 'False turns fast launch off in this region.' }),
    region: text({ description: 'The region.', required: true }),
    template_id: text({ description: 'Id of the launch template.' }),
    template_name: text({ description: 'Name of the launch template.' }),
    template_version: number({ description: 'Its version, 1 or more.', defaultNote: 'the latest' }),
  },
} as const;

const fastLaunch = {
  attributes: {
    enable_fast_launch: bool({ description: 'Turn fast launch on; any other field also turns it on.', default: false }),
    template_id: text({ description: 'Launch template id for the build region.' }),
    template_name: text({ description: 'Launch template name for the build region.' }),
    template_version: number({ description: 'Launch template version.', defaultNote: 'latest' }),
    max_parallel_launches: number({ description: 'At least 6 when set.' }),
    target_resource_count: number({ description: 'Pre-provisioned snapshots, at least 1 when set.' }),
  },
  blocks: { region_launch_templates: blocks(regionTemplate, { description: 'Launch template of one region.' }) },
} as const;

/** Every option of the `amazon-ebs` builder. */
export const schema = defineSchema({
  attributes: {
    ...accessOptions,
    ...communicatorOptions,
    ...imageOptions,
    ...instanceOptions,
    skip_create_ami: bool({ description: 'Stop after provisioning; no image, no artifact.', default: false }),
    skip_ami_run_tags: bool({ description: 'Do not pass `run_tags` on to the image at creation.', default: false }),
    run_volume_tags: textMap({ description: "Tags on the build instance's volumes only.", template: 'late' }),
    no_ephemeral: bool({ description: 'Add empty mappings xvdca to xvdcz (Windows).', default: false }),
  },
  blocks: {
    ...accessBlocks,
    ...imageBlocks,
    ...instanceBlocks,
    ami_block_device_mappings: blocks(blockDevice, { description: 'A block device of the image.' }),
    launch_block_device_mappings: blocks(blockDevice, { description: 'A block device of the machine.' }),
    run_volume_tag: blocks(namedTagBlock, { description: 'One more entry of `run_volume_tags`.' }),
    fast_launch: block(fastLaunch, { description: 'Faster launching of Windows images.' }),
  },
});

export type Config = Decoded<typeof schema>;
