import { ImgpackError } from '../../../src/messages/message.js';
import type { Resource } from '../../../src/contract/resources.js';
import { snapshot as snapshotKind } from '../kinds/snapshot.js';
import { messages } from '../messages.js';
import { pollingOf } from '../polling.js';
import { tagSpecifications } from '../tags.js';
import type { Context, InCloud } from './config.js';

export interface MadeSnapshot {
  readonly id: string;
  readonly resource: Resource<string>;
}

/** Makes a snapshot of a volume with its tags, and waits until it is complete. */
export async function snapshotVolume(
  context: Context,
  { cloud }: InCloud,
  volume: string,
  description: string,
  tags: Readonly<Record<string, string>>,
): Promise<MadeSnapshot> {
  const { CreateSnapshotCommand } = await import('@aws-sdk/client-ec2');
  const ec2 = await cloud.ec2();
  const args = { access: cloud.access, volume, since: context.now().toISOString() };
  const resource = await context.resources.create(snapshotKind, args, async () => {
    const { SnapshotId = '' } = await ec2.send(
      new CreateSnapshotCommand({
        VolumeId: volume,
        Description: description,
        TagSpecifications: tagSpecifications(tags, 'snapshot' as const),
      }),
    );
    return { value: SnapshotId, data: SnapshotId };
  });
  const id = resource.value;
  context.say(`snapshot: ${id} of ${volume}`);
  await (
    await cloud.watcher()
  ).wait('snapshot', id, {
    what: `snapshot ${id}`,
    wanted: 'completed',
    ...pollingOf('snapshot', context.config, context.env),
    signal: context.signal,
    look(it) {
      if (it?.State === 'error')
        throw new ImgpackError(messages.stateReached(`snapshot ${id}`, 'error', it.StateMessage ?? ''));
      if (it) context.progress(`snapshot ${id}`, parseInt(it.Progress ?? '0', 10) || 0, 100, 'percent');
      return it?.State === 'completed' || undefined;
    },
  });
  return { id, resource };
}

/** What a snapshot is called where the template does not say. */
export const snapshotDescription = (given: string | undefined, now: Date): string =>
  given || `imgpack: ${now.toISOString()}`;
