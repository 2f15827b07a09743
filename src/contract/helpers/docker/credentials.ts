import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ImgpackError } from '../../../messages/message.js';
import { runProgram } from '../run-program.js';
import { configFolder } from './endpoint.js';
import { messages } from './messages.js';
import { DOCKER_HUB, registryOf } from './reference.js';
import type { RegistryLogin } from './types.js';

type Variables = Readonly<Record<string, string | undefined>>;

interface ClientConfig {
  readonly auths?: Readonly<
    Record<string, { auth?: string; username?: string; password?: string; identitytoken?: string }>
  >;
  readonly credsStore?: string;
  readonly credHelpers?: Readonly<Record<string, string>>;
}

/**
 * The login for the registry of an image, as the client of Docker would find it: a helper for that registry, the store,
 * what stands in `config.json`. Undefined: none is known.
 * @throws ImgpackError `docker/credential-helper-failed`
 */
export async function knownLogin(image: string, env: Variables): Promise<RegistryLogin | undefined> {
  const config = await readConfig(env);
  return loginFor(registryOf(image), config, env);
}

/** All logins that stand in the configuration, for a build that may pull from any of them. */
export async function knownLogins(env: Variables): Promise<Record<string, RegistryLogin>> {
  const config = await readConfig(env);
  const servers = new Set([...Object.keys(config.auths ?? {}), ...Object.keys(config.credHelpers ?? {})]);
  const logins: Record<string, RegistryLogin> = {};
  for (const server of servers) {
    const login = await loginFor(server, config, env).catch(() => undefined);
    if (login) logins[server] = login;
  }
  return logins;
}

async function readConfig(env: Variables): Promise<ClientConfig> {
  const path = join(configFolder(env), 'config.json');
  try {
    return JSON.parse(await readFile(path, 'utf8')) as ClientConfig;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new ImgpackError(messages.unreadable(path, (error as Error).message), { cause: error });
  }
}

async function loginFor(server: string, config: ClientConfig, env: Variables): Promise<RegistryLogin | undefined> {
  const helper = config.credHelpers?.[server] ?? config.credsStore;
  if (helper) {
    const login = await fromHelper(`docker-credential-${helper}`, server, env);
    if (login) return login;
  }
  const key = [server, `https://${server}`, `https://${server}/v1/`].find((name) => config.auths?.[name]);
  const entry = key === undefined ? undefined : config.auths?.[key];
  if (!entry) return undefined;
  const [username, password] = entry.auth ? decode(entry.auth) : [entry.username, entry.password];
  const { identitytoken } = entry;
  if (!username && !identitytoken) return undefined;
  return {
    serveraddress: server,
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    ...(identitytoken ? { identitytoken } : {}),
  };
}

/** @returns user and password of `base64(user:password)` */
export function decode(auth: string): [string, string] {
  const text = Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/, '');
  const colon = text.indexOf(':');
  return [text.slice(0, colon), text.slice(colon + 1)];
}

async function fromHelper(program: string, server: string, env: Variables): Promise<RegistryLogin | undefined> {
  const result = await runProgram(program, ['get'], { env, input: server }).catch((error: unknown) => {
    throw new ImgpackError(messages.credentialHelperFailed(program, server, (error as Error).message), {
      cause: error,
    });
  });
  if (result.exitCode !== 0) {
    const reason = (result.stdout + result.stderr).trim();
    if (/not found/i.test(reason)) return undefined;
    throw new ImgpackError(messages.credentialHelperFailed(program, server, reason));
  }
  const { Username, Secret } = JSON.parse(result.stdout) as { Username: string; Secret: string };
  return Username === '<token>'
    ? { serveraddress: server, identitytoken: Secret }
    : { serveraddress: server, username: Username, password: Secret };
}

/** The login that options give; an empty server is Docker Hub. */
export function givenLogin(options: {
  readonly login_server?: string | undefined;
  readonly login_username?: string | undefined;
  readonly login_password?: string | undefined;
}): RegistryLogin {
  return {
    serveraddress: options.login_server || DOCKER_HUB,
    ...(options.login_username ? { username: options.login_username } : {}),
    ...(options.login_password ? { password: options.login_password } : {}),
  };
}
