import { ImgpackError } from '../../../src/messages/message.js';
import { messages } from '../messages.js';
import type { Context, ImageMakerConfig, InCloud } from './config.js';

/** Fails before anything is made where a region does not exist, or the name of the image is taken. */
export async function checkNames(context: Context<ImageMakerConfig>, state: InCloud): Promise<void> {
  await Promise.all([checkRegions(context, state), checkName(context, state)]);
}

async function checkRegions({ config }: Context<ImageMakerConfig>, { cloud }: InCloud): Promise<void> {
  const wanted = [...new Set([...config.ami_regions, ...(config.region ? [config.region] : [])])];
  // A wrong region of the build itself shows at the first call anyway.
  if (config.skip_region_validation || config.ami_regions.length === 0) return;
  const { DescribeRegionsCommand } = await import('@aws-sdk/client-ec2');
  const { Regions = [] } = await (await cloud.ec2()).send(new DescribeRegionsCommand({}));
  const known = new Set(Regions.map(({ RegionName }) => RegionName));
  for (const region of wanted) if (!known.has(region)) throw new ImgpackError(messages.regionUnknown(region));
}

async function checkName({ config }: Context<ImageMakerConfig>, { cloud }: InCloud): Promise<void> {
  if (config.force_deregister || config.skip_save_build_region || config.skip_create_ami) return;
  const taken = await (await cloud.queries()).ownImage(config.ami_name);
  if (taken) throw new ImgpackError(messages.nameTaken(config.ami_name, taken.ImageId ?? ''));
}
