/** A template of `amazon-ebs`, told by what it asks for. */
export interface AmazonCase {
  readonly claim: string;
  readonly options: string;
  readonly ssh?: boolean;
  readonly provisioners?: string;
  /** Parts of requests by their action: of the first call of it. */
  readonly requests?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Calls that change something; default: those of a build without wishes. */
  readonly changes?: readonly string[];
  /** What the account holds in the end; default: one image with its snapshot. */
  readonly regions?: Readonly<Record<string, readonly string[]>>;
  /** Snapshots in the end; default: as many as images. */
  readonly snapshots?: number;
  /** Made in the account before. */
  readonly before?: readonly (readonly [action: string, parameters: Readonly<Record<string, string>>])[];
  /** Turns Packer's calls into the ones that are wanted instead. */
  readonly otherwise?: (calls: string[]) => string[];
  /** Tags beyond Packer's: newer versions of it set them, too. */
  readonly moreTags?: readonly string[];
  /** Why Packer 1.6.6 cannot be asked the same. */
  readonly alone?: string;
}

const START = ['CreateKeyPair', 'CreateSecurityGroup', 'AuthorizeSecurityGroupIngress'];
export const END = ['TerminateInstances', 'DeleteSecurityGroup', 'DeleteKeyPair'];
/** A machine that nobody logs in to needs neither key nor way in. */
export const PLAIN = [
  'CreateSecurityGroup',
  'RunInstances',
  'StopInstances',
  'CreateImage',
  'TerminateInstances',
  'DeleteSecurityGroup',
];
export const WITH_LOGIN = [...START, 'RunInstances', 'StopInstances', 'CreateImage', ...END];

const between = (before: string, ...more: string[]): string[] =>
  PLAIN.flatMap((action) => (action === before ? [...more, action] : [action]));
const after = (place: string, ...more: string[]): string[] =>
  PLAIN.flatMap((action) => (action === place ? [action, ...more] : [action]));

export const amazonCases: readonly AmazonCase[] = [
  { claim: 'a build without wishes makes an image', options: '' },
  {
    claim: 'provisioners run over SSH with a temporary key',
    options: '',
    ssh: true,
    provisioners: `provisioner "shell" { inline = ["echo it runs"] }
  provisioner "file" {
    content     = "x"
    destination = "/tmp/imgpack-amazon-test"
  }`,
    changes: WITH_LOGIN,
    requests: {
      AuthorizeSecurityGroupIngress: {
        'IpPermissions.1.IpProtocol': 'tcp',
        'IpPermissions.1.IpRanges.1.CidrIp': '0.0.0.0/0',
      },
    },
    alone: 'it has no `content` in the provisioner `file`',
  },
  {
    claim: 'the temporary key can be of the kind ed25519',
    options: 'temporary_key_pair_type = "ed25519"',
    ssh: true,
    changes: WITH_LOGIN,
    requests: { CreateKeyPair: { KeyType: 'ed25519' } },
    alone: 'it makes RSA keys only',
  },
  {
    claim: 'only named sources are let in',
    options: 'temporary_security_group_source_cidrs = ["10.0.0.0/8", "fd00::/8"]',
    ssh: true,
    changes: WITH_LOGIN,
    requests: {
      AuthorizeSecurityGroupIngress: {
        'IpPermissions.1.IpRanges.1.CidrIp': '10.0.0.0/8',
        'IpPermissions.1.Ipv6Ranges.1.CidrIpv6': 'fd00::/8',
      },
    },
    alone: 'it takes IPv4 ranges only',
  },
  {
    claim: 'the newest of several source images is taken',
    options: `source_ami_filter {
    filters = { name = "linux-*", virtualization-type = "hvm" }
    owners = ["099720109477"]
    most_recent = true
  }`,
  },
  {
    claim: 'tags are set with the creation, rendered with the facts of the source image',
    options: `tags = { Name = "made", From = "{{ .SourceAMIName }}", Region = "{{ .BuildRegion }}" }
  snapshot_tags = { Kind = "snapshot" }
  run_tags = { Role = "builder" }
  run_volume_tags = { Disk = "yes" }`,
    moreTags: ['us-east-1 image Role=builder', 'us-east-1 snapshot Role=builder'],
    requests: {
      CreateImage: {
        'TagSpecification.1.ResourceType': 'image',
        'TagSpecification.1.Tag.1.Key': 'Role',
        'TagSpecification.1.Tag.2.Value': 'linux-2025.1',
        'TagSpecification.2.ResourceType': 'snapshot',
        'TagSpecification.2.Tag.5.Key': 'Kind',
      },
      RunInstances: { 'TagSpecification.1.Tag.1.Value': 'builder', 'TagSpecification.3.Tag.1.Key': 'Disk' },
    },
  },
  {
    claim: 'tags may stand in blocks',
    options: `tag {
    key   = "Name"
    value = "made"
  }`,
    requests: { CreateImage: { 'TagSpecification.1.Tag.1.Key': 'Name', 'TagSpecification.1.Tag.1.Value': 'made' } },
    alone: 'it reads tags in blocks otherwise',
  },
  {
    claim: 'a description may refer to the source image',
    options: 'ami_description = "made of {{ .SourceAMI }}"',
    changes: after('CreateImage', 'ModifyImageAttribute'),
    requests: { ModifyImageAttribute: { 'Description.Value': 'made of ami-0000000000000001a' } },
  },
  {
    claim: 'the image is shared with accounts',
    options: 'ami_users = ["111122223333", "444455556666"]',
    changes: after('CreateImage', 'ModifyImageAttribute'),
    requests: {
      ModifyImageAttribute: {
        'LaunchPermission.Add.1.UserId': '111122223333',
        'LaunchPermission.Add.2.UserId': '444455556666',
      },
    },
  },
  {
    claim: 'the image is shared with everybody',
    options: 'ami_groups = ["all"]',
    changes: after('CreateImage', 'ModifyImageAttribute'),
    requests: { ModifyImageAttribute: { 'LaunchPermission.Add.1.Group': 'all' } },
  },
  {
    claim: 'the image is shared with organisations and their units',
    options: `ami_org_arns = ["arn:aws:organizations::123456789012:organization/o-abcdefghij"]
  ami_ou_arns = ["arn:aws:organizations::123456789012:ou/o-abcdefghij/ou-abcd-12345678"]`,
    changes: after('CreateImage', 'ModifyImageAttribute', 'ModifyImageAttribute'),
    requests: {
      ModifyImageAttribute: {
        'LaunchPermission.Add.1.OrganizationArn': 'arn:aws:organizations::123456789012:organization/o-abcdefghij',
      },
    },
    alone: 'it does not know organisations',
  },
  {
    claim: 'snapshots are shared',
    options: `snapshot_users = ["111122223333"]
  snapshot_groups = ["all"]`,
    changes: after('CreateImage', 'ModifySnapshotAttribute', 'ModifySnapshotAttribute'),
    requests: { ModifySnapshotAttribute: { 'UserGroup.1': 'all', OperationType: 'add' } },
  },
  {
    claim: 'the image is copied to other regions',
    options: 'ami_regions = ["us-west-2", "eu-west-1", "us-east-1"]',
    changes: after('CreateImage', 'CopyImage', 'CopyImage'),
    regions: { 'us-east-1': ['made'], 'us-west-2': ['made'], 'eu-west-1': ['made'] },
  },
  {
    claim: 'the image is encrypted with keys of each region, without a copy in its own',
    options: `ami_regions = ["us-east-1", "us-west-2"]
  encrypt_boot = true
  kms_key_id = "alias/east"
  region_kms_key_ids = { us-east-1 = "alias/east", us-west-2 = "alias/west" }`,
    // The emulator's source image says that its volume stays; nobody wants it.
    changes: after('CreateImage', 'CopyImage').flatMap((action) =>
      action === 'TerminateInstances' ? [action, 'DeleteVolume'] : [action],
    ),
    otherwise: (calls) =>
      calls
        .filter((call) => !/ (DeregisterImage|DeleteSnapshot) /.test(call) && !/us-east-1 CopyImage/.test(call))
        .map((call) => call.replace(/(CreateImage .*Name=)\w+/, '$1made'))
        .map((call) =>
          call.replace(
            'RunInstances ',
            'RunInstances BlockDeviceMapping.1.DeviceName=/dev/sda1 BlockDeviceMapping.1.Ebs.DeleteOnTermination=false BlockDeviceMapping.1.Ebs.Encrypted=true BlockDeviceMapping.1.Ebs.VolumeSize=15 ',
          ),
        )
        .flatMap((call) =>
          call.includes('TerminateInstances') ? [call, 'us-east-1 DeleteVolume VolumeId=vol-x'] : [call],
        ),
    requests: {
      RunInstances: { 'BlockDeviceMapping.1.Ebs.Encrypted': 'true', 'BlockDeviceMapping.1.Ebs.KmsKeyId': 'alias/east' },
      CopyImage: { Encrypted: 'true', KmsKeyId: 'alias/west' },
    },
    regions: { 'us-east-1': ['made'], 'us-west-2': ['made'] },
  },
  {
    claim: 'with devices of its own the image is encrypted by a copy',
    options: `encrypt_boot = true
  ami_block_device_mappings {
    device_name = "/dev/sdb"
    volume_size = 10
    volume_type = "gp3"
    iops = 4000
    throughput = 200
    delete_on_termination = true
  }`,
    changes: after('CreateImage', 'CopyImage', 'DeregisterImage', 'DeleteSnapshot'),
    requests: {
      CreateImage: { 'BlockDeviceMapping.1.DeviceName': '/dev/sdb', 'BlockDeviceMapping.1.Ebs.Throughput': '200' },
      CopyImage: { Encrypted: 'true', Name: 'made' },
    },
  },
  {
    claim: 'only copies stay with `skip_save_build_region`',
    options: `skip_save_build_region = true
  ami_regions = ["us-west-2"]`,
    changes: after('CreateImage', 'CopyImage', 'DeregisterImage', 'DeleteSnapshot'),
    regions: { 'us-east-1': [], 'us-west-2': ['made'] },
    alone: 'it does not know the option',
  },
  {
    claim: 'devices of the machine are as the template says',
    options: `launch_block_device_mappings {
    device_name = "/dev/sda1"
    volume_size = 30
    volume_type = "gp3"
    iops = 3000
    throughput = 125
    delete_on_termination = true
  }
  launch_block_device_mappings {
    device_name = "/dev/sdc"
    no_device = true
  }
  ebs_optimized = true`,
    requests: {
      RunInstances: {
        'BlockDeviceMapping.1.DeviceName': '/dev/sda1',
        'BlockDeviceMapping.1.Ebs.VolumeSize': '30',
        'BlockDeviceMapping.1.Ebs.DeleteOnTermination': 'true',
        'BlockDeviceMapping.2.NoDevice': '',
        EbsOptimized: 'true',
      },
    },
  },
  {
    claim: 'enhanced networking is turned on while the machine is stopped',
    options: `ena_support = true
  sriov_support = true`,
    changes: between('CreateImage', 'ModifyInstanceAttribute', 'ModifyInstanceAttribute'),
    requests: { ModifyInstanceAttribute: { 'SriovNetSupport.Value': 'simple' } },
  },
  {
    claim: 'user data is encoded once',
    options: 'user_data = "#!/bin/sh\\necho hi\\n"',
    requests: { RunInstances: { UserData: Buffer.from('#!/bin/sh\necho hi\n').toString('base64') } },
  },
  {
    claim: 'options of the metadata service are sent as they are set',
    options: `metadata_options {
    http_tokens                 = "required"
    http_put_response_hop_limit = 2
  }
  imds_support = "v2.0"`,
    changes: after('CreateImage', 'ModifyImageAttribute'),
    requests: {
      RunInstances: { 'MetadataOptions.HttpTokens': 'required', 'MetadataOptions.HttpPutResponseHopLimit': '2' },
      ModifyImageAttribute: { 'ImdsSupport.Value': 'v2.0' },
    },
    alone: 'it does not know the block',
  },
  {
    claim: 'the machine ends by itself with `shutdown_behavior`, credits and tenancy as asked',
    options: `shutdown_behavior = "terminate"
  enable_unlimited_credits = true
  tenancy = "default"`,
    requests: {
      RunInstances: {
        InstanceInitiatedShutdownBehavior: 'terminate',
        'CreditSpecification.CpuCredits': 'unlimited',
        'Placement.Tenancy': 'default',
      },
    },
    alone: 'it calls credits otherwise',
  },
  {
    claim: 'the image gets a date after which it is deprecated, and protection',
    options: `deprecate_at = "2030-01-31T12:00:00Z"
  deregistration_protection { with_cooldown = true }`,
    changes: after('CreateImage', 'EnableImageDeprecation', 'EnableImageDeregistrationProtection'),
    requests: {
      EnableImageDeprecation: { DeprecateAt: '2030-01-31T12:00:00Z' },
      EnableImageDeregistrationProtection: { WithCooldown: 'true' },
    },
    alone: 'it does not know either option',
  },
  {
    claim: 'Windows images launch faster where that is asked for',
    options: `fast_launch {
    enable_fast_launch = true
    max_parallel_launches = 6
    target_resource_count = 5
  }`,
    changes: after('CreateImage', 'EnableFastLaunch'),
    requests: { EnableFastLaunch: { MaxParallelLaunches: '6', 'SnapshotConfiguration.TargetResourceCount': '5' } },
    alone: 'it does not know the block',
  },
  {
    claim: 'a temporary instance profile is made and removed',
    options: `temporary_iam_instance_profile_policy_document {
    Version = "2012-10-17"
    Statement {
      Action   = ["s3:GetObject"]
      Effect   = "Allow"
      Resource = ["*"]
    }
  }`,
    changes: [
      'CreateSecurityGroup',
      'CreateInstanceProfile',
      'CreateRole',
      'PutRolePolicy',
      'AddRoleToInstanceProfile',
      'RunInstances',
      'StopInstances',
      'CreateImage',
      'TerminateInstances',
      'RemoveRoleFromInstanceProfile',
      'DeleteRolePolicy',
      'DeleteRole',
      'DeleteInstanceProfile',
      'DeleteSecurityGroup',
    ],
  },
  {
    claim: 'a spot machine comes from a launch template and a fleet, and is not stopped',
    options: `spot_price = "auto"
  spot_tags = { Spot = "yes" }`,
    changes: [
      'CreateSecurityGroup',
      'CreateLaunchTemplate',
      'CreateFleet',
      'DeleteLaunchTemplate',
      'CreateImage',
      'TerminateInstances',
      'DeleteSecurityGroup',
    ],
    requests: {
      CreateFleet: { 'TargetCapacitySpecification.DefaultTargetCapacityType': 'spot', Type: 'instant' },
      CreateLaunchTemplate: { 'LaunchTemplateData.InstanceMarketOptions.MarketType': 'spot' },
    },
    alone: 'its own way with spot tags ends in an error here',
  },
  {
    claim: 'a spot build without tags',
    options: 'spot_price = "0.05"\n  spot_instance_types = ["t3.micro", "t3a.micro"]',
    changes: [
      'CreateSecurityGroup',
      'CreateLaunchTemplate',
      'CreateFleet',
      'DeleteLaunchTemplate',
      'CreateImage',
      'TerminateInstances',
      'DeleteSecurityGroup',
    ],
    requests: {
      CreateFleet: { 'LaunchTemplateConfigs.1.Overrides.2.InstanceType': 't3a.micro' },
      CreateLaunchTemplate: { 'LaunchTemplateData.InstanceMarketOptions.SpotOptions.MaxPrice': '0.05' },
    },
  },
  {
    claim: 'an older image of the name goes when the new one is ready to be made',
    options: `force_deregister = true
  force_delete_snapshot = true`,
    before: [['RegisterImage', { Name: 'made' }]],
    changes: between('CreateImage', 'DeregisterImage', 'DeleteSnapshot'),
  },
  {
    claim: 'nothing is made of the machine with `skip_create_ami`',
    options: 'skip_create_ami = true',
    changes: ['CreateSecurityGroup', 'RunInstances', 'StopInstances', 'TerminateInstances', 'DeleteSecurityGroup'],
    regions: { 'us-east-1': [] },
    alone: 'it does not know the option',
  },
  {
    claim: 'the subnet with the most free addresses is taken, and a public address asked for',
    options: `subnet_filter {
    filters = { "default-for-az" = "true" }
    most_free = true
  }
  associate_public_ip_address = true`,
    requests: {
      RunInstances: {
        'NetworkInterface.1.AssociatePublicIpAddress': 'true',
        'NetworkInterface.1.DeviceIndex': '0',
        'NetworkInterface.1.DeleteOnTermination': 'true',
      },
    },
  },
  {
    claim: 'a default VPC is found where a public address is asked for',
    options: 'associate_public_ip_address = true',
    requests: { RunInstances: { 'NetworkInterface.1.AssociatePublicIpAddress': 'true' } },
    alone: 'it does not look for one',
  },
  {
    claim: 'security groups are found by filters',
    options: `security_group_filter {
    filters = { "group-name" = "default" }
  }`,
    changes: ['RunInstances', 'StopInstances', 'CreateImage', 'TerminateInstances'],
  },
  {
    claim: 'the temporary key pair has the name that is asked for',
    options: 'temporary_key_pair_name = "mine"',
    ssh: true,
    changes: WITH_LOGIN,
    requests: { CreateKeyPair: { KeyName: 'mine' }, RunInstances: { KeyName: 'mine' } },
  },
  {
    claim: 'several networks are let in',
    options: 'temporary_security_group_source_cidrs = ["10.0.0.0/8", "192.168.0.0/16"]',
    ssh: true,
    changes: WITH_LOGIN,
    requests: { AuthorizeSecurityGroupIngress: { 'IpPermissions.1.IpRanges.2.CidrIp': '192.168.0.0/16' } },
  },
  {
    claim: 'the machine may be terminated from within',
    options: 'shutdown_behavior = "terminate"',
    requests: { RunInstances: { InstanceInitiatedShutdownBehavior: 'terminate' } },
  },
  {
    claim: 'a copy is unencrypted where that is said',
    options: `ami_regions = ["us-west-2"]
  encrypt_boot = false`,
    changes: after('CreateImage', 'CopyImage'),
    requests: { CopyImage: { Encrypted: 'false' } },
    regions: { 'us-east-1': ['made'], 'us-west-2': ['made'] },
  },
  {
    claim: 'a device is of a kind and size of its own',
    options: `launch_block_device_mappings {
    device_name = "/dev/sdf"
    volume_size = 500
    volume_type = "st1"
    delete_on_termination = true
  }`,
    requests: {
      RunInstances: { 'BlockDeviceMapping.1.Ebs.VolumeType': 'st1', 'BlockDeviceMapping.1.Ebs.VolumeSize': '500' },
    },
  },
  {
    claim: 'the image has a device of its own',
    options: `ami_block_device_mappings {
    device_name = "/dev/sdb"
    virtual_name = "ephemeral0"
  }`,
    requests: { CreateImage: { 'BlockDeviceMapping.1.VirtualName': 'ephemeral0' } },
  },
  {
    claim: 'snapshots have tags of their own',
    options: 'snapshot_tags = { Kind = "snapshot" }',
    requests: { CreateImage: { 'TagSpecification.1.ResourceType': 'snapshot' } },
  },
  {
    claim: 'the snapshots of an older image stay unless they are to go',
    options: 'force_deregister = true',
    before: [['RegisterImage', { Name: 'made' }]],
    changes: between('CreateImage', 'DeregisterImage'),
    snapshots: 2,
  },
  {
    claim: 'the zone is as asked for',
    options: 'availability_zone = "us-east-1b"',
    requests: { RunInstances: { 'Placement.AvailabilityZone': 'us-east-1b' } },
  },
];
