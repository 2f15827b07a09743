import type { InCloud } from '../../clouds/amazon/steps/config.js';
import type { SourceImage } from '../../clouds/amazon/steps/find-source-image.js';
import type { Started } from '../../clouds/amazon/steps/start-instance.js';
import { asTags, tagsOf, TOKEN_TAG } from '../../clouds/amazon/tags.js';
import type { BuilderContext } from '../../src/contract/context.js';
import type { Config } from './config.js';

/** A volume of the template with its id. */
export interface FilledVolume {
  readonly id: string;
  readonly index: number;
}

/** Volumes that stay lose what marks the build, and get tags of their own. */
export async function tagVolumes(
  { config, render }: BuilderContext<Config>,
  { cloud, instance, data }: InCloud & SourceImage & Started,
): Promise<{ readonly volumes: readonly FilledVolume[] }> {
  const sdk = await import('@aws-sdk/client-ec2');
  const ec2 = await cloud.ec2();
  const volumes = config.ebs_volumes.flatMap(({ device_name: name }, index) => {
    const id = instance.BlockDeviceMappings?.find((it) => it.DeviceName === name)?.Ebs?.VolumeId;
    return id === undefined ? [] : [{ id, index }];
  });
  if (volumes.length === 0) return { volumes };
  const runTags = Object.keys(tagsOf(config.run_volume_tags, config.run_volume_tag, render, data));
  await ec2.send(
    new sdk.DeleteTagsCommand({
      Resources: volumes.map(({ id }) => id),
      Tags: [...runTags, TOKEN_TAG].map((Key) => ({ Key })),
    }),
  );
  for (const { id, index } of volumes) {
    const { tags, tag } = config.ebs_volumes[index] as Config['ebs_volumes'][number];
    const Tags = asTags(tagsOf(tags, tag, render, data));
    if (Tags.length > 0) await ec2.send(new sdk.CreateTagsCommand({ Resources: [id], Tags }));
  }
  return { volumes };
}
