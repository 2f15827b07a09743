import { isFault, unlessGone } from '../fault.js';
import { snapshotsOf } from '../kinds/image.js';
import type { Context, ImageMakerConfig, InCloud } from './config.js';

/** Makes room for the new image where the template allows it: images of its name go, in every region. */
export async function deregisterOlder(context: Context<ImageMakerConfig>, { cloud }: InCloud): Promise<void> {
  const { config } = context;
  if (!config.force_deregister && !context.force) return;
  const sdk = await import('@aws-sdk/client-ec2');
  const regions = [...new Set([...config.ami_regions, cloud.access.region])];
  await Promise.all(
    regions.map(async (region) => {
      const ec2 = await cloud.in(region).ec2();
      const Filters = [{ Name: 'name', Values: [config.ami_name] }];
      const { Images = [] } = await ec2.send(new sdk.DescribeImagesCommand({ Owners: ['self'], Filters }));
      for (const image of Images) {
        context.say(`deregistering ${image.ImageId} in ${region}, which has the same name`);
        await ec2.send(new sdk.DeregisterImageCommand({ ImageId: image.ImageId })).catch((error: unknown) => {
          if (!isFault(error, /^InvalidAMIID/)) throw error;
        });
        if (!config.force_delete_snapshot) continue;
        for (const SnapshotId of snapshotsOf(image))
          await unlessGone(ec2.send(new sdk.DeleteSnapshotCommand({ SnapshotId })), 'InvalidSnapshot.NotFound');
      }
    }),
  );
}
