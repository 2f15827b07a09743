import { get, isOn } from './http.js';
import type { SecretEnvironment } from './request.js';

/**
 * Reads a key of a secret in Vault (HTTP API, `GET /v1/:path`), as its own command line is configured. A path of the
 * second key/value version, with `data` in it, and one of the first both work.
 */
export async function readVaultKey(path: string, key: string, env: SecretEnvironment): Promise<string> {
  const token = env['VAULT_TOKEN'];
  if (!token) throw new Error('`VAULT_TOKEN` must be set to read from Vault');
  const url = new URL(env['VAULT_ADDR'] || 'https://127.0.0.1:8200');
  const base = url.pathname.replace(/\/$/, '');
  url.pathname = `${base}/v1/${path.replace(/^\//, '').split('/').map(encodeURIComponent).join('/')}`;
  const headers = {
    'X-Vault-Token': token,
    'X-Vault-Request': 'true',
    ...(env['VAULT_NAMESPACE'] ? { 'X-Vault-Namespace': env['VAULT_NAMESPACE'] } : {}),
  };
  const tls = {
    authority: env['VAULT_CACERT'],
    certificate: env['VAULT_CLIENT_CERT'],
    key: env['VAULT_CLIENT_KEY'],
    serverName: env['VAULT_TLS_SERVER_NAME'],
    verify: !isOn(env['VAULT_SKIP_VERIFY'], false),
  };
  const { status, body } = await get(url, headers, tls);
  if (status === 404) throw new Error(`Vault has no secret at \`${path}\``);
  if (status !== 200) throw new Error(`Vault answered with status ${status}: ${reasons(body)}`);
  return pick(JSON.parse(body) as VaultAnswer, path, key);
}

interface VaultAnswer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly warnings?: readonly string[] | null;
}

function pick({ data, warnings }: VaultAnswer, path: string, key: string): string {
  const inner = data?.['data'];
  const secret = typeof inner === 'object' && inner !== null ? (inner as Readonly<Record<string, unknown>>) : data;
  const value = secret && Object.hasOwn(secret, key) ? secret[key] : undefined;
  if (value === undefined || value === null) {
    const warning = warnings?.length ? ` (${warnings.join('; ')})` : '';
    throw new Error(`the secret at \`${path}\` in Vault has no key \`${key}\`${warning}`);
  }
  if (typeof value !== 'string') throw new Error(`the key \`${key}\` at \`${path}\` in Vault is not a string`);
  return value;
}

function reasons(body: string): string {
  try {
    const { errors } = JSON.parse(body) as { errors?: string[] };
    return errors?.join('; ') || 'no reason given';
  } catch {
    return body.trim() || 'no reason given';
  }
}
