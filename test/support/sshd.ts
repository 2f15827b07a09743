import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { SshTarget } from '../../src/contract/communicator.js';
import { generateKeyPair, type KeyPair } from '../../src/contract/helpers/key-pair.js';

export interface SshdOptions {
  /** Further lines of its configuration. */
  readonly config?: readonly string[];
  readonly port?: number;
  /** `PATH` of commands. */
  readonly path?: string;
  /** Lines of `authorized_keys` beside the one of `key`. */
  readonly authorizedKeys?: readonly string[];
}

/** A real OpenSSH server with keys, a home directory and a port of its own. */
export class Sshd {
  private constructor(
    readonly folder: string,
    readonly port: number,
    /** A key that it takes. */
    readonly key: KeyPair,
    private readonly process: ChildProcess,
    private readonly log: string[],
  ) {}

  static async start(options: SshdOptions = {}): Promise<Sshd> {
    const folder = await mkdtemp(join(tmpdir(), 'imgpack-sshd-'));
    const port = options.port ?? (await freePort());
    const [host, key] = [await generateKeyPair('ed25519'), await generateKeyPair('ed25519')];
    await writeFile(join(folder, 'host'), host.privateKey, { mode: 0o600 });
    await writeFile(join(folder, 'authorized'), [key.publicKey, ...(options.authorizedKeys ?? []), ''].join('\n'));
    await mkdir(join(folder, 'home'));
    // The server runs commands as this user, whose own start-up files must not get into the way.
    const environment = [
      `HOME=${join(folder, 'home')}`,
      ...(options.path === undefined ? [] : [`PATH=${options.path}`]),
    ];
    const config = [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${join(folder, 'host')}`,
      `AuthorizedKeysFile ${join(folder, 'authorized')}`,
      `PidFile ${join(folder, 'pid')}`,
      `SetEnv ${environment.join(' ')}`,
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PermitRootLogin yes',
      'StrictModes no',
      'UsePAM no',
      'Subsystem sftp internal-sftp',
      ...(options.config ?? []),
    ];
    await writeFile(join(folder, 'config'), `${config.join('\n')}\n`);
    if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });
    await chmod(folder, 0o711);
    const child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', join(folder, 'config')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const log: string[] = [];
    const lines = createInterface({ input: child.stderr });
    const listening = new Promise<void>((resolve, reject) => {
      lines.on('line', (line) => {
        log.push(line);
        if (line.includes('Server listening')) resolve();
      });
      child.once('exit', () => reject(new Error(`sshd ended: ${log.join('\n')}`)));
    });
    await listening;
    return new Sshd(folder, port, key, child, log);
  }

  /** What it said so far. */
  get said(): readonly string[] {
    return this.log;
  }

  /** A target that gets in, with `more` changed. */
  target(more: Partial<SshTarget> = {}): SshTarget {
    return sshTarget({ port: this.port, privateKeys: [this.key.privateKey], ...more });
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = once(this.process, 'exit');
      this.process.kill('SIGTERM');
      await ended;
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A target on this machine with the defaults of the options. */
export function sshTarget(more: Partial<SshTarget> = {}): SshTarget {
  return {
    type: 'ssh',
    host: '127.0.0.1',
    port: 22,
    username: userInfo().username,
    privateKeys: [],
    agent: false,
    agentForwarding: false,
    pty: false,
    timeout: 20_000,
    handshakeAttempts: 1,
    keepAliveInterval: 5000,
    readWriteTimeout: 0,
    fileTransfer: 'scp',
    remoteTunnels: [],
    localTunnels: [],
    pauseBeforeConnecting: 0,
    ...more,
  };
}

/** A port that nothing listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** A folder with nothing but these programs in it, for a `PATH` that lacks the others. */
export async function onlyPrograms(folder: string, names: readonly string[]): Promise<string> {
  const path = await mkdtemp(join(folder, 'programs-'));
  for (const name of names) {
    const real = execFileSync('/bin/sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
    await writeFile(join(path, name), `#!/bin/sh\nexec ${real} "$@"\n`, { mode: 0o755 });
  }
  return path;
}
