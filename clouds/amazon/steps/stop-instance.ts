import { ImgpackError } from '../../../src/messages/message.js';
import { isFault } from '../fault.js';
import { messages } from '../messages.js';
import { pollingOf } from '../polling.js';
import { retryWhile } from '../../../src/contract/helpers/retry-while.js';
import { type Context, isSpot, type InCloud } from './config.js';
import type { Started } from './start-instance.js';

/** Stops the machine, unless it does so itself; a spot machine cannot be stopped. */
export async function stopInstance(context: Context, { cloud, instance }: InCloud & Started): Promise<void> {
  const { config, signal, env } = context;
  if (isSpot(config) && instance.InstanceLifecycle !== undefined) return;
  const id = instance.InstanceId ?? '';
  if (!config.disable_stop_instance) {
    const { StopInstancesCommand } = await import('@aws-sdk/client-ec2');
    const ec2 = await cloud.ec2();
    await retryWhile(
      (error) => isFault(error, 'InvalidInstanceID.NotFound'),
      { signal },
      () => ec2.send(new StopInstancesCommand({ InstanceIds: [id] })),
    );
  }
  const watcher = await cloud.watcher();
  await watcher.wait('instance', id, {
    what: `instance ${id}`,
    wanted: 'stopped',
    ...pollingOf('instance', config, env),
    signal,
    look(it) {
      const state = it?.State?.Name ?? 'terminated';
      if (state === 'terminated' || state === 'shutting-down')
        throw new ImgpackError(messages.stateReached(`instance ${id}`, state, it?.StateReason?.Message ?? ''));
      return state === 'stopped' || undefined;
    },
  });
}

/** Marks the machine as fit for enhanced networking; its image takes that over. */
export async function modifyInstance({ config }: Context, { cloud, instance }: InCloud & Started): Promise<void> {
  const { ModifyInstanceAttributeCommand } = await import('@aws-sdk/client-ec2');
  const ec2 = await cloud.ec2();
  const InstanceId = instance.InstanceId ?? '';
  if (isSpot(config)) return;
  if (config.sriov_support)
    await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, SriovNetSupport: { Value: 'simple' } }));
  if (config.ena_support !== undefined)
    await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, EnaSupport: { Value: config.ena_support } }));
}
