import { ImgpackError } from '../../../src/messages/message.js';
import { image as imageKind, snapshotsOf } from '../kinds/image.js';
import { type MadeImage, waitForImage } from '../made-image.js';
import { messages } from '../messages.js';
import { tagSpecifications } from '../tags.js';
import type { Context, ImageMakerConfig, InCloud } from './config.js';
import { type Imaged, imageTags } from './create-image.js';
import type { SourceImage } from './find-source-image.js';

/** Copies the image to every region at once, encrypted where that is asked for; an intermediary image goes afterwards. */
export async function copyImage(
  context: Context<ImageMakerConfig>,
  state: InCloud & SourceImage & Imaged,
): Promise<{ readonly images: readonly MadeImage[] }> {
  const { config } = context;
  const { cloud, image, isIntermediary } = state;
  if (!image) return { images: [] };
  const own = cloud.access.region;
  const copiesHere = isIntermediary && !config.skip_save_build_region;
  const regions = [...new Set(config.ami_regions)].filter((region) => region !== own);
  const targets = copiesHere ? [own, ...regions] : regions;
  const outcomes = await Promise.allSettled(targets.map((region) => copyTo(context, state, image, region)));
  const failed = outcomes.flatMap((outcome, i) =>
    outcome.status === 'rejected' ? [{ region: targets[i] as string, reason: outcome.reason as Error }] : [],
  );
  if (context.signal.aborted && failed[0]) throw failed[0].reason;
  if (failed.length > 0)
    throw new ImgpackError(messages.someRegionsFailed(failed.map(({ region }) => region)), {
      cause: failed[0]?.reason,
      details: failed.map(({ region, reason }) => `${region}: ${reason.message}`),
    });
  const copies = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  if (!isIntermediary) return { images: [image, ...copies] };
  await image.resource.destroy();
  return { images: copies };
}

async function copyTo(
  context: Context<ImageMakerConfig>,
  state: InCloud & SourceImage,
  from: MadeImage,
  region: string,
): Promise<MadeImage> {
  const { config, resources, now } = context;
  const cloud = state.cloud.in(region);
  const key = keyOf(config, region, state.cloud.access.region);
  const tags = imageTags(context, state, false);
  const { CopyImageCommand } = await import('@aws-sdk/client-ec2');
  const ec2 = await cloud.ec2();
  context.say(`copying the image to ${region}`);
  const args = { access: cloud.access, name: config.ami_name, since: now().toISOString() };
  const resource = await resources.create(imageKind, args, async (token) => {
    const { ImageId = '' } = await ec2.send(
      new CopyImageCommand({
        ClientToken: token,
        Name: config.ami_name,
        SourceImageId: from.id,
        SourceRegion: from.cloud.access.region,
        ...(config.encrypt_boot !== undefined && { Encrypted: config.encrypt_boot }),
        ...(key && { KmsKeyId: key }),
        ...(config.snapshot_copy_duration_minutes && {
          SnapshotCopyCompletionDurationMinutes: config.snapshot_copy_duration_minutes,
        }),
        TagSpecifications: [
          ...(tagSpecifications(tags.image, 'image' as const) ?? []),
          ...(tagSpecifications(tags.snapshot, 'snapshot' as const) ?? []),
        ],
      }),
    );
    return { value: ImageId, data: ImageId };
  });
  const made = await waitForImage(context, cloud, resource.value);
  return { cloud, id: resource.value, snapshots: snapshotsOf(made), resource };
}

function keyOf(config: ImageMakerConfig, region: string, own: string): string | undefined {
  if (config.encrypt_boot !== true) return undefined;
  return config.region_kms_key_ids[region] || (region === own ? config.kms_key_id : undefined);
}
