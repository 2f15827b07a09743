import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../emulators/amazon/proxy.js';
import { Amazon, amazonMissing } from '../support/amazon.js';
import { END, WITH_LOGIN } from '../support/amazon-cases.js';
import { Workplace } from '../support/command.js';
import { freePort } from '../support/sshd.js';

const missing = amazonMissing();
const state = (from: string, to: string) => (body: string) =>
  body.replaceAll(`<name>${from}</name>`, `<name>${to}</name>`);

const survived: readonly (readonly [claim: string, faults: readonly Fault[]])[] = [
  ['states that come late', [{ action: 'DescribeInstances', times: 2, rewrite: state('running', 'pending') }]],
  ['a machine that stops slowly', [{ action: 'DescribeInstances', times: 4, rewrite: state('stopped', 'stopping') }]],
  [
    'too many calls',
    [
      { action: 'RunInstances', times: 2, error: { status: 503, code: 'RequestLimitExceeded' } },
      { action: 'CreateSecurityGroup', times: 1, error: { status: 503, code: 'RequestLimitExceeded' } },
    ],
  ],
  ['an answer that is lost, which starts one machine only', [{ action: 'RunInstances', times: 1, lost: true }]],
  ['a lost answer of a termination', [{ action: 'TerminateInstances', times: 1, lost: true }]],
  [
    'a machine that is not known everywhere yet',
    [
      { action: 'DescribeInstances', times: 2, error: { status: 400, code: 'InvalidInstanceID.NotFound' } },
      { action: 'StopInstances', times: 2, error: { status: 400, code: 'InvalidInstanceID.NotFound' } },
    ],
  ],
  [
    'a group that is still in use',
    [{ action: 'DeleteSecurityGroup', times: 2, error: { status: 400, code: 'DependencyViolation' } }],
  ],
  ['faults of the server', [{ action: 'CreateImage', times: 1, error: { status: 500, code: 'InternalError' } }]],
];

const fatal: readonly (readonly [claim: string, fault: Fault, says: RegExp])[] = [
  [
    'no capacity, at once',
    { action: 'RunInstances', times: 99, error: { status: 500, code: 'InsufficientInstanceCapacity' } },
    /RunInstances failed: InsufficientInstanceCapacity/,
  ],
  [
    'a missing permission',
    { action: 'CreateImage', times: 99, error: { status: 403, code: 'UnauthorizedOperation' } },
    /CreateImage failed: UnauthorizedOperation.*\n.*the credentials lack this permission/,
  ],
  [
    'a machine that ends by itself',
    { action: 'DescribeInstances', times: 1, rewrite: state('running', 'shutting-down') },
    /instance i-\w+ is `shutting-down`/,
  ],
  [
    'an image that fails',
    {
      action: 'DescribeImages',
      times: 99,
      rewrite: (body) => (body.includes('<name>made</name>') ? body.replace('available', 'failed') : body),
    },
    /image ami-\w+ in us-east-1 is `failed`/,
  ],
];

describe.skipIf(missing)(`faults of AWS${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let amazon: Amazon;
  beforeAll(async () => {
    amazon = await Amazon.start();
  });
  beforeEach(() => amazon.reset());
  afterAll(() => amazon.stop());

  it.each(survived)('a build survives %s', async (_claim, faults) => {
    amazon.proxy.faults.push(...faults);
    const outcome = await amazon.build(amazon.template('', { ssh: true }));
    expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0);
    expect(await amazon.holdings()).toEqual({ images: ['made'], snapshots: 1, others: [] });
  });

  it.each(fatal)('a build ends with %s, and leaves nothing', async (_claim, fault, says) => {
    amazon.proxy.faults.push(fault);
    const outcome = await amazon.build(amazon.template('', { ssh: true }));
    amazon.proxy.faults.length = 0;
    expect(outcome.exitCode).toBe(1);
    expect(outcome.stdout + outcome.stderr).toMatch(says);
    expect(await amazon.holdings()).toEqual({ images: [], snapshots: 0, others: [] });
  });

  it('one region that cannot be copied to ends the build, and the other copies go, too', async () => {
    amazon.proxy.faults.push({ action: 'CopyImage', times: 1, error: { status: 400, code: 'InvalidRequest' } });
    const outcome = await amazon.build(amazon.template('ami_regions = ["us-west-2", "eu-west-1"]'));
    expect(outcome.exitCode).toBe(1);
    expect(outcome.stdout + outcome.stderr).toMatch(/the image could not be copied to (us-west-2|eu-west-1)\b/);
    for (const region of ['us-east-1', 'us-west-2', 'eu-west-1'])
      expect(await amazon.holdings(region), region).toEqual({ images: [], snapshots: 0, others: [] });
  });

  it('a machine that does not answer is looked at: its groups, its route and its console', async () => {
    const free = await freePort();
    const template = amazon
      .template('subnet_filter {\n    filters = { "availability-zone" = "us-east-1a" }\n  }\n  ssh_timeout = "1s"', {
        ssh: true,
      })
      .replace(`ssh_port = ${amazon.sshd.port}`, `ssh_port = ${free}`);
    const outcome = await amazon.build(template);
    expect(outcome.exitCode).toBe(1);
    const said = outcome.stdout + outcome.stderr;
    expect(said).toMatch(new RegExp(`the security group \`sg-\\w+\` lets port ${free} in from 0.0.0.0/0`));
    expect(said).toMatch(/the subnet `subnet-\w+` has no route to the internet/);
    expect(said).toContain('the end of the serial console:');
    expect(await amazon.holdings()).toEqual({ images: [], snapshots: 0, others: [] });
  });

  it('spot without capacity goes to the next subnet, and then on demand', async () => {
    const subnets = await amazon.moto.ec2('DescribeSubnets');
    const [first, second] = [...subnets.matchAll(/<subnetId>([^<]+)</g)].map(([, id]) => id);
    const answer = `<CreateFleetResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><errorSet><item><errorCode>InsufficientInstanceCapacity</errorCode></item></errorSet></CreateFleetResponse>`;
    amazon.proxy.faults.push({ action: 'CreateFleet', times: 2, answer });
    const outcome = await amazon.build(
      amazon.template(`spot_price = "auto"
  spot_subnet_ids = ["${first}", "${second}"]
  spot_fallback_on_demand = true`),
    );
    expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0);
    expect(amazon.changes().filter((action) => /CreateFleet|RunInstances|StopInstances/.test(action))).toEqual([
      'CreateFleet',
      'CreateFleet',
      'RunInstances',
      'StopInstances',
    ]);
    expect(await amazon.holdings()).toEqual({ images: ['made'], snapshots: 1, others: [] });
  });

  const moments = [...new Set(WITH_LOGIN)].flatMap((action) => [
    [action, 'before'] as const,
    [action, 'after'] as const,
  ]);
  it.each(moments)('a kill at %s, %s it was carried out: `cleanup` leaves nothing', async (action, when) => {
    const place = await Workplace.make();
    try {
      let kill = (): void => undefined;
      amazon.proxy.faults.push({
        action,
        times: 1,
        lost: true,
        ...(when === 'before' ? { arrived: () => kill(), answer: 'too late' } : { carriedOut: () => kill() }),
      });
      const build = await amazon.startBuild(amazon.template('', { ssh: true }), place);
      kill = build.kill;
      expect(await build.ended).toBe('SIGKILL');
      amazon.proxy.faults.length = 0;
      const cleaned = await place.imgpack(['cleanup'], { env: amazon.environment() });
      expect(cleaned.exitCode, cleaned.stdout + cleaned.stderr).toBe(0);
      // From the end of the machine on, the image has been handed over.
      const promised = END.includes(action) ? { images: ['made'], snapshots: 1 } : { images: [], snapshots: 0 };
      expect(await amazon.holdings()).toEqual({ ...promised, others: [] });
    } finally {
      await place.remove();
    }
  });
});
