import type { InCloud } from '../../clouds/amazon/steps/config.js';
import type { SourceImage } from '../../clouds/amazon/steps/find-source-image.js';
import { type MadeSnapshot, snapshotDescription, snapshotVolume } from '../../clouds/amazon/steps/snapshot-volume.js';
import type { Started } from '../../clouds/amazon/steps/start-instance.js';
import { tagsOf } from '../../clouds/amazon/tags.js';
import type { BuilderContext } from '../../src/contract/context.js';
import type { Config } from './config.js';

export interface Snapshots {
  /** By the device of the machine. */
  readonly snapshots: ReadonlyMap<string, MadeSnapshot>;
}

/** Snapshots of every volume that belongs into the image, all at once. */
export async function snapshotVolumes(
  context: BuilderContext<Config>,
  state: InCloud & SourceImage & Started,
): Promise<Snapshots> {
  const { config, render, now } = context;
  if (config.use_create_image) return { snapshots: new Map() };
  const tags = {
    ...tagsOf(config.tags, config.tag, render, state.data),
    ...tagsOf(config.snapshot_tags, config.snapshot_tag, render, state.data),
  };
  const volumeOf = (device: string): string | undefined =>
    state.instance.BlockDeviceMappings?.find((it) => it.DeviceName === device)?.Ebs?.VolumeId;
  const devices = config.launch_block_device_mappings.flatMap(({ device_name: name, omit_from_artifact: omit }) => {
    const volume = omit ? undefined : volumeOf(name);
    return volume === undefined ? [] : [{ name, volume }];
  });
  const description = snapshotDescription(config.snapshot_description, now());
  const made = await Promise.all(
    devices.map(
      async ({ name, volume }) => [name, await snapshotVolume(context, state, volume, description, tags)] as const,
    ),
  );
  return { snapshots: new Map(made) };
}
