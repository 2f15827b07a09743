import { writeFile } from 'node:fs/promises';
import type { ConnectionTarget } from '../../../src/contract/communicator.js';
import type { Machine } from '../../../src/contract/machine.js';
import { sshTargetFrom } from '../../../src/contract/options/communicator.js';
import { ImgpackError } from '../../../src/messages/message.js';
import { messages } from '../messages.js';
import { plainText, serialReader } from '../serial.js';
import { type Context, type InCloud, type Key, type Login, placeOf, type Source, type Started } from './config.js';
import { diagnose } from './diagnose.js';
import { openTunnelPort } from './open-tunnel.js';

type State = InCloud & Source & Key & Login & Started;

/** Puts together what the engine needs to know of the machine. */
export async function describeMachine(context: Context, state: State): Promise<{ readonly machine: Machine }> {
  const { cloud, name, source, keyPair, instance } = state;
  const machine = { ...placeOf(context.config), instance: name };
  const { signal } = new AbortController();
  const tunnel = await openTunnelPort(context, state);
  return {
    machine: {
      connection: connectionTo(context, state, tunnel?.port),
      ...(tunnel && { unreachable: tunnel.failed }),
      values: {
        ID: name,
        SourceImageName: source.name ?? '',
        ...(keyPair && { SSHPublicKey: keyPair.publicKey, SSHPrivateKey: keyPair.privateKey }),
      },
      console: {
        async tail(lines) {
          const text = plainText(await serialReader(cloud, machine)(signal)).trimEnd();
          return text === '' ? [] : text.split('\n').slice(-lines);
        },
      },
      diagnose: () => diagnose(cloud, machine, context.config.tags, context.config.ssh_port || 22),
      async screenshot(path) {
        const { contents = '' } = await cloud.call('instances.getScreenshot', machine, signal);
        await writeFile(path, Buffer.from(contents, 'base64'));
      },
      handle: { ...machine, id: instance.id ?? '' },
    },
  };
}

function connectionTo(
  context: Context,
  { instance, keyPair, user }: State,
  tunnel: number | undefined,
): ConnectionTarget {
  const { config } = context;
  if (config.communicator === 'none') return { type: 'none' };
  const privateKeys = keyPair ? [keyPair.privateKey] : [];
  if (tunnel !== undefined)
    return {
      ...sshTargetFrom(config, { host: '127.0.0.1', port: tunnel, privateKeys }, context),
      username: user,
    };
  const [card] = instance.networkInterfaces ?? [];
  const external = card?.accessConfigs?.find(({ natIP }) => natIP)?.natIP;
  const host = config.ssh_host || (config.use_internal_ip ? card?.networkIP : external);
  if (!host) throw new ImgpackError(messages.addressMissing(config.use_internal_ip ? 'internal' : 'external'));
  return {
    ...sshTargetFrom(config, { host, privateKeys }, context),
    username: user,
  };
}
