import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Engine } from '../../src/contract/helpers/docker/engine.js';

/** Whether this machine can run an engine of its own. */
export const mayRunEngine = (): boolean =>
  process.getuid?.() === 0 && existsSync('/usr/sbin/dockerd') && existsSync('/bin/busybox');

/** A Docker engine with nothing in it but `busybox:latest`, for one test file. */
export class TestEngine {
  private constructor(
    private readonly folder: string,
    private readonly daemon: ChildProcess,
    readonly host: string,
  ) {}

  static async start(): Promise<TestEngine> {
    const folder = await mkdtemp(join(tmpdir(), 'imgpack-docker-'));
    const host = `unix://${join(folder, 'socket')}`;
    const daemon = spawn(
      '/usr/sbin/dockerd',
      ['-H', host, '--pidfile', join(folder, 'pid'), '--data-root', join(folder, 'data')].concat([
        ...['--exec-root', join(folder, 'exec'), '--bridge=none', '--iptables=false'],
      ]),
      { stdio: 'ignore' },
    );
    const engine = new TestEngine(folder, daemon, host);
    for (let tries = 0; !existsSync(join(folder, 'socket')); tries++) {
      if (daemon.exitCode !== null || tries > 600) throw new Error('dockerd does not start');
      await pause(100);
    }
    await engine.importBusybox();
    return engine;
  }

  get client(): Engine {
    return Engine.at({ host: this.host });
  }

  /** Names of all containers, and ids of images without a name. */
  async left(): Promise<{ readonly containers: readonly string[]; readonly dangling: readonly string[] }> {
    const containers = await this.client.connection.json<{ Names: string[] }[]>('GET', '/containers/json', {
      query: { all: true },
      what: 'list',
    });
    return { containers: containers.flatMap(({ Names }) => Names), dangling: await this.client.danglingImages() };
  }

  private async importBusybox(): Promise<void> {
    const root = join(this.folder, 'root');
    for (const name of ['bin', 'etc', 'tmp']) await mkdir(join(root, name), { recursive: true });
    await copyFile('/bin/busybox', join(root, 'bin/busybox'));
    await chmod(join(root, 'tmp'), 0o1777);
    for (const name of execFileSync('/bin/busybox', ['--list'], { encoding: 'utf8' }).trim().split('\n')) {
      if (name !== 'busybox') execFileSync('ln', ['-s', 'busybox', join(root, 'bin', name)]);
    }
    const archive = execFileSync('tar', ['-C', root, '-cf', '-', '.'], { maxBuffer: 1 << 26 });
    const changes = ['CMD ["sh"]', 'ENV KIND=base'];
    async function* once(): AsyncGenerator<Buffer> {
      yield archive;
    }
    await this.client.import(once(), { repository: 'busybox', tag: 'latest', changes });
  }

  async stop(): Promise<void> {
    const ended = once(this.daemon, 'exit');
    this.daemon.kill('SIGTERM');
    await ended;
    await rm(this.folder, { recursive: true, force: true });
  }
}
