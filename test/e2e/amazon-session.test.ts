import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SessionAgent } from '../emulators/amazon/session-agent.js';
import { Amazon, amazonMissing } from '../support/amazon.js';
import { PLAIN, WITH_LOGIN } from '../support/amazon-cases.js';
import { Workplace } from '../support/command.js';

const missing = amazonMissing();
const NOT_CONNECTED = { status: 400, body: { __type: 'TargetNotConnected', message: 'i-1 is not connected.' } };

describe.skipIf(missing)(`Session Manager${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let amazon: Amazon;
  let agent: SessionAgent;
  let asked: Record<string, unknown>[];
  beforeAll(async () => {
    amazon = await Amazon.start();
  });
  beforeEach(async () => {
    await amazon.reset();
    await amazon.moto.iam('CreateInstanceProfile', { InstanceProfileName: 'sessions' });
    agent = await SessionAgent.start();
    asked = [];
    const { players } = amazon.proxy;
    players.set('StartSession', (input) => {
      asked.push(input);
      if (asked.length === 1) return NOT_CONNECTED;
      const { portNumber } = input['Parameters'] as { portNumber: string[] };
      return { body: agent.ticket(Number(portNumber[0])) };
    });
    players.set('TerminateSession', (input) => ({ body: input }));
  });
  afterEach(() => agent.stop());
  afterAll(() => amazon.stop());

  const template = (options = '') =>
    amazon
      .template(
        `ssh_interface = "session_manager"
  iam_instance_profile = "sessions"
  skip_profile_validation = true
  ${options}`,
        { ssh: true, provisioners: 'provisioner "shell" { inline = ["echo reached: $SSH_CONNECTION"] }' },
      )
      .replace('ssh_host = "127.0.0.1"\n', '');

  it('leads to a machine without an open port, as soon as its agent reports', async () => {
    const outcome = await amazon.build(template());
    expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0);
    expect(outcome.stdout).toMatch(
      /Session Manager leads from port \d+ of this machine to port \d+ of i-\w+\n[^]*reached: 127\.0\.0\.1/,
    );
    expect(asked.length).toBeLessThanOrEqual(3);
    expect(asked.at(-1)).toEqual({
      Target: expect.stringMatching(/^i-/) as string,
      DocumentName: 'AWS-StartPortForwardingSession',
      Parameters: { portNumber: [String(amazon.sshd.port)], localPortNumber: ['0'] },
    });
    const session = ['StartSession', 'TerminateSession'];
    expect(amazon.changes().filter((action) => !session.includes(action))).toEqual(
      WITH_LOGIN.filter((action) => action !== 'AuthorizeSecurityGroupIngress'),
    );
    expect(amazon.changes().filter((action) => action === 'TerminateSession').length).toBe(asked.length - 1);
    expect(await amazon.holdings()).toEqual({ images: ['made'], snapshots: 1, others: [] });
  });

  it('has EC2 Instance Connect let in a key that the machine does not know', async () => {
    const pushed: Record<string, unknown>[] = [];
    amazon.proxy.players.set('SendSSHPublicKey', (input) => {
      pushed.push(input);
      return { body: { RequestId: 'r', Success: true } };
    });
    const place = await Workplace.make();
    await place.write('key', amazon.sshd.key.privateKey);
    const outcome = await amazon.build(template(`ssh_private_key_file = "${join(place.folder, 'key')}"`), [], place);
    await place.remove();
    expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0);
    expect(pushed.at(-1)).toEqual({
      InstanceId: expect.stringMatching(/^i-/) as string,
      InstanceOSUser: 'root',
      SSHPublicKey: amazon.sshd.key.publicKey,
    });
    const others = ['StartSession', 'TerminateSession', 'SendSSHPublicKey'];
    expect(amazon.changes().filter((action) => !others.includes(action))).toEqual(PLAIN);
  });

  it('goes on after the connection with the gateway breaks', async () => {
    await agent.stop();
    agent = await SessionAgent.start({ breaksAfter: 8 });
    amazon.proxy.players.set('ResumeSession', (input) => ({ body: agent.again(input['SessionId'] as string) }));
    const outcome = await amazon.build(template());
    expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0);
    expect(amazon.changes()).toContain('ResumeSession');
  });

  it.each([
    ['without the permission', 'AccessDeniedException', /the credentials lack this permission/],
    ['without the document', 'InvalidDocument', /StartSession failed: InvalidDocument/],
  ])('ends the build at once %s', async (_claim, code, says) => {
    amazon.proxy.players.set('StartSession', () => ({ status: 400, body: { __type: code, message: 'no' } }));
    const outcome = await amazon.build(template());
    expect(outcome.exitCode).toBe(1);
    expect(outcome.stdout + outcome.stderr).toMatch(says);
    expect(await amazon.holdings()).toEqual({ images: [], snapshots: 0, others: [] });
  });
});
