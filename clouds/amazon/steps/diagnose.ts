import type { EC2Client, Instance, IpPermission } from '@aws-sdk/client-ec2';
import type { Cloud } from '../cloud.js';

/** What may keep a connection to a port of a machine (without one: its own with AWS) from coming about, in sentences. */
export async function diagnose(cloud: Cloud, instanceId: string, port: number | undefined): Promise<string[]> {
  const { DescribeInstancesCommand } = await import('@aws-sdk/client-ec2');
  const ec2 = await cloud.ec2();
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
  const instance = Reservations[0]?.Instances?.[0];
  if (!instance) return [`instance ${instanceId} is gone`];
  const state = instance.State?.Name ?? 'unknown';
  if (state !== 'running')
    return [`instance ${instanceId} is \`${state}\`: ${instance.StateReason?.Message ?? 'no reason is known'}`];
  const findings = await Promise.all([port === undefined ? [] : groups(ec2, instance, port), route(ec2, instance)]);
  return findings.flat();
}

async function groups(ec2: EC2Client, instance: Instance, port: number): Promise<string[]> {
  const ids = (instance.SecurityGroups ?? []).flatMap(({ GroupId }) => GroupId ?? []);
  if (ids.length === 0) return [];
  const { DescribeSecurityGroupsCommand } = await import('@aws-sdk/client-ec2');
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: ids }));
  const sources = SecurityGroups.flatMap(({ IpPermissions = [] }) => IpPermissions)
    .filter((permission) => covers(permission, port))
    .flatMap(sourcesOf);
  const named = ids.map((id) => `\`${id}\``).join(', ');
  return sources.length === 0
    ? [`no rule of the security group ${named} lets port ${port} in`]
    : [`the security group ${named} lets port ${port} in from ${[...new Set(sources)].join(', ')}`];
}

function covers({ IpProtocol, FromPort, ToPort }: IpPermission, port: number): boolean {
  if (IpProtocol === '-1') return true;
  return IpProtocol === 'tcp' && (FromPort ?? 0) <= port && port <= (ToPort ?? 65_535);
}

const sourcesOf = ({
  IpRanges = [],
  Ipv6Ranges = [],
  UserIdGroupPairs = [],
  PrefixListIds = [],
}: IpPermission): string[] => [
  ...IpRanges.map(({ CidrIp = '' }) => CidrIp),
  ...Ipv6Ranges.map(({ CidrIpv6 = '' }) => CidrIpv6),
  ...UserIdGroupPairs.map(({ GroupId = '' }) => `the group ${GroupId}`),
  ...PrefixListIds.map(({ PrefixListId = '' }) => `the list ${PrefixListId}`),
];

/** A subnet without a table of its own has that of its VPC. */
async function route(ec2: EC2Client, { SubnetId, VpcId, PublicIpAddress }: Instance): Promise<string[]> {
  if (!SubnetId || !VpcId) return [];
  const { DescribeRouteTablesCommand } = await import('@aws-sdk/client-ec2');
  const Filters = [{ Name: 'vpc-id', Values: [VpcId] }];
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({ Filters }));
  const own = RouteTables.find(({ Associations = [] }) => Associations.some((it) => it.SubnetId === SubnetId));
  const table = own ?? RouteTables.find(({ Associations = [] }) => Associations.some((it) => it.Main));
  const out = table?.Routes?.find(
    ({ DestinationCidrBlock: four, DestinationIpv6CidrBlock: six }) => four === '0.0.0.0/0' || six === '::/0',
  );
  const address = PublicIpAddress ? [] : ['the machine has no public address'];
  if (!out) return [...address, `the subnet \`${SubnetId}\` has no route to the internet`];
  if (out.GatewayId?.startsWith('igw-')) return address;
  const through =
    out.NatGatewayId ?? out.TransitGatewayId ?? out.GatewayId ?? out.NetworkInterfaceId ?? 'something else';
  return [...address, `the subnet \`${SubnetId}\` leads out through \`${through}\`, by which nothing comes in`];
}
