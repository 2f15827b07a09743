import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { connect } from '../../src/communicators/connect.js';
import { EXIT_CODE_DISCONNECTED, type Communicator } from '../../src/contract/communicator.js';
import { CancelledError } from '../../src/messages/message.js';
import { connected, connecting, failure, output } from '../support/connecting.js';
import { Relay } from '../support/relay.js';
import { Sshd } from '../support/sshd.js';

let sshd: Sshd;
let communicator: Communicator;
beforeAll(async () => {
  sshd = await Sshd.start();
  communicator = await connect(sshd.target(), connecting());
});
afterAll(async () => {
  await communicator.close();
  await sshd.stop();
});

describe('commands over SSH', () => {
  it('give their lines, with the stream each came by', async () => {
    expect(await output(communicator, 'echo one; echo two >&2; sleep 0.05; printf three')).toEqual([
      'stdout: one',
      'stderr: two',
      'stdout: three',
      'exit: 0',
    ]);
  });

  it.each([0, 1, 7, 255])('give exit code %i', async (code) => {
    expect(await communicator.run(`exit ${code}`)).toEqual({ exitCode: code, disconnected: false });
  });

  it('give the exit codes of many short ones', async () => {
    for (let i = 0; i < 50; i++) expect((await communicator.run(`exit ${i}`)).exitCode).toBe(i);
  });

  it('that a signal ends have no exit code, and the connection holds', async () => {
    expect(await communicator.run('kill -9 $$')).toEqual({ exitCode: EXIT_CODE_DISCONNECTED, disconnected: false });
    expect(await output(communicator, 'echo still')).toEqual(['stdout: still', 'exit: 0']);
  });

  it('keep characters whole that arrive in pieces', async () => {
    const pieces = "printf '\\342\\230'; sleep 0.05; printf '\\203 snow\\n'";
    expect(await output(communicator, pieces)).toEqual(['stdout: ☃ snow', 'exit: 0']);
  });

  it('may print a great deal', async () => {
    let bytes = 0;
    const { exitCode } = await communicator.run('seq 1 300000; seq 1 300000 >&2', {
      onLine: (_stream, line) => (bytes += line.length + 1),
    });
    expect({ exitCode, bytes }).toEqual({ exitCode: 0, bytes: 2 * 1_988_895 });
  });

  it('have an empty input where none is given', async () => {
    expect(await output(communicator, 'cat; echo done')).toEqual(['stdout: done', 'exit: 0']);
  });

  it.each([
    ['text', 'a\nb'],
    ['bytes', Buffer.from('a\nb')],
    ['a stream', Readable.from(['a\n', 'b'])],
  ])('read %s as input', async (_kind, stdin) => {
    const lines: string[] = [];
    await communicator.run('cat', { stdin, onLine: (_stream, line) => lines.push(line) });
    expect(lines).toEqual(['a', 'b']);
  });

  it('need not read their input', async () => {
    expect((await communicator.run('true', { stdin: Buffer.alloc(8 * 1024 * 1024) })).exitCode).toBe(0);
  });

  it('run on a terminal where that is asked for', async () => {
    const lines: string[] = [];
    await communicator.run('tty; stty size; echo $TERM', { pty: true, onLine: (_stream, line) => lines.push(line) });
    expect(lines).toEqual([expect.stringMatching(/^\/dev\/pts\//), '40 80', 'xterm']);
  });

  it('end when they are cancelled, and leave the connection usable', async () => {
    const cancel = new AbortController();
    const run = communicator.run('echo begun; sleep 60', { signal: cancel.signal, onLine: () => cancel.abort() });
    await expect(run).rejects.toThrow(CancelledError);
    expect(await output(communicator, 'echo next')).toEqual(['stdout: next', 'exit: 0']);
  });

  it('do not start when they are cancelled before', async () => {
    await expect(communicator.run('true', { signal: AbortSignal.abort() })).rejects.toThrow(CancelledError);
  });

  it('run at the same time', async () => {
    const results = await Promise.all([1, 2, 3, 4, 5].map((n) => output(communicator, `sleep 0.05; echo ${n}`)));
    expect(results).toEqual([1, 2, 3, 4, 5].map((n) => [`stdout: ${n}`, 'exit: 0']));
  });
});

describe('a connection that breaks', () => {
  async function throughRelay() {
    const relay = await Relay.start(sshd.port);
    const context = connecting();
    const cut = await connect(sshd.target({ port: relay.port, timeout: 2000 }), context);
    onTestFinished(async () => {
      await cut.close();
      await relay.stop();
    });
    return { relay, cut, context };
  }

  it('in the middle of a command ends it as disconnected', async () => {
    const { relay, cut } = await throughRelay();
    const lines: string[] = [];
    const result = await cut.run('echo begun; sleep 60', {
      onLine(_stream, line) {
        lines.push(line);
        relay.cut();
      },
    });
    expect(result).toEqual({ exitCode: EXIT_CODE_DISCONNECTED, disconnected: true });
    expect(lines).toEqual(['begun']);
  });

  it('is made anew for the next command', async () => {
    const { relay, cut, context } = await throughRelay();
    await cut.run('echo begun; sleep 60', { onLine: () => relay.cut() });
    expect(await output(cut, 'echo again')).toEqual(['stdout: again', 'exit: 0']);
    expect(context.logged.some((line) => line.includes('connecting again'))).toBe(true);
  });

  it('is made anew once, and then says that it is lost', async () => {
    const { relay, cut } = await throughRelay();
    await cut.run('echo begun; sleep 60', { onLine: () => relay.cut() });
    await relay.stop();
    const error = await failure(cut.run('true'));
    expect(error.code).toBe('ssh/connection-lost');
    expect(error.message).toContain('connection refused');
  });

  it('during an upload is an error, and the next one works', async () => {
    const { relay, cut } = await throughRelay();
    const content = Buffer.alloc(32 * 1024 * 1024);
    const upload = cut.upload({ content }, `${sshd.folder}/cut`, { onProgress: () => relay.cut() });
    expect((await failure(upload)).code).toBe('ssh/upload-failed');
    await cut.upload({ content: 'whole' }, `${sshd.folder}/cut`);
    expect(await output(cut, `cat ${sshd.folder}/cut`)).toEqual(['stdout: whole', 'exit: 0']);
  });
});

describe('the limits of a server', () => {
  it('are told where no further session may be opened', async () => {
    const server = await Sshd.start({ config: ['MaxSessions 0'] });
    onTestFinished(() => server.stop());
    const error = await connected(server.target(), (limited) => failure(limited.run('true')));
    expect(error.code).toBe('ssh/channel-refused');
  });
});
