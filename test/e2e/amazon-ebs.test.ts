import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Amazon, amazonMissing } from '../support/amazon.js';

const missing = amazonMissing();

const NORMAL = [
  'CreateKeyPair',
  'CreateSecurityGroup',
  'AuthorizeSecurityGroupIngress',
  'RunInstances',
  'StopInstances',
  'CreateImage',
  'TerminateInstances',
  'DeleteSecurityGroup',
  'DeleteKeyPair',
];

describe.skipIf(missing)(`amazon-ebs against an emulator${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let amazon: Amazon;
  beforeAll(async () => {
    amazon = await Amazon.start();
  });
  beforeEach(() => amazon.reset());
  afterEach(() => {
    expect(amazon.proxy.violations).toEqual([]);
  });
  afterAll(() => amazon.stop());

  it('provisions over SSH with a temporary key, and leaves the image alone', async () => {
    const provisioners = `
  provisioner "shell" { inline = ["echo hello > $HOME/greeting; cat $HOME/greeting"] }`;
    const outcome = await amazon.build(amazon.template('', { ssh: true, provisioners }));
    expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0);
    expect(outcome.stdout).toMatch(/amazon-ebs\.a: hello\n/);
    expect(outcome.stdout).toMatch(/AMIs were created:\nus-east-1: ami-/);
    expect(amazon.changes()).toEqual(NORMAL);
    expect(await amazon.holdings()).toEqual({ images: ['made'], snapshots: 1, others: [] });
  });
});
