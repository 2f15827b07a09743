import { valuesOf } from '../../src/contract/helpers/machine-values.js';
import { volume as volumeKind } from '../../clouds/amazon/kinds/volume.js';
import type { InCloud } from '../../clouds/amazon/steps/config.js';
import type { SourceImage } from '../../clouds/amazon/steps/find-source-image.js';
import { snapshotDescription, snapshotVolume } from '../../clouds/amazon/steps/snapshot-volume.js';
import { tagsOf } from '../../clouds/amazon/tags.js';
import type { Artifact } from '../../src/contract/artifact.js';
import type { BuilderContext } from '../../src/contract/context.js';
import type { Machine } from '../../src/contract/machine.js';
import type { Config } from './config.js';
import type { FilledVolume } from './tag-volumes.js';

type Before = InCloud & SourceImage & { readonly volumes: readonly FilledVolume[]; readonly machine: Machine };

/** Snapshots of the volumes where they are asked for, and all that stays as the result. */
export async function collectVolumes(
  context: BuilderContext<Config>,
  state: Before,
): Promise<{ readonly artifact: Artifact }> {
  const { config } = context;
  const { cloud, volumes } = state;
  const made = await Promise.all(
    volumes
      .filter(({ index }) => config.ebs_volumes[index]?.snapshot_volume)
      .map((volume) => makeSnapshot(context, state, volume)),
  );
  for (const { resource } of made) await resource.keep();
  const region = cloud.access.region;
  const lasting = volumes.filter(({ index }) => !config.ebs_volumes[index]?.delete_on_termination);
  const ids = [...lasting.map(({ id }) => id), ...made.map(({ id }) => id)].map((id) => `${region}:${id}`).sort();
  return {
    artifact: {
      builderId: 'mitchellh.amazon.ebsvolume',
      id: ids.join(','),
      files: [],
      description: ['EBS volumes were created:', ...ids.map((id) => id.replace(':', ': '))].join('\n'),
      values: valuesOf(state.machine),
      remove: lasting.map(({ id }) => ({ kind: volumeKind.name, args: { access: cloud.access, id }, token: id })),
    },
  };
}

async function makeSnapshot(context: BuilderContext<Config>, state: Before, { id, index }: FilledVolume) {
  const { config, render, now } = context;
  const volume = config.ebs_volumes[index] as Config['ebs_volumes'][number];
  const tags = tagsOf(volume.snapshot_tags, volume.snapshot_tag, render, state.data);
  const made = await snapshotVolume(context, state, id, snapshotDescription(volume.snapshot_description, now()), tags);
  const { ModifySnapshotAttributeCommand } = await import('@aws-sdk/client-ec2');
  const ec2 = await state.cloud.ec2();
  const common = { SnapshotId: made.id, Attribute: 'createVolumePermission', OperationType: 'add' } as const;
  if (volume.snapshot_groups.length > 0)
    await ec2.send(new ModifySnapshotAttributeCommand({ ...common, GroupNames: volume.snapshot_groups }));
  if (volume.snapshot_users.length > 0)
    await ec2.send(new ModifySnapshotAttributeCommand({ ...common, UserIds: volume.snapshot_users }));
  return made;
}
