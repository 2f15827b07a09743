import { block, blocks, bool, duration, number, text, textList, textMap } from '../../../src/contract/schema.js';
import type { Decoded } from '../../../src/contract/schema.js';
import { filterBlock, sourceImageFilter, subnetFilterBlock } from './filters.js';
import { licenseBlock, metadataBlock, placementBlock, policyBlock } from './instance-blocks.js';
import { tagBlock } from './tag-blocks.js';

/** What the machine is started from and as. */
export const instanceOptions = {
  associate_public_ip_address: bool({
    description: 'Tri-state; when set without a subnet the default VPC and a suitable subnet are looked up.',
  }),
  availability_zone: text({ description: 'Zone for the instance.', defaultNote: 'chosen by AWS or from the subnet' }),
  block_duration_minutes: number({
    description: 'Without effect: EC2 has no spot blocks any more.',
    deprecated: 'use `spot_price`',
  }),
  capacity_reservation_preference: text({
    description: 'Capacity reservation preference.',
    defaultNote: 'none, when no reservation target is given',
    values: ['open', 'none'],
  }),
  capacity_reservation_id: text({ description: 'Target reservation id; excludes the other two capacity options.' }),
  capacity_reservation_group_arn: text({
    description: 'Target reservation group; excludes the other two capacity options.',
  }),
  disable_stop_instance: bool({
    description: 'Leave stopping to a provisioner; the end of the machine is still waited for.',
    default: false,
  }),
  ebs_optimized: bool({ description: 'Request EBS optimization.', default: false }),
  enable_nitro_enclave: bool({
    description: 'Enable Nitro Enclaves; not with spot nor with any type starting with t.',
    default: false,
  }),
  enable_t2_unlimited: bool({
    description: 'Older name of `enable_unlimited_credits`.',
    default: false,
    deprecated: 'use `enable_unlimited_credits`',
  }),
  enable_unlimited_credits: bool({ description: 'Unlimited CPU credits on t2, t3, t3a, t4g.', default: false }),
  iam_instance_profile: text({ description: 'Existing instance profile name.' }),
  fleet_tags: textMap({ description: 'Tags on the spot fleet; only with spot.', template: 'late' }),
  skip_profile_validation: bool({
    description: 'Do not call GetInstanceProfile on `iam_instance_profile`.',
    default: false,
  }),
  shutdown_behavior: text({
    description: 'Instance-initiated shutdown behaviour.',
    default: 'stop',
    values: ['stop', 'terminate'],
  }),
  instance_type: text({
    description: 'Instance type. Needed: exactly one of `instance_type` and `spot_instance_types`.',
  }),
  run_tags: textMap({
    description:
      'Tags on key pair, security group, IAM objects, instance, network interface, and (unless skipped) the image and snapshots at creation.',
    template: 'late',
  }),
  security_group_id: text({ description: 'One existing group; excludes `security_group_ids`.' }),
  security_group_ids: textList({ description: 'Existing groups; skips creating a temporary one.' }),
  source_ami: text({ description: 'Source image id. Needed: `source_ami` or `source_ami_filter`.' }),
  spot_allocation_strategy: text({
    description: 'Spot allocation strategy.',
    defaultNote: 'EC2 default',
    values: [
      'lowest-price',
      'diversified',
      'capacity-optimized',
      'capacity-optimized-prioritized',
      'price-capacity-optimized',
    ],
  }),
  spot_instance_types: textList({ description: 'Candidate types for the fleet.' }),
  spot_price: text({
    description: 'Turns the build into a spot build; auto means no explicit maximum; empty or 0 means on demand.',
  }),
  spot_price_auto_product: text({ description: 'Without effect.', deprecated: 'use `spot_price`' }),
  spot_tags: textMap({
    description: 'Tags on the launch template and on the spot request; only with spot.',
    template: 'late',
  }),
  subnet_id: text({ description: 'Subnet of the machine.' }),
  tenancy: text({
    description: 'Older place of `placement.tenancy`.',
    values: ['default', 'dedicated', 'host'],
    deprecated: 'use `placement.tenancy`',
  }),
  temporary_security_group_source_cidrs: textList({
    description: 'Sources allowed into the temporary group.',
    defaultNote: '0.0.0.0/0, or ::/0 with `ssh_interface` ipv6',
  }),
  temporary_security_group_source_public_ip: bool({
    description: "Use this machine's public address as the only source.",
    default: false,
  }),
  user_data: text({ description: 'User data text; base64-encoded unless it already decodes.' }),
  user_data_file: text({ description: 'File with user data; excludes `user_data`.' }),
  vpc_id: text({ description: 'VPC of the machine and of its temporary security group.' }),
  windows_password_timeout: duration({ description: 'Limit for fetching the Windows password.', default: '20m' }),
  ssh_interface: text({
    description: 'Which address to dial.',
    defaultNote: 'public IP, then private IP, or public DNS outside a VPC',
    values: ['public_ip', 'private_ip', 'public_dns', 'private_dns', 'ipv6', 'session_manager'],
  }),
  pause_before_ssm: duration({
    description: 'Delay before opening the session tunnel (the documentation says 10s; the code applies none).',
    default: '0s',
  }),
  session_manager_port: number({
    description: 'Local end of the session tunnel.',
    defaultNote: 'free port in 8000-8999',
  }),
  spot_subnet_ids: textList({
    description: 'Subnets to try one after the other where one has no capacity left, after `subnet_id`.',
  }),
  spot_fallback_on_demand: bool({
    description: 'Start the machine on demand where no spot capacity is left.',
    default: false,
  }),
} as const;

export const instanceBlocks = {
  run_tag: blocks(tagBlock, { description: 'One more entry of `run_tags`.' }),
  spot_tag: blocks(tagBlock, { description: 'One more entry of `spot_tags`.' }),
  fleet_tag: blocks(tagBlock, { description: 'One more entry of `fleet_tags`.' }),
  source_ami_filter: block(sourceImageFilter, { description: 'Finds the source image.' }),
  vpc_filter: block(filterBlock, { description: 'Finds the VPC.' }),
  security_group_filter: block(filterBlock, { description: 'Finds the security groups.' }),
  subnet_filter: block(subnetFilterBlock, { description: 'Finds the subnet.' }),
  temporary_iam_instance_profile_policy_document: block(policyBlock, {
    description: 'Policy of an instance profile that is made for this build.',
  }),
  license_specifications: blocks(licenseBlock, { description: 'A license configuration.' }),
  placement: block(placementBlock, { description: 'Host and tenancy.' }),
  metadata_options: block(metadataBlock, { description: 'Instance metadata service; what is not set is not sent.' }),
} as const;

export type InstanceConfig = Decoded<{ attributes: typeof instanceOptions; blocks: typeof instanceBlocks }>;
