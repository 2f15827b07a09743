import type { Image } from '@aws-sdk/client-ec2';
import type { Cloud } from '../../clouds/amazon/cloud.js';
import { unlessGone } from '../../clouds/amazon/fault.js';
import { snapshotsOf } from '../../clouds/amazon/kinds/image.js';
import { messages } from '../../clouds/amazon/messages.js';
import { accessBlocks, accessOptions } from '../../clouds/amazon/options/access.js';
import { lackingPermissions } from '../../clouds/amazon/lacking.js';
import { allowed } from '../../clouds/amazon/permissions.js';
import { problem } from '../../src/contract/helpers/problem.js';
import { openAccount } from '../../clouds/amazon/steps/open-account.js';
import { validateAccess } from '../../clouds/amazon/validate-access.js';
import type { Artifact } from '../../src/contract/artifact.js';
import type { PostProcessorContext } from '../../src/contract/context.js';
import { definePostProcessor } from '../../src/contract/plugin.js';
import {
  bool,
  type Decoded,
  defineSchema,
  duration,
  number,
  text,
  textList,
  textMap,
} from '../../src/contract/schema.js';
import { imagesToRemove } from './choose.js';

const schema = defineSchema({
  attributes: {
    ...accessOptions,
    identifier: text({
      description: 'Value of the tag `Amazon_AMI_Management_Identifier` of the images that belong together.',
    }),
    tags: textMap({ description: 'Tags of the images that belong together.' }),
    keep_releases: number({ description: 'How many of the newest images stay.' }),
    keep_days: number({ description: 'Images of fewer days stay.' }),
    keep_for: duration({ description: 'The same as a duration, such as `72h`.' }),
    regions: textList({ description: 'Regions to look in.', defaultNote: 'those of the images that were built' }),
    all_regions: bool({ description: 'Look in every region of the account.', default: false }),
    keep_snapshots: bool({ description: 'Leave the snapshots of the images that go.', default: false }),
    dry_run: bool({ description: 'Say what would go, and leave it.', default: false }),
  },
  blocks: accessBlocks,
});
type Config = Decoded<typeof schema>;

const TAG = 'Amazon_AMI_Management_Identifier';
const DAY = 24 * 60 * 60_000;

export default definePostProcessor({
  type: 'amazon-ami-management',
  summary: 'removes older AMIs of a kind with their snapshots',
  schema,
  validate: (config, context) => [
    ...validateAccess(config, context),
    ...(config.identifier || Object.keys(config.tags).length > 0
      ? []
      : [problem(undefined, messages.needed(['identifier', 'tags']))]),
    ...(config.keep_releases === undefined && config.keep_days === undefined && config.keep_for === undefined
      ? [problem(undefined, messages.needed(['keep_releases', 'keep_days', 'keep_for']))]
      : []),
    ...(config.keep_releases !== undefined && config.keep_releases < 0
      ? [problem('keep_releases', messages.refused('keep_releases', 'is below zero'))]
      : []),
  ],
  lacking: lackingPermissions,
  permissions: ({ all_regions: everywhere, keep_snapshots: keeps }) =>
    allowed(
      'ec2:DescribeImages',
      'ec2:DeregisterImage',
      everywhere && 'ec2:DescribeRegions',
      !keeps && 'ec2:DeleteSnapshot',
    ),
  async run(config, context, artifact) {
    const { cloud } = await openAccount({ ...context, config });
    const regions = await regionsOf(config, cloud, artifact);
    await Promise.all(regions.map((region) => tidy(config, context, cloud.in(region), artifact)));
    return { artifact, keep: true, forceKeep: true };
  },
});

async function regionsOf(config: Config, cloud: Cloud, artifact: Artifact): Promise<string[]> {
  if (config.all_regions) {
    const { DescribeRegionsCommand } = await import('@aws-sdk/client-ec2');
    const { Regions = [] } = await (await cloud.ec2()).send(new DescribeRegionsCommand({}));
    return Regions.flatMap(({ RegionName }) => RegionName ?? []);
  }
  if (config.regions.length > 0) return config.regions;
  const built = builtImages(artifact).map(([region]) => region);
  return built.length > 0 ? [...new Set(built)] : [cloud.access.region];
}

/** Regions and ids in the id of an artifact of images. */
const builtImages = ({ id }: Artifact): [string, string][] =>
  [...id.matchAll(/([a-z0-9-]+):(ami-\w+)/g)].map(([, region = '', image = '']) => [region, image]);

async function tidy(config: Config, context: PostProcessorContext, cloud: Cloud, artifact: Artifact): Promise<void> {
  const sdk = await import('@aws-sdk/client-ec2');
  const ec2 = await cloud.ec2();
  const tags = { ...(config.identifier && { [TAG]: config.identifier }), ...config.tags };
  const Filters = Object.entries(tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }));
  const { Images = [] } = await ec2.send(
    new sdk.DescribeImagesCommand({ Owners: ['self'], Filters, IncludeDeprecated: true }),
  );
  const built = new Set(builtImages(artifact).map(([, id]) => id));
  const maxAge = config.keep_for ?? (config.keep_days === undefined ? undefined : config.keep_days * DAY);
  const dated = Images.map((image) => ({ id: image.ImageId ?? '', created: image.CreationDate ?? '', image }));
  const retention = { keep: config.keep_releases, maxAge };
  for (const { id, created, image } of imagesToRemove(dated, retention, context.now(), built)) {
    const what = `${id} (${image.Name ?? ''}, ${created}) in ${cloud.access.region}`;
    context.say(`${config.dry_run ? 'would remove' : 'removing'} ${what}`);
    if (!config.dry_run) await remove(config, cloud, image);
  }
}

async function remove(config: Config, cloud: Cloud, image: Image): Promise<void> {
  const sdk = await import('@aws-sdk/client-ec2');
  const ec2 = await cloud.ec2();
  await unlessGone(ec2.send(new sdk.DeregisterImageCommand({ ImageId: image.ImageId })), /^InvalidAMIID/);
  if (config.keep_snapshots) return;
  for (const SnapshotId of snapshotsOf(image))
    await unlessGone(ec2.send(new sdk.DeleteSnapshotCommand({ SnapshotId })), 'InvalidSnapshot.NotFound');
}
