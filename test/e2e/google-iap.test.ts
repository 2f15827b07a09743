import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { IapRelay } from '../emulators/google/iap-relay.js';
import { Google, PROJECT, ZONE } from '../support/google.js';

describe('Identity-Aware Proxy', () => {
  let google: Google;
  let relay: IapRelay;
  beforeAll(async () => {
    google = await Google.start();
  });
  beforeEach(async () => {
    google.reset();
    // Nothing answers there: only the relay leads to the machine.
    google.cloud.instances.address = '192.0.2.1';
    relay = await IapRelay.start();
  });
  afterEach(async () => {
    await relay.stop();
    expect(relay.violations).toEqual([]);
    expect(google.holdings().others).toEqual([]);
  });
  afterAll(() => google.stop());

  const template = (options = '') =>
    google
      .template(`use_iap = true\n  omit_external_ip = true\n  ${options}`, {
        ssh: true,
        provisioners: `provisioner "shell" { inline = ["echo reached: $SSH_CONNECTION", "head -c 200000 /dev/zero | wc -c"] }`,
      })
      .replace(/tunnel = "[^"]*"/, `tunnel = "${relay.url}"`);

  it('leads to a machine without an address outside, as soon as it answers', async () => {
    relay.refusals.push(4047, 4003);
    const outcome = await google.build(template());
    expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0);
    expect(outcome.stdout).toMatch(/Identity-Aware Proxy leads from port \d+ [^]*reached: 127\.0\.0\.1[^]*200000/);
    const { instance = '', ...query } = relay.asked.at(-1)?.query ?? {};
    expect(instance).toMatch(/^packer-/);
    expect(query).toEqual({
      project: PROJECT,
      zone: ZONE,
      interface: 'nic0',
      port: String(google.sshd.port),
      newWebsocket: 'true',
    });
    expect(relay.asked.at(-1)?.token).toBe('Bearer a-token');
  });

  it('goes on after the connection with the relay breaks', async () => {
    relay.breaksAfter = 1500;
    const outcome = await google.build(template());
    expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0);
    expect(outcome.stdout).toContain('200000');
    expect(relay.asked.map(({ path }) => path)).toContain('/v4/reconnect');
  });

  it('ends the build where nobody is let in, and leaves nothing', async () => {
    relay.refusals.push(...Array.from({ length: 20 }, () => 4033));
    const outcome = await google.build(template('iap_tunnel_launch_wait = 1'));
    expect(outcome.exitCode).toBe(1);
    expect(outcome.stdout + outcome.stderr).toContain('the IAP tunnel cannot be opened: 4033');
    expect(google.holdings().images).toEqual([]);
  });
});
