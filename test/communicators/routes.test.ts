import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect as dial, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { connect } from '../../src/communicators/connect.js';
import { generateKeyPair } from '../../src/contract/helpers/key-pair.js';
import { connected, connecting, failure, output } from '../support/connecting.js';
import { startSocks5Proxy } from '../support/socks5-proxy.js';
import { startSshAgent } from '../support/ssh-agent.js';
import { freePort, Sshd, sshTarget } from '../support/sshd.js';

let sshd: Sshd;
let bastion: Sshd;
beforeAll(async () => {
  sshd = await Sshd.start();
  bastion = await Sshd.start();
});
afterAll(async () => {
  await sshd.stop();
  await bastion.stop();
});

/** A server that says `hello` to whoever connects. */
async function greeter(): Promise<number> {
  const server = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}

describe('through a bastion', () => {
  it('the machine is reached from there', async () => {
    const target = sshd.target({ bastion: bastion.target() });
    expect(await connected(target, (c) => output(c, 'echo in'))).toEqual(['stdout: in', 'exit: 0']);
    expect(bastion.said.some((line) => line.startsWith('Accepted publickey'))).toBe(true);
  });

  it('a machine that refuses is waited for', async () => {
    const port = await freePort();
    const target = sshd.target({ port, username: 'u', bastion: bastion.target(), timeout: 1000 });
    const error = await failure(connect(target, connecting()));
    expect(error.message).toMatch(/^no SSH login as `u` at 127\.0\.0\.1:\d+ within 1s: .*Connection refused$/);
  });

  it('a bastion that refuses the key is named', async () => {
    const { privateKey } = await generateKeyPair('ed25519');
    const target = sshd.target({ bastion: bastion.target({ username: 'nobody', privateKeys: [privateKey] }) });
    expect((await failure(connect(target, connecting()))).message).toBe(
      `127.0.0.1:${bastion.port} refused \`nobody\` once (tried: key)`,
    );
  });
});

describe('through a SOCKS5 proxy', () => {
  it.each([[undefined], ['user:pass word']])('the machine is reached (login: %s)', async (login) => {
    const proxy = await startSocks5Proxy(login);
    onTestFinished(() => proxy.stop());
    const [username, password] = login?.split(':') ?? [];
    const address = { host: '127.0.0.1', port: proxy.port, username, password };
    for (const host of ['127.0.0.1', 'localhost']) {
      expect(await connected(sshd.target({ host, proxy: address }), (c) => output(c, 'echo in'))).toEqual([
        'stdout: in',
        'exit: 0',
      ]);
    }
    expect(new Set(proxy.led)).toEqual(new Set([`127.0.0.1:${sshd.port}`, `localhost:${sshd.port}`]));
  });

  it('a wrong login at the proxy is told', async () => {
    const proxy = await startSocks5Proxy('user:right');
    onTestFinished(() => proxy.stop());
    const address = { host: '127.0.0.1', port: proxy.port, username: 'user', password: 'wrong' };
    const error = await failure(connect(sshd.target({ proxy: address, timeout: 500 }), connecting()));
    expect(error.message).toContain(
      `the SOCKS5 proxy 127.0.0.1:${proxy.port} does not help: it refuses the user and password`,
    );
  });

  it('a machine that refuses is told as such', async () => {
    const proxy = await startSocks5Proxy();
    onTestFinished(() => proxy.stop());
    const target = sshd.target({
      port: await freePort(),
      proxy: { host: '127.0.0.1', port: proxy.port },
      timeout: 500,
    });
    expect((await failure(connect(target, connecting()))).message).toContain('the host refuses the connection');
  });
});

describe('with an agent', () => {
  it('its keys log in', async () => {
    const agent = await startSshAgent([sshd.key.privateKey]);
    onTestFinished(() => agent.stop());
    const target = sshd.target({ privateKeys: [], agent: true });
    const lines = await connected(target, (c) => output(c, 'echo in'), connecting({ env: agent.env }));
    expect(lines).toEqual(['stdout: in', 'exit: 0']);
  });

  it('it is forwarded into the machine where that is wanted', async () => {
    const agent = await startSshAgent([sshd.key.privateKey]);
    onTestFinished(() => agent.stop());
    const fingerprints = async (agentForwarding: boolean) =>
      connected(sshd.target({ agentForwarding }), (c) => output(c, 'ssh-add -L'), connecting({ env: agent.env }));
    const forwarded = await fingerprints(true);
    expect(forwarded[0]).toContain(sshd.key.publicKey.split(' ')[1]);
    expect(forwarded.at(-1)).toBe('exit: 0');
    expect((await fingerprints(false)).at(-1)).toBe('exit: 2');
  });

  it('commands run where the server does not take it', async () => {
    const agent = await startSshAgent([]);
    const server = await Sshd.start({ config: ['AllowAgentForwarding no'] });
    onTestFinished(async () => {
      await agent.stop();
      await server.stop();
    });
    const target = server.target({ agentForwarding: true });
    const work = (c: Parameters<typeof output>[0]) => output(c, 'echo in');
    expect(await connected(target, work, connecting({ env: agent.env }))).toEqual(['stdout: in', 'exit: 0']);
  });
});

describe('with a certificate', () => {
  it.each(['ed25519', 'rsa', 'ecdsa'] as const)(
    'a key of type %s that only its authority is known for logs in',
    async (type) => {
      const [authority, user] = [
        await generateKeyPair('ed25519'),
        await generateKeyPair(type, type === 'rsa' ? 2048 : 256),
      ];
      const { username } = sshTarget();
      writeFileSync(join(sshd.folder, 'authority'), authority.privateKey, { mode: 0o600 });
      writeFileSync(join(sshd.folder, 'user.pub'), `${user.publicKey}\n`);
      execFileSync('ssh-keygen', ['-q', '-s', 'authority', '-I', 'id', '-n', username, 'user.pub'], {
        cwd: sshd.folder,
      });
      const certificate = execFileSync('cat', [join(sshd.folder, 'user-cert.pub')], { encoding: 'utf8' });
      writeFileSync(join(sshd.folder, 'authority.pub'), `${authority.publicKey}\n`);
      const server = await Sshd.start({ config: [`TrustedUserCAKeys ${join(sshd.folder, 'authority.pub')}`] });
      onTestFinished(() => server.stop());
      const target = server.target({ privateKeys: [user.privateKey], certificate });
      expect(await connected(target, (c) => output(c, 'echo in'))).toEqual(['stdout: in', 'exit: 0']);
      const without = await failure(connect(server.target({ privateKeys: [user.privateKey] }), connecting()));
      expect(without.code).toBe('ssh/authentication-failed');
    },
  );
});

describe('tunnels', () => {
  it('lead from a port here to what the machine reaches', async () => {
    const [port, hello] = [await freePort(), await greeter()];
    const target = sshd.target({ localTunnels: [`${port}:127.0.0.1:${hello}`] });
    expect(await connected(target, () => text(dial(port, '127.0.0.1')))).toBe('hello');
    await expect(once(dial(port, '127.0.0.1'), 'connect')).rejects.toThrow('ECONNREFUSED');
  });

  it('lead from a port of the machine to what is reached from here', async () => {
    const [port, hello] = [await freePort(), await greeter()];
    const target = sshd.target({ remoteTunnels: [`${port}:127.0.0.1:${hello}`] });
    const read = `exec 3<>/dev/tcp/127.0.0.1/${port}; cat <&3`;
    expect(await connected(target, (c) => output(c, `bash -c '${read}'`))).toEqual(['stdout: hello', 'exit: 0']);
  });

  it('that cannot be opened end the login with a code', async () => {
    const taken = await greeter();
    const server = await Sshd.start({ config: ['AllowTcpForwarding no'] });
    onTestFinished(() => server.stop());
    const local = await failure(connect(sshd.target({ localTunnels: [`${taken}:127.0.0.1:1`] }), connecting()));
    const remote = await failure(connect(server.target({ remoteTunnels: ['0:127.0.0.1:1'] }), connecting()));
    expect([local.code, remote.code]).toEqual(['ssh/tunnel-failed', 'ssh/tunnel-failed']);
  });
});
