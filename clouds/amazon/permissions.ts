import type { Permission } from '../../src/contract/plugin.js';
import { encryptsAtLaunch } from './steps/create-image.js';
import { type ImageMakerConfig, isSpot, type MachineConfig } from './steps/config.js';

type Wish = string | false | undefined;

const allowed = (...actions: readonly Wish[]): Permission[] =>
  actions.flatMap((action) => (action ? [{ provider: 'aws' as const, action }] : []));

/** What a machine, its key pair, its security group and its profile need, from start to end. */
export function machinePermissions(config: MachineConfig): Permission[] {
  const hasKey =
    (config.communicator !== 'none' || Boolean(config.temporary_key_pair_name)) &&
    !config.ssh_private_key_file &&
    !config.ssh_agent_auth &&
    !config.ssh_keypair_name &&
    (!config.ssh_password || Boolean(config.temporary_key_pair_name));
  const hasGroup = !config.security_group_id && config.security_group_ids.length === 0 && !config.security_group_filter;
  const policy = config.temporary_iam_instance_profile_policy_document;
  const looksForSubnet =
    Boolean(config.subnet_id || config.subnet_filter || config.spot_subnet_ids.length > 0) ||
    config.associate_public_ip_address !== undefined;
  const spot = isSpot(config);
  return [
    ...allowed(
      'ec2:DescribeImages',
      'ec2:DescribeInstances',
      'ec2:DescribeVolumes',
      'ec2:DeleteVolume',
      'ec2:RunInstances',
      'ec2:CreateTags',
      'ec2:TerminateInstances',
      'ec2:GetConsoleOutput',
      'ec2:GetConsoleScreenshot',
      !spot && !config.disable_stop_instance && 'ec2:StopInstances',
      (config.ena_support !== undefined || config.sriov_support) && 'ec2:ModifyInstanceAttribute',
      Boolean(config.vpc_filter) && 'ec2:DescribeVpcs',
      looksForSubnet && 'ec2:DescribeSubnets',
      config.associate_public_ip_address !== undefined && 'ec2:DescribeInstanceTypeOfferings',
      // What is looked at when nobody answers.
      config.communicator !== 'none' && 'ec2:DescribeRouteTables',
      (config.communicator !== 'none' || Boolean(config.security_group_filter)) && 'ec2:DescribeSecurityGroups',
    ),
    ...(hasKey ? allowed('ec2:CreateKeyPair', 'ec2:DeleteKeyPair') : []),
    ...(config.ssh_interface === 'session_manager' && !config.ssh_host
      ? allowed(
          'ssm:StartSession',
          'ssm:ResumeSession',
          'ssm:TerminateSession',
          Boolean(config.ssh_private_key_file) && !config.ssh_keypair_name && 'ec2-instance-connect:SendSSHPublicKey',
        )
      : []),
    ...(hasGroup
      ? allowed(
          'ec2:CreateSecurityGroup',
          'ec2:DeleteSecurityGroup',
          'ec2:DescribeSecurityGroups',
          config.communicator !== 'none' &&
            config.ssh_interface !== 'session_manager' &&
            'ec2:AuthorizeSecurityGroupIngress',
        )
      : []),
    ...(spot
      ? allowed(
          'ec2:CreateLaunchTemplate',
          'ec2:DeleteLaunchTemplate',
          'ec2:CreateFleet',
          'iam:CreateServiceLinkedRole',
        )
      : []),
    ...(config.iam_instance_profile || policy ? allowed('iam:PassRole') : []),
    ...(config.iam_instance_profile && !config.skip_profile_validation ? allowed('iam:GetInstanceProfile') : []),
    ...(policy && !config.iam_instance_profile ? PROFILE : []),
    ...(config.assume_role?.role_arn ? allowed('sts:AssumeRole') : []),
    ...(config.decode_authorization_messages ? allowed('sts:DecodeAuthorizationMessage') : []),
  ];
}

const PROFILE = allowed(
  'iam:CreateInstanceProfile',
  'iam:DeleteInstanceProfile',
  'iam:CreateRole',
  'iam:DeleteRole',
  'iam:PutRolePolicy',
  'iam:DeleteRolePolicy',
  'iam:AddRoleToInstanceProfile',
  'iam:RemoveRoleFromInstanceProfile',
  'iam:TagInstanceProfile',
  'iam:TagRole',
);

const KMS = allowed(
  'kms:CreateGrant',
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
);

/** What an image, its copies and its permissions need. */
export function imagePermissions(config: ImageMakerConfig): Permission[] {
  const shares =
    config.ami_users.length + config.ami_groups.length + config.ami_org_arns.length + config.ami_ou_arns.length > 0;
  const modifies = shares || config.ami_product_codes.length > 0 || config.ami_description || config.imds_support;
  const needsCopy = config.encrypt_boot === true && !encryptsAtLaunch(config);
  const copies = config.ami_regions.length > 0 || needsCopy || config.skip_save_build_region;
  const protection = config.deregistration_protection;
  return [
    ...allowed(
      'ec2:DescribeSnapshots',
      // Also for undoing what failed half-way.
      'ec2:DeregisterImage',
      'ec2:DeleteSnapshot',
      config.ami_regions.length > 0 && !config.skip_region_validation && 'ec2:DescribeRegions',
      copies && 'ec2:CopyImage',
      Boolean(modifies) && 'ec2:ModifyImageAttribute',
      config.snapshot_users.length + config.snapshot_groups.length > 0 && 'ec2:ModifySnapshotAttribute',
      Boolean(config.deprecate_at) && 'ec2:EnableImageDeprecation',
      Boolean(protection?.enabled || protection?.with_cooldown) && 'ec2:EnableImageDeregistrationProtection',
    ),
    ...(config.encrypt_boot === true ? KMS : []),
  ];
}

export { allowed };
