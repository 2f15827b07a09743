import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Amazon, amazonMissing } from '../support/amazon.js';
import { amazonCases, PLAIN } from '../support/amazon-cases.js';

const missing = amazonMissing();

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

  it.each(amazonCases.map((it) => [it.claim, it] as const))('%s', async (_claim, wanted) => {
    for (const [action, parameters] of wanted.before ?? []) await amazon.moto.ec2(action, parameters);
    const outcome = await amazon.build(amazon.template(wanted.options, wanted));
    expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0);
    expect(amazon.changes()).toEqual(wanted.changes ?? PLAIN);
    const asked = amazon.proxy.calls.map(({ service, action }) => `${service}:${action}`);
    const policy = JSON.parse(await amazon.policy(wanted)) as { Statement: { Action: string[] }[] };
    const permitted = policy.Statement.flatMap(({ Action }) => Action);
    expect(asked.filter((action) => !permitted.includes(action))).toEqual([]);
    for (const [action, parameters] of Object.entries(wanted.requests ?? {}))
      expect(amazon.request(action), action).toMatchObject(parameters);
    for (const [region, images] of Object.entries(wanted.regions ?? { 'us-east-1': ['made'] }))
      expect(await amazon.holdings(region), region).toEqual({
        images,
        snapshots: wanted.snapshots ?? images.length,
        others: [],
      });
  });
});
