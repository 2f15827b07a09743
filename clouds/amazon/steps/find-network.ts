import type { Subnet } from '@aws-sdk/client-ec2';
import { ImgpackError } from '../../../src/messages/message.js';
import type { Cloud } from '../cloud.js';
import { filtersOf, filterText } from '../filters.js';
import { messages } from '../messages.js';
import type { Context, InCloud } from './config.js';

export interface Network {
  readonly vpcId?: string | undefined;
  readonly subnetId?: string | undefined;
  readonly zone?: string | undefined;
}

/** Where the machine will be; what the template leaves open and AWS decides stays open. */
export async function findNetwork(context: Context, { cloud }: InCloud): Promise<{ readonly network: Network }> {
  const { config } = context;
  const vpcId = config.vpc_id || (config.vpc_filter && (await findVpc(cloud, config.vpc_filter)));
  const zone = config.availability_zone || undefined;
  const named = config.subnet_id || config.spot_subnet_ids[0];
  if (named) {
    if (vpcId && zone) return { network: { vpcId, subnetId: named, zone } };
    const [subnet] = await subnets(cloud, { SubnetIds: [named] });
    return { network: { vpcId: vpcId || subnet?.VpcId, subnetId: named, zone: zone ?? subnet?.AvailabilityZone } };
  }
  const subnet = config.subnet_filter
    ? await filteredSubnet(context, cloud, vpcId || undefined, zone)
    : config.associate_public_ip_address === undefined
      ? undefined
      : await defaultSubnet(context, cloud, vpcId || undefined, zone);
  return {
    network: {
      vpcId: vpcId || subnet?.VpcId,
      subnetId: subnet?.SubnetId,
      zone: zone ?? subnet?.AvailabilityZone,
    },
  };
}

async function findVpc(cloud: Cloud, filter: Parameters<typeof filtersOf>[0]): Promise<string> {
  const { DescribeVpcsCommand } = await import('@aws-sdk/client-ec2');
  const Filters = filtersOf(filter);
  const { Vpcs = [] } = await (await cloud.ec2()).send(new DescribeVpcsCommand({ Filters }));
  const [vpc, ...others] = Vpcs;
  if (!vpc?.VpcId) throw new ImgpackError(messages.nothingFound('VPC', filterText(Filters)));
  if (others.length > 0)
    throw new ImgpackError(messages.severalFound('VPCs', Vpcs.length, 'narrow the filters to one VPC'));
  return vpc.VpcId;
}

async function subnets(
  cloud: Cloud,
  query: { SubnetIds?: string[]; Filters?: { Name?: string; Values?: string[] }[] },
): Promise<Subnet[]> {
  const { DescribeSubnetsCommand } = await import('@aws-sdk/client-ec2');
  return (await (await cloud.ec2()).send(new DescribeSubnetsCommand(query))).Subnets ?? [];
}

const byFreeAddresses = (a: Subnet, b: Subnet): number =>
  (b.AvailableIpAddressCount ?? 0) - (a.AvailableIpAddressCount ?? 0);

async function filteredSubnet(
  { config }: Context,
  cloud: Cloud,
  vpcId: string | undefined,
  zone: string | undefined,
): Promise<Subnet> {
  const filter = config.subnet_filter as NonNullable<typeof config.subnet_filter>;
  const Filters = [
    ...filtersOf(filter),
    { Name: 'state', Values: ['available'] },
    ...(vpcId ? [{ Name: 'vpc-id', Values: [vpcId] }] : []),
    ...(zone ? [{ Name: 'availability-zone', Values: [zone] }] : []),
  ];
  const found = await subnets(cloud, { Filters });
  const [first] = filter.most_free ? found.sort(byFreeAddresses) : found;
  if (!first) throw new ImgpackError(messages.nothingFound('subnet', filterText(Filters)));
  if (found.length > 1 && !filter.most_free && !filter.random)
    throw new ImgpackError(
      messages.severalFound('subnets', found.length, 'narrow the filters, or set `most_free` or `random`'),
    );
  return filter.random && !filter.most_free ? (found[Math.floor(Math.random() * found.length)] as Subnet) : first;
}

/** The subnet of the default VPC with the most free addresses, in a zone that has the type of the machine. */
async function defaultSubnet(
  context: Context,
  cloud: Cloud,
  vpcId: string | undefined,
  zone: string | undefined,
): Promise<Subnet | undefined> {
  try {
    const sdk = await import('@aws-sdk/client-ec2');
    const ec2 = await cloud.ec2();
    const types = context.config.instance_type ? [context.config.instance_type] : context.config.spot_instance_types;
    const isOurs = vpcId ? { Name: 'vpc-id', Values: [vpcId] } : { Name: 'default-for-az', Values: ['true'] };
    const [found, { InstanceTypeOfferings = [] }] = await Promise.all([
      subnets(cloud, {
        Filters: [
          isOurs,
          { Name: 'state', Values: ['available'] },
          ...(zone ? [{ Name: 'availability-zone', Values: [zone] }] : []),
        ],
      }),
      ec2.send(
        new sdk.DescribeInstanceTypeOfferingsCommand({
          LocationType: 'availability-zone',
          Filters: [{ Name: 'instance-type', Values: types }],
        }),
      ),
    ]);
    const zones = new Set(InstanceTypeOfferings.map(({ Location }) => Location));
    return found.filter(({ AvailabilityZone }) => zones.has(AvailabilityZone)).sort(byFreeAddresses)[0];
  } catch (error) {
    context.complain(`\`associate_public_ip_address\` is ignored: ${(error as Error).message}`);
    return undefined;
  }
}
