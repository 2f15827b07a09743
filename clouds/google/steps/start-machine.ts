import { randomUUID } from 'node:crypto';
import { pause } from '../../../src/contract/helpers/pause.js';
import { ImgpackError } from '../../../src/messages/message.js';
import { disk as diskKind } from '../kinds/disk.js';
import { instance as instanceKind } from '../kinds/instance.js';
import { messages } from '../messages.js';
import { requestIdOf } from '../request-id.js';
import type { Instance } from '../types.js';
import {
  type Context,
  type Disks,
  type InCloud,
  type Key,
  type Login,
  placeOf,
  regionOf,
  type Source,
  type Started,
  waitFor,
} from './config.js';
import { machineRequest, sshKeysOf, wrapsScript } from './machine-request.js';

/** Starts the machine with its boot disk, and waits until it runs. */
export async function startMachine(context: Context, state: InCloud & Source & Key & Login & Disks): Promise<Started> {
  const { config, resources, signal, say } = context;
  const { cloud } = state;
  const place = placeOf(config);
  const name = config.instance_name || `packer-${randomUUID()}`;
  const diskName = config.disk_name || name;
  const natIp = await reservedAddress(context, state);
  say(`starting the instance ${name} (${config.machine_type} in ${config.zone})`);
  const args = { access: cloud.access, ...place };
  // The disk comes with the machine, and outlives it: the image is made of it when the machine is gone.
  const { value: machineResource } = await resources.create(
    diskKind,
    { ...args, region: null, name: diskName },
    async (diskToken) => ({
      value: await resources.create(instanceKind, { ...args, name }, async (token) => {
        const instanceResource = machineRequest(context, state, { name, diskName, token, diskToken, natIp });
        const request = { ...place, requestId: requestIdOf(token), instanceResource };
        await cloud.change('instances.insert', request, waitFor(context, `starting the instance ${name}`));
        return { value: undefined, data: name };
      }),
      data: diskName,
    }),
  );
  const instance = await cloud.call('instances.get', { ...place, instance: name }, signal);
  if (!['RUNNING', 'STAGING', 'PROVISIONING'].includes(instance.status ?? ''))
    throw new ImgpackError(
      messages.stateReached(`the instance ${name}`, instance.status ?? '', instance.statusMessage ?? ''),
    );
  await addKeysLater(context, state, instance, name);
  return { instance, name, diskName, machineResource, waitsForScript: wrapsScript(config) };
}

async function reservedAddress({ config, signal }: Context, { cloud }: InCloud): Promise<string | undefined> {
  if (!config.address) return undefined;
  const request = { project: config.project_id, region: regionOf(config), address: config.address };
  return (await cloud.call('addresses.get', request, signal)).address;
}

/** Some images lose keys that are there before their agent is; they get them after a while. */
async function addKeysLater(
  context: Context,
  state: InCloud & Key & Login,
  instance: Instance,
  name: string,
): Promise<void> {
  const { config, signal, say } = context;
  const keys = state.keyIsImported ? undefined : sshKeysOf(config, state);
  if (config.wait_to_add_ssh_keys <= 0 || keys === undefined) return;
  say('waiting before the keys are added to the metadata');
  await pause(config.wait_to_add_ssh_keys, signal);
  const others = (instance.metadata?.items ?? []).filter(({ key }) => key !== 'ssh-keys');
  // What Google's client hands out holds more than it takes.
  const items = [...others.map(({ key, value }) => ({ key, value })), { key: 'ssh-keys', value: keys }];
  const fingerprint = instance.metadata?.fingerprint;
  const metadataResource = { ...(fingerprint !== undefined && { fingerprint }), items };
  const request = { ...placeOf(config), instance: name, metadataResource };
  await state.cloud.change('instances.setMetadata', request, waitFor(context, 'adding keys to the metadata'));
}
