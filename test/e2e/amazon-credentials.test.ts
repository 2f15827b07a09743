import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Amazon, amazonMissing } from '../support/amazon.js';
import { Workplace } from '../support/command.js';

const missing = amazonMissing();
const ROLE = 'arn:aws:iam::444455556666:role/builder';

describe.skipIf(missing)(`credentials for AWS${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let amazon: Amazon;
  let place: Workplace;
  beforeAll(async () => {
    amazon = await Amazon.start();
  });
  beforeEach(async () => {
    await amazon.reset();
    place = await Workplace.make();
  });
  afterAll(() => amazon.stop());

  /** Builds without the keys of the environment. */
  async function build(options: string, env: Readonly<Record<string, string>> = {}, args: readonly string[] = []) {
    await place.write('t.pkr.hcl', amazon.template(options));
    const { AWS_ACCESS_KEY_ID: _id, AWS_SECRET_ACCESS_KEY: _secret, ...rest } = amazon.environment();
    return place.imgpack(['build', '-color=false', ...args, 't.pkr.hcl'], { env: { ...rest, ...env } });
  }
  const assumed = () =>
    amazon.proxy.calls
      .filter(({ action }) => action.startsWith('AssumeRole'))
      .map(({ action, parameters }): Record<string, string | undefined> => {
        const { Action: _action, Version: _version, ...more } = parameters;
        return { action, ...more };
      });

  it('of the template go first, and are not in the journal in the clear', async () => {
    amazon.proxy.faults.push({ action: 'RunInstances', times: 1, arrived: () => kill(), answer: 'too late' });
    let kill = (): void => undefined;
    const options = 'access_key = "AKIAIOSFODNN7EXAMPLE"\n  secret_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"';
    const build = await amazon.startBuild(amazon.template(options), place);
    kill = build.kill;
    expect(await build.ended).toBe('SIGKILL');
    const names = await readdir(place.state, { recursive: true, withFileTypes: true });
    const texts = await Promise.all(
      names.filter((name) => name.isFile()).map((name) => readFile(join(name.parentPath, name.name), 'latin1')),
    );
    expect(texts.join('')).toContain('amazon-ebs/security-group');
    expect(texts.join('')).not.toContain('bPxRfiCYEXAMPLEKEY');
    amazon.proxy.faults.length = 0;
    const cleaned = await place.imgpack(['cleanup'], { env: { AWS_ENDPOINT_URL: amazon.proxy.url } });
    expect(cleaned.exitCode, cleaned.stdout + cleaned.stderr).toBe(0);
    expect(await amazon.holdings()).toEqual({ images: [], snapshots: 0, others: [] });
  });

  it('take on a role once for all clients, with everything that the template says', async () => {
    const outcome = await build(
      `assume_role {
    role_arn            = "${ROLE}"
    session_name        = "images"
    external_id         = "abc"
    duration_seconds    = 1800
    policy_arns         = ["arn:aws:iam::aws:policy/AmazonEC2FullAccess"]
    tags                = { Team = "web" }
    transitive_tag_keys = ["Team"]
  }`,
      { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test-secret' },
    );
    expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0);
    expect(assumed()).toEqual([
      {
        action: 'AssumeRole',
        RoleArn: ROLE,
        RoleSessionName: 'images',
        ExternalId: 'abc',
        DurationSeconds: '1800',
        'PolicyArns.member.1.arn': 'arn:aws:iam::aws:policy/AmazonEC2FullAccess',
        'Tags.member.1.Key': 'Team',
        'Tags.member.1.Value': 'web',
        'TransitiveTagKeys.member.1': 'Team',
      },
    ]);
  });

  it('come from a profile whose role another profile takes on: roles in a chain', async () => {
    await place.write(
      '../home/.aws/config',
      `[profile chained]
role_arn = arn:aws:iam::111122223333:role/first
source_profile = base
role_session_name = first
[profile base]
region = us-east-1
`,
    );
    await place.write(
      '../home/.aws/credentials',
      '[base]\naws_access_key_id = test\naws_secret_access_key = test-secret\n',
    );
    const outcome = await build(`profile = "chained"
  assume_role {
    role_arn     = "${ROLE}"
    session_name = "second"
  }`);
    expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0);
    expect(assumed().map(({ RoleArn, RoleSessionName }) => [RoleArn, RoleSessionName])).toEqual([
      ['arn:aws:iam::111122223333:role/first', 'first'],
      [ROLE, 'second'],
    ]);
  });

  it('come from a web identity', async () => {
    await place.write('token', 'a-token');
    const outcome = await build('', { AWS_WEB_IDENTITY_TOKEN_FILE: join(place.folder, 'token'), AWS_ROLE_ARN: ROLE });
    expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0);
    expect(assumed()).toMatchObject([
      { action: 'AssumeRoleWithWebIdentity', WebIdentityToken: 'a-token', RoleArn: ROLE },
    ]);
  });

  it('answer for a second factor with `mfa_code`', async () => {
    const outcome = await build(
      `mfa_code = "123456"
  assume_role { role_arn = "${ROLE}" }`,
      {
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test-secret',
        AWS_MFA_SERIAL: 'arn:aws:iam::123456789012:mfa/me',
      },
    );
    expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0);
    expect(assumed()).toMatchObject([{ TokenCode: '123456', SerialNumber: 'arn:aws:iam::123456789012:mfa/me' }]);
  });

  it('that are nowhere end the build with what to do', async () => {
    const outcome = await build('');
    expect(outcome.exitCode).toBe(1);
    expect(outcome.stdout + outcome.stderr).toMatch(
      /no AWS credentials were found: .*\n(.*\n)?.*help: set `AWS_ACCESS_KEY_ID`/,
    );
  });

  it('that a role refuses end the build with its name', async () => {
    amazon.proxy.faults.push({ action: 'AssumeRole', times: 9, error: { status: 403, code: 'AccessDenied' } });
    const outcome = await build(`assume_role { role_arn = "${ROLE}" }`, {
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test-secret',
    });
    expect(outcome.exitCode).toBe(1);
    expect(outcome.stdout + outcome.stderr).toContain(`the role \`${ROLE}\` cannot be assumed`);
  });

  it.each<[string, string[], string, number]>([
    ['nothing', [], 'The credentials lack none of what was tried.\n', 0],
    [
      'what they lack',
      ['ec2:CreateImage', 'ec2:RunInstances', 'iam:PassRole'],
      'The credentials lack: ec2:CreateImage, ec2:RunInstances, iam:PassRole\n',
      1,
    ],
  ])('are tried by doctor, which tells %s and changes nothing', async (_claim, denied, says, exitCode) => {
    for (const action of denied) amazon.proxy.denied.add(action);
    await place.write('t.pkr.hcl', amazon.template('iam_instance_profile = "p"', { ssh: true }));
    const outcome = await place.imgpack(['doctor', '-aws=t.pkr.hcl'], { env: amazon.environment() });
    expect({ exitCode: outcome.exitCode, stderr: outcome.stderr }).toEqual({ exitCode, stderr: says });
    expect(amazon.proxy.calls.filter(({ service, parameters }) => service === 'ec2' && !parameters['DryRun'])).toEqual(
      [],
    );
    expect(amazon.proxy.violations).toEqual([]);
  });

  it('that AWS does not know are told by doctor, beside the policy', async () => {
    amazon.proxy.faults.push({ action: 'DescribeImages', times: 99, error: { status: 401, code: 'AuthFailure' } });
    await place.write('t.pkr.hcl', amazon.template());
    const outcome = await place.imgpack(['doctor', '-aws=t.pkr.hcl'], { env: amazon.environment() });
    expect(outcome.exitCode).toBe(0);
    expect(outcome.stderr).toBe(
      'Whether the credentials have these permissions was not found out: DescribeImages failed: AuthFailure: AuthFailure\n',
    );
  });
});
