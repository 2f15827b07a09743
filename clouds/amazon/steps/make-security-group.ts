import { randomUUID } from 'node:crypto';
import type { IpPermission } from '@aws-sdk/client-ec2';
import { httpRequest } from '../../../src/contract/helpers/http-client.js';
import { ImgpackError } from '../../../src/messages/message.js';
import { isFault } from '../fault.js';
import { filtersOf, filterText } from '../filters.js';
import { securityGroup } from '../kinds/security-group.js';
import { messages } from '../messages.js';
import { retryWhile } from '../../../src/contract/helpers/retry-while.js';
import { tagsOf, tagSpecifications } from '../tags.js';
import type { Context, InCloud } from './config.js';
import type { Network } from './find-network.js';
import type { SourceImage } from './find-source-image.js';

const ADDRESS_SERVICE = 'https://checkip.amazonaws.com';
const ADDRESS_MILLISECONDS = 10_000;

/** The groups of the template, or one that lets the port of the communicator in. */
export async function makeSecurityGroup(
  context: Context,
  { cloud, network, data }: InCloud & SourceImage & { readonly network: Network },
): Promise<{ readonly groupIds: string[] }> {
  const { config, signal } = context;
  const given = config.security_group_id ? [config.security_group_id] : config.security_group_ids;
  // A group that does not exist is refused when the machine is started.
  if (given.length > 0) return { groupIds: given };
  const sdk = await import('@aws-sdk/client-ec2');
  const ec2 = await cloud.ec2();
  if (config.security_group_filter) {
    const Filters = [
      ...filtersOf(config.security_group_filter),
      ...(network.vpcId ? [{ Name: 'vpc-id', Values: [network.vpcId] }] : []),
    ];
    const { SecurityGroups = [] } = await ec2.send(new sdk.DescribeSecurityGroupsCommand({ Filters }));
    const groupIds = SecurityGroups.flatMap(({ GroupId }) => GroupId ?? []);
    if (groupIds.length === 0) throw new ImgpackError(messages.nothingFound('security group', filterText(Filters)));
    return { groupIds };
  }
  const name = `packer_${randomUUID()}`;
  const tags = tagsOf(config.run_tags, config.run_tag, context.render, data);
  const { value: id } = await context.resources.create(securityGroup, { access: cloud.access, name }, async () => {
    const { GroupId = '' } = await ec2.send(
      new sdk.CreateSecurityGroupCommand({
        GroupName: name,
        Description: 'Temporary group of an image build',
        ...(network.vpcId && { VpcId: network.vpcId }),
        TagSpecifications: tagSpecifications(tags, 'security-group' as const),
      }),
    );
    return { value: GroupId, data: GroupId };
  });
  const permission = config.ssh_interface === 'session_manager' ? undefined : await permissionOf(context);
  if (permission) {
    // A new group is not known everywhere at once.
    await retryWhile(
      (error) => isFault(error, 'InvalidGroup.NotFound'),
      { signal },
      () => ec2.send(new sdk.AuthorizeSecurityGroupIngressCommand({ GroupId: id, IpPermissions: [permission] })),
    );
  }
  return { groupIds: [id] };
}

async function permissionOf(context: Context): Promise<IpPermission | undefined> {
  const { config } = context;
  if (config.communicator === 'none') return undefined;
  const port =
    config.communicator === 'winrm' ? config.winrm_port || (config.winrm_use_ssl ? 5986 : 5985) : config.ssh_port || 22;
  const ranges = await sourcesOf(context);
  const [six, four] = [ranges.filter((range) => range.includes(':')), ranges.filter((range) => !range.includes(':'))];
  return {
    IpProtocol: 'tcp',
    FromPort: port,
    ToPort: port,
    ...(four.length > 0 && { IpRanges: four.map((CidrIp) => ({ CidrIp })) }),
    ...(six.length > 0 && { Ipv6Ranges: six.map((CidrIpv6) => ({ CidrIpv6 })) }),
  };
}

async function sourcesOf({ config, env, signal }: Context): Promise<string[]> {
  const given = config.temporary_security_group_source_cidrs;
  if (given.length > 0) return given;
  if (!config.temporary_security_group_source_public_ip)
    return [config.ssh_interface === 'ipv6' ? '::/0' : '0.0.0.0/0'];
  try {
    const { body, status } = await httpRequest(ADDRESS_SERVICE, { env, signal, idleTimeout: ADDRESS_MILLISECONDS });
    let text = '';
    for await (const chunk of body) text += String(chunk);
    if (status !== 200) throw new Error(`${ADDRESS_SERVICE} answered with status ${status}`);
    return [`${text.trim()}/${text.includes(':') ? 128 : 32}`];
  } catch (error) {
    throw new ImgpackError(messages.publicIpUnknown((error as Error).message), { cause: error });
  }
}
