import type { EC2Client } from '@aws-sdk/client-ec2';
import type { JsonObject } from '../../../src/contract/json.js';
import type { ResourceKind, ResourceReference } from '../../../src/contract/resources.js';
import type { Access } from '../access.js';
import { cloudOf } from '../cloud.js';
import { isFault, unlessGone } from '../fault.js';
import { retryWhile } from '../../../src/contract/helpers/retry-while.js';
import type { InAccount } from './reference.js';

type Args = InAccount & { readonly name: string; /** Nothing older is touched. */ readonly since: string };

/** An image with its snapshots. */
export const image: ResourceKind<Args> = {
  name: 'amazon-ebs/image',
  describe: ({ args, data }) => `image ${String(data ?? args.name)} in ${args.access.region}`,
  async destroy({ args, data }, { signal }) {
    const ec2 = await cloudOf(args.access).ec2();
    for (const id of typeof data === 'string' ? [data] : await find(ec2, args)) await removeImage(ec2, id, signal);
  },
};

/** How an image is removed that belongs to an artifact. */
export const imageReference = (access: Access, id: string, name: string): ResourceReference<JsonObject> => ({
  kind: image.name,
  args: { access, name, since: new Date(0).toISOString() },
  token: id,
  data: id,
});

/** Deregisters an image and deletes its snapshots. What is gone already is as good. */
export async function removeImage(ec2: EC2Client, id: string, signal: AbortSignal): Promise<void> {
  const sdk = await import('@aws-sdk/client-ec2');
  const gone = /^InvalidAMIID\.(NotFound|Unavailable)$/;
  const described = await ec2.send(new sdk.DescribeImagesCommand({ ImageIds: [id] })).catch((error: unknown) => {
    if (!isFault(error, gone)) throw error;
    return { Images: [] };
  });
  const snapshots = snapshotsOf(described.Images?.[0]);
  await unlessGone(ec2.send(new sdk.DeregisterImageCommand({ ImageId: id })), gone);
  for (const SnapshotId of snapshots) {
    await retryWhile(
      (error) => isFault(error, 'InvalidSnapshot.InUse', 'UnauthorizedOperation'),
      { signal, tries: 5 },
      () => unlessGone(ec2.send(new sdk.DeleteSnapshotCommand({ SnapshotId })), 'InvalidSnapshot.NotFound'),
    );
  }
}

export const snapshotsOf = (it: { BlockDeviceMappings?: { Ebs?: { SnapshotId?: string } }[] } | undefined): string[] =>
  (it?.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => (Ebs?.SnapshotId ? [Ebs.SnapshotId] : []));

/** The name of an image is unique in an account and region; an older one is not ours. */
async function find(ec2: EC2Client, { name, since }: Args): Promise<string[]> {
  const { DescribeImagesCommand } = await import('@aws-sdk/client-ec2');
  const Filters = [{ Name: 'name', Values: [name.replace(/[*?]/g, '\\$&')] }];
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ['self'], Filters }));
  const isOurs = ({ CreationDate = '' }: { CreationDate?: string }): boolean => CreationDate >= since.slice(0, 19);
  return Images.filter(isOurs).flatMap(({ ImageId }) => ImageId ?? []);
}
