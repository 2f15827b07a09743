import { once } from 'node:events';
import { connect as dial, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { connect } from '../../src/communicators/connect.js';
import { generateKeyPair } from '../../src/contract/helpers/key-pair.js';
import { CancelledError } from '../../src/messages/message.js';
import { connected, connecting, failure, output } from '../support/connecting.js';
import { startPasswordServer } from '../support/password-server.js';
import { Relay } from '../support/relay.js';
import { freePort, Sshd, sshTarget } from '../support/sshd.js';

let sshd: Sshd;
beforeAll(async () => {
  sshd = await Sshd.start();
});
afterAll(() => sshd.stop());

async function listening(onConnection: Parameters<typeof createServer>[1] & object): Promise<number> {
  const server: Server = createServer(onConnection).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}

describe('logging in', () => {
  it('works with a key, and says what it does', async () => {
    const context = connecting();
    const lines = await connected(sshd.target(), (communicator) => output(communicator, 'echo in'), context);
    expect(lines).toEqual(['stdout: in', 'exit: 0']);
    expect(context.said).toEqual([
      'Using SSH communicator to connect: 127.0.0.1',
      'Waiting for SSH to become available...',
      'Connected to SSH!',
    ]);
  });

  it.each(['ed25519', 'rsa', 'ecdsa'] as const)('works with a generated key of type %s', async (type) => {
    const pair = await generateKeyPair(type, type === 'rsa' ? 2048 : undefined);
    const server = await Sshd.start({ authorizedKeys: [pair.publicKey] });
    onTestFinished(() => server.stop());
    const lines = await connected(server.target({ privateKeys: [pair.privateKey] }), (c) => output(c, 'echo in'));
    expect(lines).toEqual(['stdout: in', 'exit: 0']);
  });

  it('tries keys in their order', async () => {
    const other = await generateKeyPair('ed25519');
    const target = sshd.target({ privateKeys: [other.privateKey, sshd.key.privateKey] });
    expect(await connected(target, (c) => output(c, 'echo in'))).toEqual(['stdout: in', 'exit: 0']);
  });

  it.each([['password'], ['keyboard-interactive']] as const)('works with a password by %s', async (way) => {
    const server = await startPasswordServer('s3cret', [way]);
    onTestFinished(() => server.stop());
    const lines = await connected(sshTarget({ port: server.port, password: 's3cret' }), (c) => output(c, 'echo in'));
    expect(lines).toEqual(['stdout: in', 'exit: 0']);
    expect(server.tried.at(-1)).toBe(way);
  });

  it('answers questions by the person at the terminal where one is asked', async () => {
    const server = await startPasswordServer('from the person', ['keyboard-interactive']);
    onTestFinished(() => server.stop());
    const bastion = { ...sshTarget({ port: server.port }), interactive: true };
    const asked: string[] = [];
    const context = connecting({
      ask: (question) => {
        asked.push(question);
        return Promise.resolve('from the person');
      },
    });
    // The bastion lets in, and then has no way to lead on: this server forwards nothing.
    const error = await failure(connect(sshd.target({ bastion, timeout: 1000 }), context));
    expect(asked).toEqual(['Password: ']);
    expect(error.code).toBe('ssh/timeout');
  });
});

describe('a login that is refused', () => {
  it('names the user, the address and what was tried: wrong key', async () => {
    const { privateKey } = await generateKeyPair('ed25519');
    const error = await failure(connect(sshd.target({ username: 'nobody', privateKeys: [privateKey] }), connecting()));
    expect(error.code).toBe('ssh/authentication-failed');
    expect(error.message).toBe(`127.0.0.1:${sshd.port} refused \`nobody\` once (tried: key)`);
  });

  it('names the user, the address and what was tried: wrong password', async () => {
    const server = await startPasswordServer('right', ['password', 'keyboard-interactive']);
    onTestFinished(() => server.stop());
    const error = await failure(
      connect(sshTarget({ port: server.port, username: 'u', password: 'wrong' }), connecting()),
    );
    expect(error.message).toBe(`127.0.0.1:${server.port} refused \`u\` once (tried: password, keyboard-interactive)`);
  });

  it('is tried again, because keys may come late, and counted', async () => {
    const { privateKey } = await generateKeyPair('ed25519');
    const context = connecting();
    const error = await failure(connect(sshd.target({ privateKeys: [privateKey], handshakeAttempts: 2 }), context));
    expect(error.message).toContain('2 times (tried: key)');
    expect(context.waited).toContain(`SSH at 127.0.0.1:${sshd.port}: login refused (key)`);
  });

  it('has a code of its own where there is no agent to ask', async () => {
    const error = await failure(connect(sshd.target({ agent: true }), connecting()));
    expect(error.code).toBe('ssh/agent-missing');
  });
});

describe('waiting for a machine', () => {
  it('goes from a refused port to a login when the port opens', async () => {
    const port = await freePort();
    let opened: Promise<Relay> | undefined;
    const context = connecting({
      waiting(text) {
        context.waited.push(text);
        if (text.includes('refused')) opened ??= Relay.start(sshd.port, port);
      },
    });
    onTestFinished(async () => (await opened)?.stop());
    const lines = await connected(sshd.target({ port }), (c) => output(c, 'echo in'), context);
    expect(lines).toEqual(['stdout: in', 'exit: 0']);
    expect(context.waited[0]).toMatch(/^SSH at 127\.0\.0\.1:\d+: connection refused( \(\d+ attempts\))?$/);
  });

  it('gives up in time and says what it saw last: refused', async () => {
    const port = await freePort();
    const error = await failure(connect(sshd.target({ port, username: 'u', timeout: 300 }), connecting()));
    expect(error.code).toBe('ssh/timeout');
    expect(error.message).toBe(`no SSH login as \`u\` at 127.0.0.1:${port} within 300ms: connection refused`);
  });

  it('gives up in time and says what it saw last: no greeting', async () => {
    const port = await listening(() => undefined);
    const error = await failure(connect(sshd.target({ port, username: 'u', timeout: 300 }), connecting()));
    expect(error.message).toBe(
      `no SSH login as \`u\` at 127.0.0.1:${port} within 300ms: a connection, but no greeting of an SSH server yet`,
    );
  });

  it('gives up in time and says what it saw last: closed at once', async () => {
    const port = await listening((socket) => socket.end());
    const error = await failure(connect(sshd.target({ port, username: 'u', timeout: 300 }), connecting()));
    expect(error.message).toContain('within 300ms: closed before a greeting');
  });

  it('gets through while earlier attempts hang', async () => {
    let first = true;
    const relay = await Relay.start(sshd.port);
    onTestFinished(() => relay.stop());
    const port = await listening((socket) => {
      if (first) return void (first = false);
      const through = dial(relay.port, '127.0.0.1');
      socket.pipe(through).pipe(socket);
      socket.on('error', () => through.destroy());
      through.on('error', () => socket.destroy());
    });
    expect(await connected(sshd.target({ port }), (c) => output(c, 'echo in'))).toEqual(['stdout: in', 'exit: 0']);
  });

  it('reads greetings that come in pieces and behind other lines', async () => {
    const port = await listening((socket) => {
      const through = dial(sshd.port, '127.0.0.1');
      socket.write('Welcome to this machine\r\n');
      socket.pipe(through);
      through.on('data', (chunk: Buffer) => {
        socket.write(chunk.subarray(0, 3));
        socket.write(chunk.subarray(3));
      });
      socket.on('close', () => through.destroy());
      socket.on('error', () => through.destroy());
    });
    expect(await connected(sshd.target({ port }), (c) => output(c, 'echo in'))).toEqual(['stdout: in', 'exit: 0']);
  });

  it('ends at once when the machine ends', async () => {
    const port = await freePort();
    const ended = Promise.resolve('the process was killed');
    const error = await failure(connect(sshd.target({ port }), connecting({ ended })));
    expect(error.message).toBe(`the machine ended while 127.0.0.1:${port} was waited for: the process was killed`);
  });

  it('ends at once when the user cancels', async () => {
    const cancel = new AbortController();
    const context = connecting({
      signal: cancel.signal,
      waiting: () => cancel.abort(),
    });
    await expect(connect(sshd.target({ port: await freePort() }), context)).rejects.toThrow(CancelledError);
  });

  it('is over at once where no algorithm is common', async () => {
    const server = await Sshd.start({ config: ['Ciphers aes256-ctr'] });
    onTestFinished(() => server.stop());
    const error = await failure(connect(server.target({ ciphers: ['aes128-gcm@openssh.com'] }), connecting()));
    expect(error.code).toBe('ssh/no-common-algorithm');
  });

  it('is over at once where a cipher does not exist', async () => {
    const error = await failure(connect(sshd.target({ ciphers: ['rot13'] }), connecting()));
    expect(error.code).toBe('ssh/algorithm-unknown');
  });

  it('connects again after the pause that was asked for', async () => {
    const server = await Sshd.start();
    onTestFinished(() => server.stop());
    const context = connecting();
    await connected(server.target({ pauseBeforeConnecting: 1 }), (c) => output(c, 'true'), context);
    expect(server.said.filter((line) => line.startsWith('Accepted publickey'))).toHaveLength(2);
    expect(context.said).toContain('Pausing 1ms before connecting...');
  });
});

describe('other ways in', () => {
  it('are refused for WinRM with a code', async () => {
    const error = await failure(connect({ type: 'winrm' } as never, connecting()));
    expect(error.code).toBe('connection/winrm-unsupported');
  });

  it('come from the builder where it brings its own', async () => {
    const own = { type: 'custom', connect: () => Promise.resolve('own' as never) } as const;
    expect(await connect(own, connecting())).toBe('own');
  });

  it('can be none: commands succeed, copies fail', async () => {
    const communicator = await connect({ type: 'none' }, connecting());
    expect(await communicator.run('false')).toEqual({ exitCode: 0, disconnected: false });
    expect((await failure(communicator.upload({ content: '' }, '/x'))).code).toBe(
      'connection/no-transfer-without-communicator',
    );
    await communicator.close();
  });
});
