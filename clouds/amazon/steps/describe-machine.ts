import type { Instance } from '@aws-sdk/client-ec2';
import { writeFile } from 'node:fs/promises';
import type { ConnectionTarget } from '../../../src/contract/communicator.js';
import type { Machine } from '../../../src/contract/machine.js';
import { sshTargetFrom } from '../../../src/contract/options/communicator.js';
import { ImgpackError } from '../../../src/messages/message.js';
import type { Cloud } from '../cloud.js';
import { messages } from '../messages.js';
import { sourceValues } from '../source-image.js';
import type { Context, InCloud } from './config.js';
import { diagnose } from './diagnose.js';
import type { SourceImage } from './find-source-image.js';
import type { Key } from './make-key-pair.js';
import { openSessionPort } from './open-session.js';
import type { Started } from './start-instance.js';

/** Puts together what the engine needs to know of the machine. */
export async function describeMachine(
  context: Context,
  state: InCloud & SourceImage & Key & Started,
): Promise<{ readonly machine: Machine }> {
  const { cloud, instance, source, keyPair } = state;
  const id = instance.InstanceId ?? '';
  const session = await openSessionPort(context, state);
  return {
    machine: {
      connection: connectionTo(context, state, session?.port),
      ...(session && { unreachable: session.failed }),
      values: {
        ID: id,
        BuildRegion: cloud.access.region,
        ...sourceValues(source),
        ...(keyPair && { SSHPublicKey: keyPair.publicKey, SSHPrivateKey: keyPair.privateKey }),
      },
      console: { tail: (lines) => consoleTail(cloud, id, lines) },
      // A session needs no open port.
      diagnose: () => diagnose(cloud, id, session ? undefined : context.config.ssh_port || 22),
      screenshot: (path) => screenshot(cloud, id, path),
      handle: { instance: id, region: cloud.access.region },
    },
  };
}

function connectionTo(
  context: Context,
  { instance, keyPair }: Started & Key,
  tunnel: number | undefined,
): ConnectionTarget {
  const { config } = context;
  if (config.communicator === 'none') return { type: 'none' };
  if (config.communicator === 'winrm') throw new ImgpackError(messages.winrmUnsupported());
  const privateKeys = keyPair ? [keyPair.privateKey] : [];
  if (tunnel !== undefined) return sshTargetFrom(config, { host: '127.0.0.1', port: tunnel, privateKeys }, context);
  const host = config.ssh_host || addressOf(instance, config.ssh_interface);
  return sshTargetFrom(config, { host, privateKeys }, context);
}

/** The address of the kind that is asked for; of none, the public one, then the private one. */
export function addressOf(instance: Instance, kind: string | undefined): string {
  const ipv6 =
    instance.Ipv6Address ?? instance.NetworkInterfaces?.flatMap((it) => it.Ipv6Addresses ?? [])[0]?.Ipv6Address;
  const addresses: Record<string, string | undefined> = {
    public_ip: instance.PublicIpAddress,
    private_ip: instance.PrivateIpAddress,
    public_dns: instance.PublicDnsName,
    private_dns: instance.PrivateDnsName,
    ipv6,
  };
  const address = kind
    ? addresses[kind]
    : instance.VpcId
      ? instance.PublicIpAddress || instance.PrivateIpAddress
      : instance.PublicDnsName || instance.PublicIpAddress || instance.PrivateIpAddress;
  if (!address) throw new ImgpackError(messages.addressMissing(kind ?? 'public_ip'));
  return address;
}

async function consoleTail(cloud: Cloud, InstanceId: string, lines: number): Promise<string[]> {
  const { GetConsoleOutputCommand } = await import('@aws-sdk/client-ec2');
  const { Output = '' } = await (await cloud.ec2()).send(new GetConsoleOutputCommand({ InstanceId }));
  const text = Buffer.from(Output, 'base64').toString('utf8').trimEnd();
  return text === '' ? [] : text.split(/\r?\n/).slice(-lines);
}

async function screenshot(cloud: Cloud, InstanceId: string, path: string): Promise<void> {
  const { GetConsoleScreenshotCommand } = await import('@aws-sdk/client-ec2');
  const { ImageData = '' } = await (await cloud.ec2()).send(new GetConsoleScreenshotCommand({ InstanceId }));
  await writeFile(path, Buffer.from(ImageData, 'base64'));
}
