import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Amazon, amazonMissing, SOURCE_IMAGE } from '../support/amazon.js';
import { Workplace } from '../support/command.js';

const missing = amazonMissing();

describe.skipIf(missing)(`other components of Amazon${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let amazon: Amazon;
  beforeAll(async () => {
    amazon = await Amazon.start();
  });
  beforeEach(() => amazon.reset());
  afterEach(() => {
    expect(amazon.proxy.violations).toEqual([]);
  });
  afterAll(() => amazon.stop());

  const source = (type: string, options: string) => `source "${type}" "a" {
  region = "us-east-1"
  custom_endpoint_ec2 = "${amazon.proxy.url}"
  communicator = "none"
  source_ami = "${SOURCE_IMAGE}"
  instance_type = "t2.micro"
  ${options}
}
build {
  sources = ["source.${type}.a"]
}
`;

  it('amazon-ebssurrogate registers an image of snapshots, with the filled volume as its root', async () => {
    const outcome = await amazon.build(
      source(
        'amazon-ebssurrogate',
        `ami_name = "surrogate"
  ami_virtualization_type = "hvm"
  ena_support = true
  boot_mode = "uefi"
  launch_block_device_mappings {
    device_name = "/dev/xvdf"
    volume_size = 8
    volume_type = "gp3"
    delete_on_termination = true
  }
  launch_block_device_mappings {
    device_name = "/dev/xvdg"
    volume_size = 2
    delete_on_termination = true
    omit_from_artifact = true
  }
  ami_root_device {
    source_device_name = "/dev/xvdf"
    device_name = "/dev/xvda"
  }`,
      ),
    );
    expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0);
    expect(amazon.changes()).toEqual([
      'CreateSecurityGroup',
      'RunInstances',
      'StopInstances',
      'ModifyInstanceAttribute',
      'CreateSnapshot',
      'RegisterImage',
      'TerminateInstances',
      'DeleteSecurityGroup',
    ]);
    const request = amazon.request('RegisterImage');
    expect({ ...request, 'BlockDeviceMapping.1.Ebs.SnapshotId': 'snap' }).toEqual({
      Name: 'surrogate',
      Architecture: 'x86_64',
      RootDeviceName: '/dev/xvda',
      VirtualizationType: 'hvm',
      EnaSupport: 'true',
      BootMode: 'uefi',
      'BlockDeviceMapping.1.DeviceName': '/dev/xvda',
      'BlockDeviceMapping.1.Ebs.DeleteOnTermination': 'true',
      'BlockDeviceMapping.1.Ebs.VolumeType': 'gp3',
      'BlockDeviceMapping.1.Ebs.VolumeSize': '8',
      'BlockDeviceMapping.1.Ebs.SnapshotId': 'snap',
    });
    expect(await amazon.holdings()).toMatchObject({ images: ['surrogate'], others: [] });
  });

  it('amazon-ebssurrogate leaves no snapshot when the image cannot be registered', async () => {
    amazon.proxy.faults.push({
      action: 'RegisterImage',
      times: 9,
      error: { status: 400, code: 'InvalidAMIName.Malformed' },
    });
    const outcome = await amazon.build(
      source(
        'amazon-ebssurrogate',
        `ami_name = "surrogate"
  ami_virtualization_type = "hvm"
  launch_block_device_mappings {
    device_name = "/dev/xvdf"
    volume_size = 8
    delete_on_termination = true
  }
  ami_root_device {
    source_device_name = "/dev/xvdf"
    device_name = "/dev/xvda"
  }`,
      ),
    );
    expect(outcome.exitCode).toBe(1);
    expect(await amazon.holdings()).toEqual({ images: [], snapshots: 0, others: [] });
  });

  it('amazon-ebsvolume keeps its volumes and snapshots, with tags of their own', async () => {
    const outcome = await amazon.build(
      source(
        'amazon-ebsvolume',
        `run_volume_tags = { Building = "yes" }
  ebs_volumes {
    device_name = "/dev/sdf"
    volume_size = 4
    snapshot_volume = true
    tags = { Name = "data" }
    tag {
      key = "More"
      value = "{{ .BuildRegion }}"
    }
  }`,
      ),
    );
    expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0);
    expect(outcome.stdout).toMatch(/EBS volumes were created:\nus-east-1: snap-\w+\nus-east-1: vol-\w+/);
    const { images, snapshots, others } = await amazon.holdings();
    expect({ images, snapshots, volumes: others.length }).toEqual({ images: [], snapshots: 1, volumes: 1 });
    const tags = await amazon.moto.ec2('DescribeVolumes', { 'VolumeId.1': others[0] ?? '' });
    const pairs = [...tags.matchAll(/<key>([^<]*)<\/key>\s*<value>([^<]*)</g)].map(
      ([, key, value]) => `${key}=${value}`,
    );
    expect(pairs.sort()).toEqual(['More=us-east-1', 'Name=data']);
  });

  it('data sources read images, parameters and secrets', async () => {
    const access = 'region = "us-east-1"';
    await amazon.call('ssm', 'AmazonSSM.PutParameter', { Name: '/a/b', Value: 'from-store', Type: 'SecureString' });
    await amazon.call('secretsmanager', 'secretsmanager.CreateSecret', {
      Name: 'login',
      SecretString: '{"user":"me","port":5432}',
    });
    const place = await Workplace.make();
    const outcome = await amazon.build(
      `
data "amazon-ami" "base" {
  ${access}
  custom_endpoint_ec2 = "${amazon.proxy.url}"
  filters = { name = "linux-2025.1" }
  owners = ["099720109477"]
}
data "amazon-parameterstore" "p" {
  ${access}
  name = "/a/b"
  with_decryption = true
}
data "amazon-secretsmanager" "s" {
  ${access}
  name = "login"
  key = "port"
}
source "file" "a" {
  target  = "out.txt"
  content = "\${data.amazon-ami.base.id} \${data.amazon-ami.base.name} \${sha256(data.amazon-parameterstore.p.value)} \${sha256(data.amazon-secretsmanager.s.value)}"
}
build {
  sources = ["source.file.a"]
}
`,
      [],
      place,
    );
    const files = await place.files();
    await place.remove();
    expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0);
    const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
    expect(files['out.txt']?.toString()).toBe(`${SOURCE_IMAGE} linux-2025.1 ${digest('from-store')} ${digest('5432')}`);
  });

  it('amazon-ami-management removes all but the newest images with their snapshots, in a dry run none', async () => {
    const build = (name: string, dryRun: boolean) =>
      amazon
        .template()
        .replace('ami_name = "made"', `ami_name = "${name}"`)
        .replace(
          /\n}\n$/,
          `
  post-processor "amazon-ami-management" {
    region        = "us-east-1"
    custom_endpoint_ec2 = "${amazon.proxy.url}"
    tags          = { Family = "web" }
    keep_releases = 1
    dry_run       = ${dryRun}
  }
}
`,
        )
        .replace('skip_region_validation = true', 'skip_region_validation = true\n  tags = { Family = "web" }');
    for (const [name, dryRun] of [
      ['one', true],
      ['two', true],
    ] as const) {
      const outcome = await amazon.build(build(name, dryRun));
      expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0);
    }
    expect(await amazon.holdings()).toEqual({ images: ['one', 'two'], snapshots: 2, others: [] });
    const outcome = await amazon.build(build('three', false));
    expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0);
    expect(await amazon.holdings()).toEqual({ images: ['three'], snapshots: 1, others: [] });
  });

  it('amazon-import uploads a file, imports it under its name, and removes what was in between', async () => {
    await fetch(`${amazon.moto.url}/images`, {
      method: 'PUT',
      headers: {
        authorization:
          'AWS4-HMAC-SHA256 Credential=test/20250101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0',
      },
    });
    const outcome = await amazon.build(`
source "file" "a" {
  target  = "disk.raw"
  content = "a disk"
}
build {
  sources = ["source.file.a"]
  post-processor "amazon-import" {
    region              = "us-east-1"
    custom_endpoint_ec2 = "${amazon.proxy.url}"
    format              = "raw"
    s3_bucket_name      = "images"
    s3_key_name         = "disk-{{timestamp}}.raw"
    ami_name            = "imported"
    ami_users           = ["111122223333"]
    tags                = { Name = "imported" }
  }
}
`);
    expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0);
    expect(outcome.stdout).toMatch(/AMIs were created:\nus-east-1: ami-/);
    expect(amazon.changes().filter((action) => /^[A-Z][a-z]+[A-Z]/.test(action))).toEqual([
      'ImportImage',
      'CopyImage',
      'DeregisterImage',
      'DeleteSnapshot',
      'CreateTags',
      'ModifyImageAttribute',
    ]);
    expect(amazon.request('ImportImage')).toMatchObject({
      'DiskContainer.1.Format': 'RAW',
      'DiskContainer.1.UserBucket.S3Bucket': 'images',
      BootMode: 'legacy-bios',
    });
    expect((await amazon.holdings()).images).toEqual(['imported']);
    expect(amazon.proxy.calls.filter(({ action }) => action.startsWith('DELETE /images/disk-'))).toHaveLength(1);
  });
});
