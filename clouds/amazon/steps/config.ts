import type { BuilderContext } from '../../../src/contract/context.js';
import type { CommunicatorConfig } from '../../../src/contract/options/communicator.js';
import type { Cloud } from '../cloud.js';
import type { AccessConfig } from '../options/access.js';
import type { BlockDevice } from '../options/block-devices.js';
import type { ImageConfig } from '../options/image.js';
import type { InstanceConfig } from '../options/instance.js';
import type { TagMap } from '../tags.js';

/** Options of every builder that starts a machine. */
export type MachineConfig = AccessConfig &
  InstanceConfig &
  CommunicatorConfig & {
    readonly run_volume_tags: TagMap;
    readonly run_volume_tag: readonly { readonly name?: string; readonly key?: string; readonly value: string }[];
    readonly ena_support: boolean | undefined;
    readonly sriov_support: boolean;
    readonly no_ephemeral?: boolean;
    readonly ami_virtualization_type?: string | undefined;
  };

/** Options of every builder that makes an image. */
export type ImageMakerConfig = MachineConfig &
  ImageConfig & {
    readonly skip_create_ami?: boolean;
    readonly skip_ami_run_tags: boolean;
    readonly ami_block_device_mappings: BlockDevice[];
    readonly launch_block_device_mappings: BlockDevice[];
  };

export type Context<C = MachineConfig> = BuilderContext<C>;

export interface InCloud {
  readonly cloud: Cloud;
}

export const isSpot = ({ spot_price: price }: Pick<InstanceConfig, 'spot_price'>): boolean =>
  Boolean(price) && price !== '0';
