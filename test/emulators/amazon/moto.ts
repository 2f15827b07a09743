import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
/** Made by `ensure_emulators` of scripts/prerequisites.sh; a folder of one's own is as good. */
const environment = process.env['IMGPACK_MOTO'] ?? join(root, '.emulators');

/** Why there is no emulator here; undefined where there is one. */
export const motoMissing = (): string | undefined =>
  existsSync(join(environment, 'bin/moto_server'))
    ? undefined
    : 'moto is not installed: `. scripts/prerequisites.sh; ensure_emulators` installs it';

/** A file of botocore's description of EC2, packed. */
export function modelPath(): string {
  const library = join(environment, 'lib');
  const python = readdirSync(library).find((name) => name.startsWith('python')) ?? '';
  return join(library, python, 'site-packages/botocore/data/ec2/2016-11-15/service-2.json.gz');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** A running emulator of AWS on loopback. */
export class Moto {
  private constructor(
    readonly url: string,
    private readonly server: ChildProcess,
  ) {}

  static async start(): Promise<Moto> {
    const port = await freePort();
    const program = join(environment, 'bin/moto_server');
    const server = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, MOTO_AMIS_PATH: join(import.meta.dirname, 'amis.json') },
    });
    const url = `http://127.0.0.1:${port}`;
    const ready = new Promise<void>((resolve, reject) => {
      let text = '';
      server.stderr.on('data', (chunk: Buffer) => {
        text = (text + chunk.toString()).slice(-4000);
        if (text.includes('Running on')) resolve();
      });
      server.once('exit', () => reject(new Error(`moto ended: ${text}`)));
    });
    await ready;
    return new Moto(url, server);
  }

  /** Forgets everything. */
  async reset(): Promise<void> {
    await fetch(`${this.url}/moto-api/reset`, { method: 'POST' });
  }

  /** Calls EC2 directly, past the proxy. @returns the XML */
  ec2(action: string, parameters: Readonly<Record<string, string>> = {}, region = 'us-east-1'): Promise<string> {
    return this.query('ec2', action, { Version: '2016-11-15', ...parameters }, region);
  }

  iam(action: string, parameters: Readonly<Record<string, string>> = {}): Promise<string> {
    return this.query('iam', action, { Version: '2010-05-08', ...parameters }, 'us-east-1');
  }

  private async query(
    service: string,
    action: string,
    parameters: Readonly<Record<string, string>>,
    region: string,
  ): Promise<string> {
    const scope = `test/20250101/${region}/${service}/aws4_request`;
    const response = await fetch(this.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
      },
      body: new URLSearchParams({ Action: action, ...parameters }).toString(),
    });
    return response.text();
  }

  async stop(): Promise<void> {
    const ended = once(this.server, 'exit');
    this.server.kill();
    await ended;
  }
}
