import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../emulators/google/server.js';
import { STATUS, WRAPPER } from '../../clouds/google/startup-script.js';
import { Workplace } from '../support/command.js';
import { Google, metadataOf } from '../support/google.js';
import { googleCases, PLAIN } from '../support/google-cases.js';
import { freePort } from '../support/sshd.js';

const survived: readonly (readonly [claim: string, faults: readonly Fault[]])[] = [
  ['faults of the server', [{ action: 'instances.insert', times: 2, error: { status: 503, reason: 'backendError' } }]],
  ['too many calls', [{ action: 'images.insert', times: 2, error: { status: 403, reason: 'rateLimitExceeded' } }]],
  ['an answer that is lost: one machine is started', [{ action: 'instances.insert', times: 1, lost: true }]],
  ['a lost answer of a deletion', [{ action: 'instances.delete', times: 1, lost: true }]],
];

const fatal: readonly (readonly [claim: string, fault: Fault, says: RegExp])[] = [
  [
    'no capacity',
    { action: 'instances.insert', times: 1, operation: { code: 'ZONE_RESOURCE_POOL_EXHAUSTED', message: 'no room' } },
    /ZONE_RESOURCE_POOL_EXHAUSTED: no room/,
  ],
  [
    'a quota that is used up',
    { action: 'instances.insert', times: 1, error: { status: 403, reason: 'quotaExceeded' } },
    /instances\.insert failed: 403 quotaExceeded/,
  ],
  [
    'an image that fails',
    { action: 'images.insert', times: 1, operation: { code: 'INTERNAL_ERROR', message: 'oops' } },
    /creating the image made failed: INTERNAL_ERROR: oops/,
  ],
];

describe('googlecompute against a stand-in', () => {
  let google: Google;
  beforeAll(async () => {
    google = await Google.start();
  });
  beforeEach(() => google.reset());
  afterEach(() => {
    expect(google.cloud.violations).toEqual([]);
  });
  afterAll(() => google.stop());

  it.each(googleCases.map((it) => [it.claim, it] as const))('%s', async (_claim, wanted) => {
    const outcome = await google.build(google.template(wanted.options, wanted));
    expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0);
    expect(google.changes().map((it) => it.replace(/^DELETE .*/, 'DELETE'))).toEqual(wanted.changes ?? PLAIN);
    for (const [action, part] of Object.entries(wanted.requests ?? {}))
      expect(google.request(action), action).toMatchObject(part);
    expect(google.holdings()).toEqual({ images: wanted.images ?? ['made'], others: wanted.left ?? [] });
  });

  it('a startup script is wrapped, its end waited for, and what it says shown', async () => {
    const { instances } = google.cloud;
    instances.onRunning = (instance) => {
      expect(metadataOf(instance, 'startup-script')).toBe(WRAPPER);
      expect(metadataOf(instance, STATUS)).toBe('notdone');
      expect(metadataOf(instance, 'packer-wrapped-startup-script')).toBe('echo hello\n');
      instances.say(instance, 'hello from the script\r\nimgpack-startup-script: done\r\n');
    };
    const place = await Workplace.make({ 'start.sh': 'echo hello\n' });
    const outcome = await google.build(google.template('startup_script_file = "start.sh"'), [], place);
    await place.remove();
    expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0);
    expect(outcome.stdout).toContain('hello from the script');
  });

  it('a startup script that fails ends the build, and leaves nothing', async () => {
    const { instances } = google.cloud;
    instances.onRunning = (instance) => instances.say(instance, 'imgpack-startup-script: error\r\n');
    const options = 'wrap_startup_script = true\n  metadata = { startup-script = "false" }';
    const outcome = await google.build(google.template(options));
    expect(outcome.exitCode).toBe(1);
    expect(outcome.stdout + outcome.stderr).toMatch(/the startup script of `packer-[0-9a-f-]+` failed/);
    expect(google.holdings()).toEqual({ images: [], others: [] });
  });

  it('an image of that name is a fault before anything is made, and replaced with -force', async () => {
    google.cloud.store.put('projects/web-1/global/images/made', google.cloud.url, { status: 'READY' });
    const refused = await google.build(google.template());
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout + refused.stderr).toContain('an image called `made` is there already in `web-1`');
    expect(google.changes()).toEqual([]);
    const forced = await google.build(google.template(), ['-force']);
    expect(forced.exitCode, forced.stdout + forced.stderr).toBe(0);
    expect(google.changes()).toContain('images.delete');
  });

  it.each(survived)('a build survives %s', async (_claim, faults) => {
    google.cloud.faults.push(...faults);
    const outcome = await google.build(google.template());
    expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0);
    expect(google.holdings()).toEqual({ images: ['made'], others: [] });
  });

  it('a build survives that 30 % of all calls fail', async () => {
    let seed = 7;
    const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    google.cloud.failing = { share: 0.3, random };
    const outcome = await google.build(google.template('', { ssh: true }));
    expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0);
    expect(google.holdings()).toEqual({ images: ['made'], others: [] });
  });

  it.each(fatal)('a build ends with %s, and leaves nothing', async (_claim, fault, says) => {
    google.cloud.faults.push(fault);
    const outcome = await google.build(google.template());
    expect(outcome.exitCode).toBe(1);
    expect(outcome.stdout + outcome.stderr).toMatch(says);
    expect(google.holdings()).toEqual({ images: [], others: [] });
  });

  it('a machine that does not answer is looked at: its firewall and its console', async () => {
    const free = await freePort();
    google.cloud.surroundings.firewalls = [
      {
        name: 'ssh',
        network: `${google.cloud.url}/compute/v1/projects/web-1/global/networks/default`,
        direction: 'INGRESS',
        sourceRanges: ['10.0.0.0/8'],
        allowed: [{ IPProtocol: 'tcp', ports: ['22', `${free}-${free}`] }],
      },
    ];
    const template = google
      .template('ssh_timeout = "1s"', { ssh: true })
      .replace(`ssh_port = ${google.sshd.port}`, `ssh_port = ${free}`);
    const outcome = await google.build(template);
    expect(outcome.exitCode).toBe(1);
    const said = outcome.stdout + outcome.stderr;
    expect(said).toContain(`the firewall of the network \`default\` lets port ${free} in from 10.0.0.0/8`);
    expect(said).toContain('the end of the serial console:');
    expect(google.holdings()).toEqual({ images: [], others: [] });
  });

  const moments = PLAIN.flatMap((action) => [[action, 'before'] as const, [action, 'after'] as const]);
  it.each(moments)('a kill at %s, %s it was carried out: `cleanup` leaves nothing', async (action, when) => {
    const place = await Workplace.make();
    try {
      let kill = (): void => undefined;
      const error = { status: 500, reason: 'too late' };
      google.cloud.faults.push({
        action,
        times: 1,
        lost: true,
        ...(when === 'before' ? { arrived: () => kill(), error } : { carriedOut: () => kill() }),
      });
      const build = await google.startBuild(google.template('', { ssh: true }), place);
      kill = build.kill;
      expect(await build.ended).toBe('SIGKILL');
      google.cloud.faults.length = 0;
      const cleaned = await place.imgpack(['cleanup'], { env: google.environment() });
      expect(cleaned.exitCode, cleaned.stdout + cleaned.stderr).toBe(0);
      // From the deletion of the disk on, the image has been handed over.
      expect(google.holdings()).toEqual({ images: action === 'disks.delete' ? ['made'] : [], others: [] });
    } finally {
      await place.remove();
    }
  });
});
