import type * as sdk from '@aws-sdk/client-ec2';

type Sdk = typeof sdk;
/** A command of the SDK; what they have in common has no type of its own. */
type Make = (sdk: Sdk) => object;

const DryRun = true;
/** Things of these names never exist; EC2 looks at permissions first. */
const IMAGE = 'ami-00000000000000000';
const INSTANCE = 'i-00000000000000000';
const SNAPSHOT = 'snap-00000000000000000';
const VOLUME = 'vol-00000000000000000';
const GROUP = 'sg-00000000000000000';
const NAME = 'imgpack-permission-check';

/** One call for each action, which EC2 refuses or would carry out, and never does. */
export const dryRuns: Readonly<Record<string, Make>> = {
  'ec2:DescribeImages': (sdk) => new sdk.DescribeImagesCommand({ DryRun, ImageIds: [IMAGE] }),
  'ec2:DescribeInstances': (sdk) => new sdk.DescribeInstancesCommand({ DryRun }),
  'ec2:DescribeVolumes': (sdk) => new sdk.DescribeVolumesCommand({ DryRun }),
  'ec2:DescribeSnapshots': (sdk) => new sdk.DescribeSnapshotsCommand({ DryRun, SnapshotIds: [SNAPSHOT] }),
  'ec2:DescribeVpcs': (sdk) => new sdk.DescribeVpcsCommand({ DryRun }),
  'ec2:DescribeSubnets': (sdk) => new sdk.DescribeSubnetsCommand({ DryRun }),
  'ec2:DescribeRouteTables': (sdk) => new sdk.DescribeRouteTablesCommand({ DryRun }),
  'ec2:DescribeSecurityGroups': (sdk) => new sdk.DescribeSecurityGroupsCommand({ DryRun }),
  'ec2:DescribeRegions': (sdk) => new sdk.DescribeRegionsCommand({ DryRun }),
  'ec2:DescribeInstanceTypeOfferings': (sdk) => new sdk.DescribeInstanceTypeOfferingsCommand({ DryRun }),
  'ec2:DescribeFastLaunchImages': (sdk) => new sdk.DescribeFastLaunchImagesCommand({ DryRun }),
  'ec2:DescribeImportImageTasks': (sdk) => new sdk.DescribeImportImageTasksCommand({ DryRun }),
  'ec2:GetConsoleOutput': (sdk) => new sdk.GetConsoleOutputCommand({ DryRun, InstanceId: INSTANCE }),
  'ec2:GetConsoleScreenshot': (sdk) => new sdk.GetConsoleScreenshotCommand({ DryRun, InstanceId: INSTANCE }),
  'ec2:RunInstances': (sdk) => new sdk.RunInstancesCommand({ DryRun, ImageId: IMAGE, MinCount: 1, MaxCount: 1 }),
  'ec2:TerminateInstances': (sdk) => new sdk.TerminateInstancesCommand({ DryRun, InstanceIds: [INSTANCE] }),
  'ec2:StopInstances': (sdk) => new sdk.StopInstancesCommand({ DryRun, InstanceIds: [INSTANCE] }),
  'ec2:ModifyInstanceAttribute': (sdk) =>
    new sdk.ModifyInstanceAttributeCommand({ DryRun, InstanceId: INSTANCE, EnaSupport: { Value: true } }),
  'ec2:CreateTags': (sdk) =>
    new sdk.CreateTagsCommand({ DryRun, Resources: [INSTANCE], Tags: [{ Key: NAME, Value: '' }] }),
  'ec2:CreateKeyPair': (sdk) => new sdk.CreateKeyPairCommand({ DryRun, KeyName: NAME }),
  'ec2:DeleteKeyPair': (sdk) => new sdk.DeleteKeyPairCommand({ DryRun, KeyName: NAME }),
  'ec2:CreateSecurityGroup': (sdk) =>
    new sdk.CreateSecurityGroupCommand({ DryRun, GroupName: NAME, Description: NAME }),
  'ec2:DeleteSecurityGroup': (sdk) => new sdk.DeleteSecurityGroupCommand({ DryRun, GroupId: GROUP }),
  'ec2:AuthorizeSecurityGroupIngress': (sdk) =>
    new sdk.AuthorizeSecurityGroupIngressCommand({
      DryRun,
      GroupId: GROUP,
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '127.0.0.1/32' }] }],
    }),
  'ec2:CreateImage': (sdk) => new sdk.CreateImageCommand({ DryRun, InstanceId: INSTANCE, Name: NAME }),
  'ec2:RegisterImage': (sdk) => new sdk.RegisterImageCommand({ DryRun, Name: NAME }),
  'ec2:DeregisterImage': (sdk) => new sdk.DeregisterImageCommand({ DryRun, ImageId: IMAGE }),
  'ec2:CopyImage': (sdk) =>
    new sdk.CopyImageCommand({ DryRun, Name: NAME, SourceImageId: IMAGE, SourceRegion: 'us-east-1' }),
  'ec2:ModifyImageAttribute': (sdk) =>
    new sdk.ModifyImageAttributeCommand({ DryRun, ImageId: IMAGE, Description: { Value: NAME } }),
  'ec2:EnableImageDeprecation': (sdk) =>
    new sdk.EnableImageDeprecationCommand({ DryRun, ImageId: IMAGE, DeprecateAt: new Date('2100-01-01T00:00:00Z') }),
  'ec2:EnableImageDeregistrationProtection': (sdk) =>
    new sdk.EnableImageDeregistrationProtectionCommand({ DryRun, ImageId: IMAGE }),
  'ec2:EnableFastLaunch': (sdk) => new sdk.EnableFastLaunchCommand({ DryRun, ImageId: IMAGE }),
  'ec2:CreateSnapshot': (sdk) => new sdk.CreateSnapshotCommand({ DryRun, VolumeId: VOLUME }),
  'ec2:DeleteSnapshot': (sdk) => new sdk.DeleteSnapshotCommand({ DryRun, SnapshotId: SNAPSHOT }),
  'ec2:ModifySnapshotAttribute': (sdk) =>
    new sdk.ModifySnapshotAttributeCommand({
      DryRun,
      SnapshotId: SNAPSHOT,
      Attribute: 'createVolumePermission',
      OperationType: 'add',
      UserIds: ['000000000000'],
    }),
  'ec2:DeleteVolume': (sdk) => new sdk.DeleteVolumeCommand({ DryRun, VolumeId: VOLUME }),
  'ec2:AttachVolume': (sdk) =>
    new sdk.AttachVolumeCommand({ DryRun, VolumeId: VOLUME, InstanceId: INSTANCE, Device: '/dev/sdz' }),
  'ec2:DetachVolume': (sdk) => new sdk.DetachVolumeCommand({ DryRun, VolumeId: VOLUME }),
  'ec2:DeleteTags': (sdk) => new sdk.DeleteTagsCommand({ DryRun, Resources: [INSTANCE], Tags: [{ Key: NAME }] }),
  'ec2:CreateFleet': (sdk) =>
    new sdk.CreateFleetCommand({
      DryRun,
      LaunchTemplateConfigs: [{ LaunchTemplateSpecification: { LaunchTemplateName: NAME, Version: '1' } }],
      TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: 'spot' },
      Type: 'instant',
    }),
  'ec2:CreateLaunchTemplate': (sdk) =>
    new sdk.CreateLaunchTemplateCommand({
      DryRun,
      LaunchTemplateName: NAME,
      LaunchTemplateData: { ImageId: IMAGE },
    }),
  'ec2:DeleteLaunchTemplate': (sdk) => new sdk.DeleteLaunchTemplateCommand({ DryRun, LaunchTemplateName: NAME }),
  'ec2:ImportImage': (sdk) => new sdk.ImportImageCommand({ DryRun, DiskContainers: [{ Url: 's3://imgpack/none' }] }),
};
