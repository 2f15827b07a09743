import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ImgpackError } from '../../../messages/message.js';
import { messages } from './messages.js';

/** Where an engine listens; plain data, so that another process finds it again. */
export type Endpoint = {
  /** `unix:///path`, `tcp://host:port`, `http://…` or `https://…`. */
  readonly host: string;
  /** Absolute path of a folder with `ca.pem`, `cert.pem` and `key.pem`; the connection is encrypted then. */
  readonly certificates?: string;
  /** Whether the engine's certificate is checked; default true. */
  readonly verify?: boolean;
};

type Variables = Readonly<Record<string, string | undefined>>;

const DEFAULT_SOCKET = '/var/run/docker.sock';

/** Folder of the client's own configuration. */
export const configFolder = (env: Variables): string =>
  env['DOCKER_CONFIG'] || join(env['HOME'] ?? env['USERPROFILE'] ?? '', '.docker');

/**
 * The engine that the `docker` client would talk to: `DOCKER_HOST`, else the context of `DOCKER_CONTEXT` or of the client's
 * configuration, else the socket of Docker, or of Podman where only that is there.
 * @throws ImgpackError `docker/context-missing`
 */
export async function findEndpoint(env: Variables): Promise<Endpoint> {
  const folder = configFolder(env);
  const host = env['DOCKER_HOST'];
  if (host) {
    const verify = Boolean(env['DOCKER_TLS_VERIFY']);
    const tls = verify || Boolean(env['DOCKER_TLS']);
    if (host.startsWith('unix:') || !tls) return { host };
    return { host, certificates: env['DOCKER_CERT_PATH'] || folder, verify };
  }
  const name = env['DOCKER_CONTEXT'] || (await currentContext(folder));
  if (name && name !== 'default') return contextEndpoint(folder, name);
  return { host: `unix://${defaultSocket(env)}` };
}

function defaultSocket(env: Variables): string {
  const podman = [...(env['XDG_RUNTIME_DIR'] ? [env['XDG_RUNTIME_DIR']] : []), '/run'];
  const candidates = [DEFAULT_SOCKET, ...podman.map((folder) => join(folder, 'podman/podman.sock'))];
  return candidates.find((path) => existsSync(path)) ?? DEFAULT_SOCKET;
}

async function currentContext(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, 'config.json'), 'utf8').catch(() => '{}');
  try {
    return (JSON.parse(text) as { currentContext?: string }).currentContext;
  } catch {
    return undefined; // Whoever needs a login from it says what is wrong with it.
  }
}

async function contextEndpoint(folder: string, name: string): Promise<Endpoint> {
  const id = createHash('sha256').update(name).digest('hex');
  const path = join(folder, 'contexts/meta', id, 'meta.json');
  let meta: { Endpoints?: { docker?: { Host?: string; SkipTLSVerify?: boolean } } };
  try {
    meta = JSON.parse(await readFile(path, 'utf8')) as typeof meta;
  } catch (error) {
    throw new ImgpackError(messages.contextMissing(name, path), { cause: error });
  }
  const docker = meta.Endpoints?.docker;
  const host = docker?.Host ?? `unix://${DEFAULT_SOCKET}`;
  const certificates = join(folder, 'contexts/tls', id, 'docker');
  if (!existsSync(certificates)) return { host };
  return { host, certificates, verify: docker?.SkipTLSVerify !== true };
}
