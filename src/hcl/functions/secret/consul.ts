import { readFileSync } from 'node:fs';
import { get, isOn } from './http.js';
import type { SecretEnvironment } from './request.js';

/** Reads a key of Consul's key/value store (HTTP API, `GET /v1/kv/:key`), as its own command line is configured. */
export async function readConsulKey(key: string, env: SecretEnvironment): Promise<string> {
  const { url, socketPath } = endpoint(env);
  url.pathname = `/v1/kv/${key.replace(/^\//, '').split('/').map(encodeURIComponent).join('/')}`;
  if (env['CONSUL_NAMESPACE']) url.searchParams.set('ns', env['CONSUL_NAMESPACE']);
  const tls = {
    authority: env['CONSUL_CACERT'],
    certificate: env['CONSUL_CLIENT_CERT'],
    key: env['CONSUL_CLIENT_KEY'],
    serverName: env['CONSUL_TLS_SERVER_NAME'],
    verify: isOn(env['CONSUL_HTTP_SSL_VERIFY'], true),
  };
  const { status, body } = await get(url, headers(env), tls, socketPath);
  if (status === 404) throw new Error(`Consul has no key \`${key}\``);
  if (status !== 200) throw new Error(`Consul answered with status ${status}: ${body.trim()}`);
  const [entry] = JSON.parse(body) as { Value: string | null }[];
  const value = Buffer.from(entry?.Value ?? '', 'base64').toString('utf8');
  if (value === '') throw new Error(`the key \`${key}\` in Consul is empty`);
  return value;
}

/** `CONSUL_HTTP_ADDR` is `host:port`, with or without a scheme, or `unix://path`. */
function endpoint(env: SecretEnvironment): { url: URL; socketPath?: string } {
  const address = env['CONSUL_HTTP_ADDR'] || '127.0.0.1:8500';
  const scheme = isOn(env['CONSUL_HTTP_SSL'], false) ? 'https' : 'http';
  if (address.startsWith('unix://')) return { url: new URL(`${scheme}://unix/`), socketPath: address.slice(7) };
  return { url: new URL(/^https?:\/\//.test(address) ? address : `${scheme}://${address}`) };
}

function headers(env: SecretEnvironment): Record<string, string> {
  const file = env['CONSUL_HTTP_TOKEN_FILE'];
  const token = env['CONSUL_HTTP_TOKEN'] || (file ? readFileSync(file, 'utf8').trim() : '');
  const user = env['CONSUL_HTTP_AUTH'];
  return {
    ...(token ? { 'X-Consul-Token': token } : {}),
    ...(user ? { Authorization: `Basic ${Buffer.from(user).toString('base64')}` } : {}),
  };
}
