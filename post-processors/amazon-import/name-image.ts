import type { Cloud } from '../../clouds/amazon/cloud.js';
import { removeImage, snapshotsOf } from '../../clouds/amazon/kinds/image.js';
import { messages } from '../../clouds/amazon/messages.js';
import { pollingOf } from '../../clouds/amazon/polling.js';
import { asTags } from '../../clouds/amazon/tags.js';
import type { PostProcessorContext } from '../../src/contract/context.js';
import { ImgpackError } from '../../src/messages/message.js';
import type { Config } from './config.js';

/** Gives the imported image its name, tags and permissions. A name can only be given to a copy. @returns the id that stays */
export async function nameImage(
  config: Config,
  context: PostProcessorContext,
  cloud: Cloud,
  imported: string,
): Promise<string> {
  const sdk = await import('@aws-sdk/client-ec2');
  const ec2 = await cloud.ec2();
  let id = imported;
  if (config.ami_name) {
    const copy = new sdk.CopyImageCommand({
      Name: config.ami_name,
      SourceImageId: imported,
      SourceRegion: cloud.access.region,
      ...(config.ami_encrypt && { Encrypted: true, ...(config.ami_kms_key && { KmsKeyId: config.ami_kms_key }) }),
    });
    id = (await ec2.send(copy)).ImageId ?? '';
  }
  const image = await (
    await cloud.watcher()
  ).wait('image', id, {
    what: `image ${id}`,
    wanted: 'available',
    ...pollingOf('image', config, context.env),
    signal: context.signal,
    look(it) {
      if (it?.State === 'failed' || it?.State === 'error')
        throw new ImgpackError(messages.stateReached(`image ${id}`, it.State, it.StateReason?.Message ?? ''));
      return it?.State === 'available' ? it : undefined;
    },
  });
  if (id !== imported) await removeImage(ec2, imported, context.signal);
  const Tags = asTags(config.tags);
  if (Tags.length > 0) await ec2.send(new sdk.CreateTagsCommand({ Resources: [id, ...snapshotsOf(image)], Tags }));
  for (const change of changesOf(config))
    await ec2.send(new sdk.ModifyImageAttributeCommand({ ImageId: id, ...change }));
  return id;
}

function changesOf(config: Config): object[] {
  const add = <T>(list: readonly T[], change: (item: T) => object): object[] =>
    list.length > 0 ? [{ LaunchPermission: { Add: list.map(change) } }] : [];
  return [
    ...(config.ami_description ? [{ Description: { Value: config.ami_description } }] : []),
    ...add(config.ami_groups, (Group) => ({ Group })),
    ...add(config.ami_users, (UserId) => ({ UserId })),
    ...add(config.ami_org_arns, (OrganizationArn) => ({ OrganizationArn })),
    ...add(config.ami_ou_arns, (OrganizationalUnitArn) => ({ OrganizationalUnitArn })),
    ...(config.imds_support ? [{ ImdsSupport: { Value: config.imds_support } }] : []),
  ];
}
