import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => (socket.destroy(), resolve(true)));
    socket.on('error', () => resolve(false));
  });
}

/** OpenSSH's server on loopback with a key of its own; the user is the one who runs it. */
export async function startSshd(folder) {
  const home = join(folder, 'sshd');
  mkdirSync(home, { recursive: true });
  for (const name of ['host', 'user']) {
    const made = spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(home, name)]);
    if (made.status !== 0) throw new Error(`ssh-keygen: ${made.stderr}`);
  }
  spawnSync('cp', [join(home, 'user.pub'), join(home, 'authorized_keys')]);
  chmodSync(join(home, 'authorized_keys'), 0o600);
  const port = await freePort();
  const config = `ListenAddress 127.0.0.1\nPort ${port}\nHostKey ${home}/host\nAuthorizedKeysFile ${home}/authorized_keys\nStrictModes no\nUsePAM no\nPidFile none\nMaxSessions 100\nMaxStartups 200\nSubsystem sftp internal-sftp\nPermitRootLogin yes\n`;
  writeFileSync(join(home, 'config'), config);
  mkdirSync('/run/sshd', { recursive: true });
  const child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', join(home, 'config')], { stdio: 'ignore' });
  while (!(await answers(port))) await new Promise((tick) => setTimeout(tick, 20));
  const key = join(home, 'user');
  return {
    port,
    key,
    user: userInfo().username,
    /** Arguments of the OpenSSH client for a command there. */
    client: [
      '-p',
      String(port),
      '-i',
      key,
      '-o',
      'StrictHostKeyChecking=no',
      '-o',
      'UserKnownHostsFile=/dev/null',
      '-o',
      'LogLevel=ERROR',
      `${userInfo().username}@127.0.0.1`,
    ],
    stop: () => child.kill(),
  };
}
