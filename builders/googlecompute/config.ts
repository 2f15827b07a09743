import { accessOptions } from '../../clouds/google/options/access.js';
import { imageBlocks, imageOptions } from '../../clouds/google/options/image.js';
import { machineBlocks } from '../../clouds/google/options/machine-blocks.js';
import { machineOptions, networkOptions, sourceOptions } from '../../clouds/google/options/machine.js';
import { communicatorOptions } from '../../src/contract/options/communicator.js';
import { type Decoded, defineSchema } from '../../src/contract/schema.js';

/** Every option of the `googlecompute` builder. */
export const schema = defineSchema({
  attributes: {
    ...accessOptions,
    ...communicatorOptions,
    ...machineOptions,
    ...sourceOptions,
    ...networkOptions,
    ...imageOptions,
  },
  blocks: { ...machineBlocks, ...imageBlocks },
});

export type Config = Decoded<typeof schema>;
