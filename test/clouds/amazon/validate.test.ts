import { describe, expect, it } from 'vitest';
import builder from '../../../builders/amazon-ebs/index.js';
import surrogate from '../../../builders/amazon-ebssurrogate/index.js';
import volume from '../../../builders/amazon-ebsvolume/index.js';
import { decodedConfig } from '../../support/decoded-config.js';

const context = {
  env: {},
  workingDirectory: '/nowhere',
  cacheDirectory: '/nowhere',
  temporaryDirectory: '/nowhere',
  now: () => new Date('2026-01-02T03:04:05Z'),
  build: { name: 'a', blockName: '', sourceLabel: 'a', sourceName: 'a', builderType: 'amazon-ebs', runId: '' },
  force: false,
};

const right = {
  region: 'us-east-1',
  ami_name: 'made',
  instance_type: 't3.micro',
  source_ami: 'ami-1',
  communicator: 'none',
};

/** Options at fault, with the whole configuration right but for `change`. */
async function faults(
  change: object,
  definition: { schema: unknown; validate?: unknown } = builder,
): Promise<string[]> {
  const config = decodedConfig(definition.schema as never, { ...right, ...change } as never);
  const validate = definition.validate as typeof builder.validate;
  const problems = (await validate?.(config as never, context)) ?? [];
  return problems.map(({ option, message }) => `${option ?? '-'}: ${message.text}`);
}

const device = (more: object) => ({
  delete_on_termination: false,
  device_name: '/dev/sdf',
  no_device: false,
  ...more,
});
const filter = (more: object) => ({
  filters: {},
  filter: [],
  owners: [],
  most_recent: false,
  include_deprecated: false,
  ...more,
});

describe('a configuration of amazon-ebs', () => {
  it('is right without wishes', async () => {
    expect(await faults({})).toEqual([]);
  });

  it.each<[string, object, string[]]>([
    ['a key without its secret', { access_key: 'a' }, ['access_key: `access_key` and `secret_key` belong together']],
    ['no region', { region: undefined }, ['-: no region is known']],
    ['no source', { source_ami: undefined }, ['-: one of `source_ami`, `source_ami_filter` is needed']],
    [
      'a filter that anybody can offer an image to',
      { source_ami: undefined, source_ami_filter: filter({ filters: { name: 'x' } }) },
      ['source_ami_filter: `source_ami_filter` needs `owners`, so that nobody else can offer an image'],
    ],
    ['owners alone', { source_ami: undefined, source_ami_filter: filter({ owners: ['self'] }) }, []],
    ['no type', { instance_type: undefined }, ['-: one of `instance_type`, `spot_instance_types` is needed']],
    [
      'types twice',
      { spot_instance_types: ['t3.small'] },
      ['spot_instance_types: only one of `instance_type`, `spot_instance_types` can be set'],
    ],
    ['tags of spot without spot', { spot_tags: { a: 'b' } }, ['spot_tags: `spot_tags` needs `spot_price`']],
    ['tags of spot with it', { spot_tags: { a: 'b' }, spot_price: 'auto' }, []],
    ['a short name', { ami_name: 'ab' }, ['ami_name: `ami_name` must have 3 to 128 characters']],
    [
      'a name with a colon',
      { ami_name: 'web:1' },
      ["ami_name: `ami_name` may hold letters, digits and `()[] ./-'@_` only"],
    ],
    ['a key without encryption', { kms_key_id: 'alias/a' }, ['kms_key_id: `kms_key_id` needs `encrypt_boot = true`']],
    [
      'keys that do not fit the regions',
      { encrypt_boot: true, ami_regions: ['us-west-2'], region_kms_key_ids: { 'eu-west-1': 'alias/a' } },
      [
        'region_kms_key_ids: `region_kms_key_ids` names `eu-west-1`, which is not in `ami_regions`',
        'region_kms_key_ids: `region_kms_key_ids` has no key for `us-west-2`',
      ],
    ],
    [
      'an image to share with the default key',
      { encrypt_boot: true, ami_users: ['1'] },
      ['encrypt_boot: `encrypt_boot` with the default key makes an image that cannot be shared'],
    ],
    [
      'a date that is none',
      { deprecate_at: 'soon' },
      ['deprecate_at: `deprecate_at` is no time of the form 2030-01-31T12:00:00Z'],
    ],
    [
      'a range that is none',
      { temporary_security_group_source_cidrs: ['10.0.0.0/8', '10.0.0.0/33'] },
      [
        'temporary_security_group_source_cidrs: `temporary_security_group_source_cidrs` holds `10.0.0.0/33`, which is no CIDR range',
      ],
    ],
    [
      'user data twice',
      { user_data: 'a', user_data_file: 'b' },
      ['user_data_file: only one of `user_data`, `user_data_file` can be set'],
    ],
    [
      'a file of user data that is not there',
      { user_data_file: 'b' },
      ['user_data_file: `user_data_file` names a file that is not there: b'],
    ],
    [
      'credits of a type that has none',
      { enable_unlimited_credits: true, instance_type: 'm6i.large' },
      ['enable_unlimited_credits: `enable_unlimited_credits` needs a type t2, t3, t3a or t4g'],
    ],
    [
      'a key that cannot be used',
      { temporary_key_pair_type: 'ecdsa' },
      ['temporary_key_pair_type: `temporary_key_pair_type` must be rsa or ed25519 on AWS'],
    ],
    [
      'too many operations for io1',
      { launch_block_device_mappings: [device({ volume_type: 'io1', volume_size: 10, iops: 600 })] },
      ['launch_block_device_mappings[0].iops: `iops` is more than 50 for each GiB of io1'],
    ],
    [
      'throughput of gp2',
      { launch_block_device_mappings: [device({ volume_type: 'gp2', throughput: 200 })] },
      ['launch_block_device_mappings[0].throughput: `throughput` can be set for gp3 only'],
    ],
    [
      'enhanced networking with spot',
      { spot_price: 'auto', ena_support: true },
      ['ena_support: `ena_support` cannot be used with spot: a spot machine is not stopped before its image is made'],
    ],
  ])('%s', async (_claim, change, expected) => {
    expect(await faults(change)).toEqual(expected);
  });
});

describe('a configuration of its siblings', () => {
  it('amazon-ebssurrogate wants a device that becomes the root', async () => {
    const change = {
      ami_virtualization_type: 'hvm',
      ami_root_device: { source_device_name: '/dev/xvdf', device_name: '/dev/xvda', delete_on_termination: true },
    };
    expect(await faults(change, surrogate)).toEqual([
      'ami_root_device.source_device_name: `source_device_name` names `/dev/xvdf`, which is in no `launch_block_device_mappings`',
    ]);
  });

  it('amazon-ebsvolume wants a snapshot to be described', async () => {
    const ebsVolume = {
      ...device({ snapshot_description: 'x', snapshot_volume: false }),
      tags: {},
      snapshot_tags: {},
      tag: [],
      snapshot_tag: [],
      snapshot_users: [],
      snapshot_groups: [],
    };
    expect(await faults({ ebs_volumes: [ebsVolume] }, volume)).toEqual([
      'ebs_volumes[0].snapshot_description: `snapshot_description` needs `snapshot_volume = true`',
    ]);
  });
});
