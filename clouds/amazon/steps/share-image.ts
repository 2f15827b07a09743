import type { ModifyImageAttributeCommandInput } from '@aws-sdk/client-ec2';
import { isFault } from '../fault.js';
import type { MadeImage } from '../made-image.js';
import { retryWhile } from '../../../src/contract/helpers/retry-while.js';
import type { Context, ImageMakerConfig } from './config.js';
import type { SourceImage } from './find-source-image.js';

/** Description, permissions and marks of every image and snapshot, in all regions at once. */
export async function shareImage(
  context: Context<ImageMakerConfig>,
  { images, data }: SourceImage & { readonly images: readonly MadeImage[] },
): Promise<void> {
  const { config, render } = context;
  const description = config.ami_description ? render(config.ami_description, data) : undefined;
  await Promise.all(
    images.map(async (image) => {
      // EC2 takes one kind of attribute a call.
      for (const change of imageChanges(config, description)) await modifyImage(context, image, change);
      for (const SnapshotId of image.snapshots) await shareSnapshot(context, image, SnapshotId);
      await protect(context, image);
    }),
  );
}

type Change = Omit<ModifyImageAttributeCommandInput, 'ImageId'>;

function imageChanges(config: ImageMakerConfig, description: string | undefined): Change[] {
  const { ami_groups: groups, ami_users: users, ami_org_arns: organisations, ami_ou_arns: units } = config;
  const add = <T>(list: readonly T[], change: (item: T) => object): Change[] =>
    list.length > 0 ? [{ LaunchPermission: { Add: list.map(change) } }] : [];
  return [
    ...(description ? [{ Description: { Value: description } }] : []),
    ...add(groups, (Group) => ({ Group })),
    ...add(users, (UserId) => ({ UserId })),
    ...add(organisations, (OrganizationArn) => ({ OrganizationArn })),
    ...add(units, (OrganizationalUnitArn) => ({ OrganizationalUnitArn })),
    ...(config.ami_product_codes.length > 0 ? [{ ProductCodes: config.ami_product_codes }] : []),
    ...(config.imds_support ? [{ ImdsSupport: { Value: config.imds_support } }] : []),
  ];
}

async function modifyImage({ signal }: Context, { cloud, id }: MadeImage, change: Change): Promise<void> {
  const { ModifyImageAttributeCommand } = await import('@aws-sdk/client-ec2');
  const ec2 = await cloud.ec2();
  await retryWhile(
    (error) => isFault(error, 'InvalidAMIID.NotFound'),
    { signal },
    () => ec2.send(new ModifyImageAttributeCommand({ ImageId: id, ...change })),
  );
}

async function shareSnapshot(
  { config }: Context<ImageMakerConfig>,
  { cloud }: MadeImage,
  SnapshotId: string,
): Promise<void> {
  const { ModifySnapshotAttributeCommand } = await import('@aws-sdk/client-ec2');
  const ec2 = await cloud.ec2();
  const common = { SnapshotId, Attribute: 'createVolumePermission', OperationType: 'add' } as const;
  if (config.snapshot_groups.length > 0)
    await ec2.send(new ModifySnapshotAttributeCommand({ ...common, GroupNames: config.snapshot_groups }));
  if (config.snapshot_users.length > 0)
    await ec2.send(new ModifySnapshotAttributeCommand({ ...common, UserIds: config.snapshot_users }));
}

async function protect({ config }: Context<ImageMakerConfig>, { cloud, id: ImageId }: MadeImage): Promise<void> {
  const sdk = await import('@aws-sdk/client-ec2');
  const ec2 = await cloud.ec2();
  if (config.deprecate_at)
    await ec2.send(new sdk.EnableImageDeprecationCommand({ ImageId, DeprecateAt: new Date(config.deprecate_at) }));
  const protection = config.deregistration_protection;
  if (protection?.enabled || protection?.with_cooldown) {
    const WithCooldown = protection.with_cooldown;
    await ec2.send(new sdk.EnableImageDeregistrationProtectionCommand({ ImageId, WithCooldown }));
  }
}
