import type { ResourceKind } from '../../../src/contract/resources.js';
import { cloudOf } from '../cloud.js';
import { isFault, unlessGone } from '../fault.js';
import { retryWhile } from '../../../src/contract/helpers/retry-while.js';
import type { InAccount } from './reference.js';

/** A network interface may hold a group for minutes after its machine has ended. */
const TRIES = 14;

export const securityGroup: ResourceKind<InAccount & { readonly name: string }> = {
  name: 'amazon-ebs/security-group',
  describe: ({ args, data }) => `security group ${String(data ?? args.name)} in ${args.access.region}`,
  async destroy({ args, data }, { signal }) {
    const { DeleteSecurityGroupCommand, DescribeSecurityGroupsCommand } = await import('@aws-sdk/client-ec2');
    const ec2 = await cloudOf(args.access).ec2();
    const find = async (): Promise<(string | undefined)[]> => {
      const Filters = [{ Name: 'group-name', Values: [args.name] }];
      const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
      return SecurityGroups.map(({ GroupId }) => GroupId);
    };
    for (const GroupId of typeof data === 'string' ? [data] : await find()) {
      await retryWhile(
        (error) => isFault(error, 'DependencyViolation'),
        { signal, tries: TRIES, first: 1000 },
        () => unlessGone(ec2.send(new DeleteSecurityGroupCommand({ GroupId })), 'InvalidGroup.NotFound'),
      );
    }
  },
};
