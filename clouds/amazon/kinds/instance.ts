import type { EC2Client } from '@aws-sdk/client-ec2';
import type { DestroyContext, ResourceKind } from '../../../src/contract/resources.js';
import { cloudOf } from '../cloud.js';
import { unlessGone } from '../fault.js';
import { pollingOf } from '../polling.js';
import { TOKEN_TAG } from '../tags.js';
import type { InAccount } from './reference.js';

/** A machine. `orphans`: volumes stay behind when it ends that nobody asked for; they are tagged as it is. */
export const instance: ResourceKind<InAccount & { readonly orphans: boolean }> = {
  name: 'amazon-ebs/instance',
  describe: ({ args, data, token }) => `instance ${String(data ?? `of the token ${token}`)} in ${args.access.region}`,
  async destroy({ args, data, token }, context) {
    const sdk = await import('@aws-sdk/client-ec2');
    const cloud = cloudOf(args.access);
    const ec2 = await cloud.ec2();
    const find = async (): Promise<string[]> => {
      const Filters = [
        { Name: `tag:${TOKEN_TAG}`, Values: [token] },
        { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] },
      ];
      const { Reservations = [] } = await ec2.send(new sdk.DescribeInstancesCommand({ Filters }));
      return Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId = '' }) => InstanceId));
    };
    for (const id of typeof data === 'string' ? [data] : await find()) {
      await unlessGone(
        ec2.send(new sdk.TerminateInstancesCommand({ InstanceIds: [id] })),
        'InvalidInstanceID.NotFound',
      );
      await (
        await cloud.watcher()
      ).wait('instance', id, {
        what: `instance ${id}`,
        wanted: 'terminated',
        ...pollingOf('instance', { aws_polling: undefined }, process.env),
        signal: context.signal,
        look: (it) => !it || it.State?.Name === 'terminated' || undefined,
      });
    }
    if (args.orphans) await deleteVolumes(ec2, token, context);
  },
};

async function deleteVolumes(ec2: EC2Client, token: string, { log }: DestroyContext): Promise<void> {
  const { DeleteVolumeCommand, DescribeVolumesCommand } = await import('@aws-sdk/client-ec2');
  const Filters = [
    { Name: `tag:${TOKEN_TAG}`, Values: [token] },
    { Name: 'status', Values: ['available'] },
  ];
  const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({ Filters }));
  for (const { VolumeId = '' } of Volumes) {
    log(`deleting the volume ${VolumeId}`);
    await unlessGone(ec2.send(new DeleteVolumeCommand({ VolumeId })), 'InvalidVolume.NotFound');
  }
}
