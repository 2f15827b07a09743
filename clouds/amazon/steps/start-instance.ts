import type { Instance } from '@aws-sdk/client-ec2';
import { ImgpackError } from '../../../src/messages/message.js';
import { hasOrphans } from '../block-devices.js';
import { CAPACITY, isFault } from '../fault.js';
import { instance as instanceKind } from '../kinds/instance.js';
import { messages } from '../messages.js';
import { pollingOf } from '../polling.js';
import { retryWhile } from '../../../src/contract/helpers/retry-while.js';
import { type Context, isSpot, type InCloud } from './config.js';
import { type LaunchFacts, launchRequest } from './launch-request.js';
import { requestSpot } from './request-spot.js';

export interface Started {
  readonly instance: Instance;
}

/** Starts the machine, on demand or spot, and waits until it runs. */
export async function startInstance(context: Context, state: InCloud & LaunchFacts): Promise<Started> {
  const { config, signal, env, resources } = context;
  const { cloud, devices, source } = state;
  const args = { access: cloud.access, orphans: hasOrphans(source, devices) };
  const { value: id } = await resources.create(instanceKind, args, async (token) => {
    const made = isSpot(config) ? await spotOrElse(context, state, token) : await onDemand(context, state, token);
    return { value: made, data: made };
  });
  context.say(`instance: ${id}`);
  const watcher = await cloud.watcher();
  let looks = 0;
  const instance = await watcher.wait('instance', id, {
    what: `instance ${id}`,
    wanted: 'running',
    ...pollingOf('instance', config, env),
    signal,
    look(it) {
      looks++;
      const state = it?.State?.Name;
      if (state !== undefined && state !== 'pending' && state !== 'running')
        throw new ImgpackError(messages.stateReached(`instance ${id}`, state, it?.StateReason?.Message ?? ''));
      if (state !== 'running') return undefined;
      // The public address may come a little later.
      const complete = it?.PublicIpAddress ?? it?.Ipv6Address ?? (looks > 1 ? it?.PrivateIpAddress : undefined);
      return complete || config.communicator === 'none' || looks > 5 ? it : undefined;
    },
  });
  return { instance };
}

async function onDemand(context: Context, state: InCloud & LaunchFacts, token: string): Promise<string> {
  const { RunInstancesCommand } = await import('@aws-sdk/client-ec2');
  const ec2 = await state.cloud.ec2();
  const type = context.config.instance_type || context.config.spot_instance_types[0];
  const request = await launchRequest(context, state, type, token);
  // A new instance profile is not known everywhere at once.
  const { Instances = [] } = await retryWhile(
    (error) => isFault(error, 'InvalidParameterValue') && /iaminstanceprofile/i.test(error.message),
    { signal: context.signal, first: 500 },
    () => ec2.send(new RunInstancesCommand({ ...request, MinCount: 1, MaxCount: 1, ClientToken: token })),
  );
  return Instances[0]?.InstanceId ?? '';
}

/** Spot in one subnet after the other as long as capacity is what is missing; then on demand, where the template allows it. */
async function spotOrElse(context: Context, state: InCloud & LaunchFacts, token: string): Promise<string> {
  const { config } = context;
  const types = config.spot_instance_types.length > 0 ? config.spot_instance_types : [config.instance_type ?? ''];
  const subnets = [...new Set([state.network.subnetId, ...config.spot_subnet_ids])];
  const tried: string[] = [];
  for (const [attempt, subnetId] of subnets.entries()) {
    const place = subnetId ?? 'the default subnet';
    try {
      const zone = subnetId === state.network.subnetId ? state.network.zone : undefined;
      const network = { vpcId: state.network.vpcId, subnetId, zone };
      return await requestSpot(context, { ...state, network }, types, { token, attempt });
    } catch (error) {
      if (!isFault(error, CAPACITY) && !(error instanceof ImgpackError && error.code === 'amazon/no-capacity'))
        throw error;
      tried.push(`${types.join(', ')} in ${place}`);
      context.complain(`no spot capacity for ${types.join(', ')} in ${place}`);
    }
  }
  if (!config.spot_fallback_on_demand) throw new ImgpackError(messages.noCapacity(tried));
  context.say('starting the machine on demand instead');
  return onDemand({ ...context, config: { ...config, spot_price: '' } }, state, token);
}
