import { randomBytes } from 'node:crypto';
import { mappingOf } from '../block-devices.js';
import { isFault } from '../fault.js';
import { image as imageKind, snapshotsOf } from '../kinds/image.js';
import { type MadeImage, waitForImage } from '../made-image.js';
import { retryWhile } from '../../../src/contract/helpers/retry-while.js';
import { tagsOf, tagSpecifications } from '../tags.js';
import type { Context, ImageMakerConfig, InCloud } from './config.js';
import type { SourceImage } from './find-source-image.js';
import type { Started } from './start-instance.js';

export interface Imaged {
  /** The first image; absent where none is wanted. */
  readonly image?: MadeImage;
  /** It is only copied from. */
  readonly isIntermediary: boolean;
}

/** Whether every volume was encrypted when the machine started, so that its image is encrypted without a copy. */
export const encryptsAtLaunch = (config: ImageMakerConfig): boolean =>
  config.encrypt_boot === true && config.ami_block_device_mappings.length === 0;

/** Makes the image of the stopped machine, with its tags from the first moment on. */
export async function createImage(
  context: Context<ImageMakerConfig>,
  state: InCloud & SourceImage & Started,
): Promise<Imaged> {
  const { config, signal, resources, now } = context;
  const { cloud, instance } = state;
  const copies = config.encrypt_boot === true && !encryptsAtLaunch(config);
  const isIntermediary = copies || config.skip_save_build_region;
  if (config.skip_create_ami) return { isIntermediary: false };
  const name = isIntermediary
    ? randomBytes(6).toString('base64url').replace(/[-_]/g, 'x').slice(0, 7)
    : config.ami_name;
  const { CreateImageCommand } = await import('@aws-sdk/client-ec2');
  const ec2 = await cloud.ec2();
  const { image, snapshot } = imageTags(context, state, isIntermediary);
  const mappings = config.ami_block_device_mappings.map(mappingOf);
  const args = { access: cloud.access, name, since: now().toISOString() };
  context.say(`creating the image ${name}`);
  const resource = await resources.create(imageKind, args, async () => {
    const { ImageId = '' } = await retryWhile(
      (error) => isFault(error, 'InvalidParameterValue') && /is not in state/i.test(error.message),
      { signal, tries: 35 },
      () =>
        ec2.send(
          new CreateImageCommand({
            InstanceId: instance.InstanceId,
            Name: name,
            ...(mappings.length > 0 && { BlockDeviceMappings: mappings }),
            TagSpecifications: [
              ...(tagSpecifications(image, 'image' as const) ?? []),
              ...(tagSpecifications(snapshot, 'snapshot' as const) ?? []),
            ],
          }),
        ),
    );
    return { value: ImageId, data: ImageId };
  });
  const id = resource.value;
  context.say(`image: ${id}`);
  const made = await waitForImage(context, cloud, id);
  return { image: { cloud, id, snapshots: snapshotsOf(made), resource }, isIntermediary };
}

/** The tags of an image and of its snapshots. */
export function imageTags(
  { config, render }: Context<ImageMakerConfig>,
  { data }: SourceImage,
  isIntermediary: boolean,
): { readonly image: Record<string, string>; readonly snapshot: Record<string, string> } {
  const run = config.skip_ami_run_tags ? {} : tagsOf(config.run_tags, config.run_tag, render, data);
  if (isIntermediary) return { image: run, snapshot: run };
  const image = { ...run, ...tagsOf(config.tags, config.tag, render, data) };
  return { image, snapshot: { ...image, ...tagsOf(config.snapshot_tags, config.snapshot_tag, render, data) } };
}
