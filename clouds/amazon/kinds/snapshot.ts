import type { ResourceKind } from '../../../src/contract/resources.js';
import { cloudOf } from '../cloud.js';
import { unlessGone } from '../fault.js';
import type { InAccount } from './reference.js';

export const snapshot: ResourceKind<InAccount & { readonly volume: string; readonly since: string }> = {
  name: 'amazon-ebs/snapshot',
  describe: ({ args, data }) => `snapshot ${String(data ?? `of ${args.volume}`)} in ${args.access.region}`,
  async destroy({ args, data }) {
    const { DeleteSnapshotCommand, DescribeSnapshotsCommand } = await import('@aws-sdk/client-ec2');
    const ec2 = await cloudOf(args.access).ec2();
    const find = async (): Promise<(string | undefined)[]> => {
      const Filters = [{ Name: 'volume-id', Values: [args.volume] }];
      const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters }));
      return Snapshots.filter(({ StartTime }) => (StartTime?.toISOString() ?? '') >= args.since).map(
        ({ SnapshotId }) => SnapshotId,
      );
    };
    for (const SnapshotId of typeof data === 'string' ? [data] : await find())
      await unlessGone(ec2.send(new DeleteSnapshotCommand({ SnapshotId })), 'InvalidSnapshot.NotFound');
  },
};
