import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filtersOf, valuesOf } from '../../../clouds/amazon/filters.js';
import { pollingOf } from '../../../clouds/amazon/polling.js';
import { profileRegion } from '../../../clouds/amazon/profile-region.js';
import { addressOf } from '../../../clouds/amazon/steps/describe-machine.js';
import { imagesToRemove } from '../../../post-processors/amazon-ami-management/choose.js';
import { pickValue } from '../../../data-sources/amazon-secretsmanager/pick-value.js';

describe('filters', () => {
  it.each([
    ['a', ['a']],
    ['a, b', ['a', 'b']],
    ['"a,b",c', ['a,b', 'c']],
    ['"say ""hi"""', ['say "hi"']],
    ['', ['']],
  ])('the values of %j are %j', (text, values) => {
    expect(valuesOf(text)).toEqual(values);
  });

  it('come sorted, and blocks go before the map', () => {
    expect(filtersOf({ filters: { b: '1', a: '2' }, filter: [{ name: 'b', value: '3,4' }] })).toEqual([
      { Name: 'a', Values: ['2'] },
      { Name: 'b', Values: ['3', '4'] },
    ]);
  });
});

describe('the address of a machine', () => {
  const machine = {
    VpcId: 'vpc-1',
    PublicIpAddress: '203.0.113.1',
    PrivateIpAddress: '10.0.0.1',
    PublicDnsName: 'public.example',
    PrivateDnsName: 'private.example',
    NetworkInterfaces: [{ Ipv6Addresses: [{ Ipv6Address: '2001:db8::1' }] }],
  };
  it.each([
    [undefined, '203.0.113.1'],
    ['public_ip', '203.0.113.1'],
    ['private_ip', '10.0.0.1'],
    ['public_dns', 'public.example'],
    ['private_dns', 'private.example'],
    ['ipv6', '2001:db8::1'],
  ])('with `ssh_interface` %s is %s', (kind, address) => {
    expect(addressOf(machine, kind)).toBe(address);
  });

  it('is the private one where there is no public one', () => {
    expect(addressOf({ VpcId: 'vpc-1', PrivateIpAddress: '10.0.0.1' }, undefined)).toBe('10.0.0.1');
  });

  it('that was asked for and is not there is a fault', () => {
    expect(() => addressOf({ VpcId: 'vpc-1', PrivateIpAddress: '10.0.0.1' }, 'public_ip')).toThrow(
      'the machine has no address of the kind `public_ip`',
    );
  });
});

describe('how long states are waited for', () => {
  it.each([
    [{}, undefined, { delay: 3000, limit: 600_000 }],
    [{ AWS_POLL_DELAY_SECONDS: '1' }, undefined, { delay: 1000, limit: 600_000 }],
    [{ AWS_MAX_ATTEMPTS: '5' }, undefined, { delay: 3000, limit: 10_000 }],
    [{ AWS_TIMEOUT_SECONDS: '30' }, undefined, { delay: 3000, limit: 30_000 }],
    [{ AWS_POLL_DELAY_SECONDS: '1' }, { delay_seconds: 4, max_attempts: 10 }, { delay: 4000, limit: 40_000 }],
  ])('with %j and %j is %j', (env, polling, expected) => {
    const config = { aws_polling: polling };
    expect(pollingOf('instance', config, env)).toEqual(expected);
  });
});

describe('the region of a profile', () => {
  it('stands in the shared files, in either form of section', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'imgpack-aws-'));
    try {
      const file = join(folder, 'config');
      await writeFile(
        file,
        '[default]\nregion = eu-west-1\n[profile work]\nregion=us-west-2 # here\n[play]\noutput = json\n',
      );
      const env = { AWS_CONFIG_FILE: file, AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'), HOME: folder };
      expect([undefined, 'work', 'play'].map((name) => profileRegion(name, env, null))).toEqual([
        'eu-west-1',
        'us-west-2',
        undefined,
      ]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('images that go', () => {
  const day = 24 * 60 * 60_000;
  const now = new Date('2026-01-10T00:00:00.000Z');
  const images = [1, 3, 5, 7].map((age) => ({
    id: `ami-${age}`,
    created: new Date(now.getTime() - age * day).toISOString(),
  }));
  it.each([
    ['all but the newest', { keep: 2, maxAge: undefined }, [], ['ami-5', 'ami-7']],
    ['those that are old', { keep: undefined, maxAge: 4 * day }, [], ['ami-5', 'ami-7']],
    ['those that are old and not among the newest', { keep: 3, maxAge: 2 * day }, [], ['ami-7']],
    ['never what was just built', { keep: 0, maxAge: undefined }, ['ami-7'], ['ami-1', 'ami-3', 'ami-5']],
  ])('are %s', (_claim, retention, built, gone) => {
    expect(imagesToRemove(images, retention, now, new Set(built)).map(({ id }) => id)).toEqual(gone);
  });
});

describe('the value of a secret', () => {
  it.each([
    ['plain', undefined, 'plain'],
    ['{"a":"x","b":2.9,"c":true}', 'a', 'x'],
    ['{"a":"x","b":2.9,"c":true}', 'b', '2'],
    ['{"a":"x","b":2.9,"c":true}', 'c', 'true'],
    ['{"a":"x"}', 'nosuch', ''],
    ['{"a":"x"}', undefined, 'x'],
  ])('of %s with the key %s is %j', (secret, key, value) => {
    expect(pickValue(secret, key)).toBe(value);
  });

  it('is a fault where it is a list', () => {
    expect(() => pickValue('{"a":[1]}', 'a')).toThrow('the field `a` of the secret is neither text, number nor bool');
  });
});
