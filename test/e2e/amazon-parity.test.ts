import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Call } from '../emulators/amazon/proxy.js';
import { Amazon, amazonMissing } from '../support/amazon.js';
import { type AmazonCase, amazonCases } from '../support/amazon-cases.js';
import { Workplace } from '../support/command.js';

function packerMissing(): string | undefined {
  try {
    const version = execFileSync('/usr/bin/packer', ['version'], { encoding: 'utf8' });
    return version.includes('v1.6.6') ? undefined : 'the Packer here is not 1.6.6';
  } catch {
    return 'Packer 1.6.6 is not installed';
  }
}
const missing = amazonMissing() ?? packerMissing();
if (missing !== undefined && process.env['CI']) throw new Error(missing);

/** What Packer does and imgpack means not to, and the other way round. */
const PACKER_ONLY = {
  CreateTags: 'imgpack sets tags with the creation',
  DeleteTags: 'imgpack sets tags with the creation',
} as const;

interface Observed {
  /** Changes with what was asked for, in order; equal neighbours sorted, as Packer has no order there. */
  readonly changes: string[];
  readonly reads: number;
  readonly holdings: unknown;
  readonly tags: string[];
}

describe.skipIf(missing)(`amazon-ebs beside Packer 1.6.6${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let amazon: Amazon;
  beforeAll(async () => {
    amazon = await Amazon.start();
  });
  beforeEach(() => amazon.reset());
  afterAll(() => amazon.stop());

  const cases = amazonCases.filter(({ alone }) => alone === undefined);
  const totals = { ours: 0, theirs: 0 };

  it.each(cases.map((it) => [it.claim, it] as const))(
    'the same changes and the same end: %s',
    async (_claim, wanted) => {
      const ours = await observe(wanted, (template) => amazon.build(template));
      await amazon.reset();
      const theirs = await observe(wanted, packer);
      expect(ours.changes).toEqual(expectedOf(theirs.changes, wanted));
      expect(ours.holdings).toEqual(theirs.holdings);
      expect(ours.tags).toEqual([...theirs.tags, ...(wanted.moreTags ?? [])].sort());
      expect(ours.reads).toBeLessThanOrEqual(theirs.reads);
      totals.ours += ours.reads;
      totals.theirs += theirs.reads;
    },
  );

  // Nothing takes time here, so that both ask for every state once; `bench/` has it with times as they are.
  it('asks for clearly less than Packer does', () => {
    expect(totals.theirs).toBeGreaterThan(0);
    expect(totals.ours / totals.theirs).toBeLessThanOrEqual(0.7);
  });

  async function packer(template: string): ReturnType<Amazon['build']> {
    const place = await Workplace.make({ 't.pkr.hcl': template });
    try {
      const env = {
        ...amazon.environment(),
        CHECKPOINT_DISABLE: '1',
        AWS_POLL_DELAY_SECONDS: '1',
        AWS_MAX_ATTEMPTS: '60',
      };
      return await place.command('/usr/bin/packer', ['build', 't.pkr.hcl'], { env });
    } finally {
      await place.remove();
    }
  }

  async function observe(
    wanted: AmazonCase,
    build: (template: string) => ReturnType<Amazon['build']>,
  ): Promise<Observed> {
    for (const [action, parameters] of wanted.before ?? []) await amazon.moto.ec2(action, parameters);
    const outcome = await build(amazon.template(wanted.options, { ...wanted, ssh: true }));
    expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0);
    const isRead = ({ action }: Call): boolean => /^(Describe|Get|List)/.test(action);
    const regions = Object.keys(wanted.regions ?? { 'us-east-1': [] });
    return {
      changes: steady(amazon.proxy.calls.filter((call) => !isRead(call)).map(normalised)),
      reads: amazon.proxy.calls.filter(isRead).length,
      holdings: await Promise.all(regions.map((region) => amazon.holdings(region))),
      tags: (await Promise.all(regions.map((region) => imageTags(region)))).flat().sort(),
    };
  }

  /** Tags of images and snapshots, without the ids of what they are on. */
  async function imageTags(region: string): Promise<string[]> {
    const xml = await amazon.moto.ec2('DescribeTags', {}, region);
    return xml.split('<item>').flatMap((item) => {
      const [, kind] = /<resourceType>(image|snapshot)</.exec(item) ?? [];
      const [, key] = /<key>([^<]*)</.exec(item) ?? [];
      const [, value] = /<value>([^<]*)</.exec(item) ?? [];
      return kind === undefined ? [] : [`${region} ${kind} ${key}=${value}`];
    });
  }
});

/** Names that are made up, ids and the ways of saying the same are taken out. */
function normalised({ action, parameters, region, service }: Call): string {
  const told = Object.entries(parameters)
    .filter(
      ([name]) =>
        !/^(Action|Version|ClientToken|TagSpecification|VersionDescription|LaunchTemplateData|Tags)/.test(name),
    )
    .filter(
      ([name]) =>
        !/(Description|KeyType|Attribute|OperationType|MinCount|MaxCount|CpuCredits|AssumeRolePolicyDocument|PolicyDocument)$/.test(
          name,
        ),
    )
    .filter(
      ([name]) =>
        !/(GroupId|GroupName|LaunchTemplateName|LaunchTemplateId|\.Version|CopyImageTags|KmsKeyId)/.test(name),
    )
    // What is not set Packer says, too, and some things twice.
    .filter(
      ([name, value]) =>
        value !== '' && !(value === 'false' && /^(EbsOptimized|ReplaceUnhealthyInstances)$/.test(name)),
    )
    .filter(([name]) => !(action === 'ModifyImageAttribute' && /^User(Id|Group)\./.test(name)))
    .filter(([name]) => !name.startsWith('CreateVolumePermission.'))
    .map(
      ([name, value]) =>
        [name, action === 'CreateImage' && name === 'Name' && value !== 'made' ? 'random' : value] as const,
    )
    // Of several subnets with equally many addresses any may be taken.
    .filter(([name]) => !(name === 'Placement.AvailabilityZone' && 'NetworkInterface.1.SubnetId' in parameters))
    .map(([name, value]) => `${name}=${masked(value)}`)
    .sort();
  return [service === 'ec2' ? region : service, action, ...told].join(' ');
}

const masked = (value: string): string =>
  value
    .replace(/\b(i|ami|snap|sg|subnet|vpc|lt|vol)-[0-9a-f]{8,17}\b/g, '$1-x')
    .replace(/\bpacker[_-][0-9a-f-]{36}\b/g, 'packer-x');

/** Neighbours of one action in a row, and calls to several regions, come in no order with Packer. */
function steady(calls: readonly string[]): string[] {
  const actionOf = (call: string): string => call.split(' ')[1] ?? '';
  const result: string[] = [];
  for (let i = 0; i < calls.length;) {
    let end = i;
    while (end < calls.length && actionOf(calls[end] as string) === actionOf(calls[i] as string)) end++;
    result.push(...calls.slice(i, end).sort());
    i = end;
  }
  return result;
}

function expectedOf(theirs: readonly string[], wanted: AmazonCase): string[] {
  const kept = theirs.filter((call) => !Object.keys(PACKER_ONLY).includes(call.split(' ')[1] ?? ''));
  // The template of a spot machine goes as soon as the machine is there.
  const template = kept.find((call) => call.includes(' DeleteLaunchTemplate'));
  const early = kept.flatMap((call) => (template && call.includes(' CreateFleet') ? [call, template] : [call]));
  const placed = template ? early.filter((call, i) => call !== template || early.indexOf(template) === i) : kept;
  return steady(wanted.otherwise ? wanted.otherwise(placed) : placed);
}
