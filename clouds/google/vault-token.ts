import { httpRequest } from '../../src/contract/helpers/http-client.js';
import { ImgpackError } from '../../src/messages/message.js';
import { messages } from './messages.js';

type Env = Readonly<Record<string, string | undefined>>;

/** A token of Vault is taken to live this long. */
const LIFE_MILLISECONDS = 55 * 60_000;

/** Reads the field `token` of a path of Vault (`VAULT_ADDR`, `VAULT_TOKEN`, `VAULT_NAMESPACE`), and again before it ends. */
export function vaultToken(path: string, env: Env): () => Promise<string> {
  let known: { readonly until: number; readonly token: Promise<string> } | undefined;
  return () => {
    if (known && Date.now() < known.until) return known.token;
    const token = read(path, env);
    known = { until: Date.now() + LIFE_MILLISECONDS, token };
    token.catch(() => (known = undefined));
    return token;
  };
}

async function read(path: string, env: Env): Promise<string> {
  const base = env['VAULT_ADDR'] || 'https://127.0.0.1:8200';
  try {
    const { status, body } = await httpRequest(`${base.replace(/\/+$/, '')}/v1/${path.replace(/^\/+/, '')}`, {
      env,
      signal: AbortSignal.timeout(30_000),
      idleTimeout: 30_000,
      headers: {
        ...(env['VAULT_TOKEN'] && { 'x-vault-token': env['VAULT_TOKEN'] }),
        ...(env['VAULT_NAMESPACE'] && { 'x-vault-namespace': env['VAULT_NAMESPACE'] }),
      },
    });
    let text = '';
    for await (const chunk of body) text += String(chunk);
    if (status !== 200) throw new Error(`status ${status}`);
    const { data } = JSON.parse(text) as { data?: { token?: unknown } };
    if (typeof data?.token !== 'string') throw new Error('the answer has no field `token`');
    return data.token;
  } catch (error) {
    throw new ImgpackError(messages.vaultFailed(path, (error as Error).message), { cause: error });
  }
}
