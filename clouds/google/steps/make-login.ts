import { createHash } from 'node:crypto';
import { generateKeyPair } from '../../../src/contract/helpers/key-pair.js';
import { temporaryKeyPair } from '../../../src/contract/options/communicator.js';
import { ImgpackError } from '../../../src/messages/message.js';
import { endpointOf } from '../access.js';
import type { Cloud } from '../cloud.js';
import { loginKey } from '../kinds/login-key.js';
import { messages } from '../messages.js';
import type { Context, InCloud, Key, Login } from './config.js';

/** Makes the temporary key, unless the template has a way in of its own. */
export async function makeKey({ config, addSecret }: Context): Promise<Key> {
  if (config.communicator !== 'ssh' || config.ssh_private_key_file || config.ssh_agent_auth) return {};
  const { type, bits } = temporaryKeyPair(config);
  // Refused by validation.
  if (type === 'dsa') return {};
  const keyPair = await generateKeyPair(type, bits, config.ssh_username || 'packer');
  addSecret(keyPair.privateKey);
  return { keyPair };
}

/** Finds out how one logs in: by keys in the metadata, or with OS Login, which is given the key. */
export async function makeLogin(context: Context, { cloud, keyPair }: InCloud & Key): Promise<Login> {
  const { config } = context;
  const user = config.ssh_username ?? '';
  if (config.communicator !== 'ssh') return { user, keyIsImported: false };
  const decided = config.use_os_login ?? flag(config.metadata['enable-oslogin']);
  const shown = decided === undefined ? {} : { osLogin: decided };
  const isOn = decided ?? (await projectSetting(context, cloud));
  if (!isOn || !keyPair) return { user, keyIsImported: false, ...shown };
  const name = await importKey(context, cloud, keyPair.publicKey);
  return { user: loginName(config.oslogin_ssh_username, name), keyIsImported: true, ...shown };
}

const flag = (value: string | undefined): boolean | undefined =>
  value === undefined ? undefined : value.toLowerCase() !== 'false';

async function projectSetting({ config, signal }: Context, cloud: Cloud): Promise<boolean> {
  const key = JSON.stringify(['project', config.project_id]);
  const project = await cloud.answers.of(key, () => cloud.call('projects.get', { project: config.project_id }, signal));
  const item = project.commonInstanceMetadata?.items?.find(({ key: name }) => name === 'enable-oslogin');
  return flag(item?.value) ?? false;
}

/** Gives the key to the account that calls; what it is called on machines comes back. */
async function importKey({ config, resources, signal, now, say }: Context, cloud: Cloud, key: string): Promise<string> {
  const account = await accountOf(cloud, signal);
  const fingerprint = createHash('sha256').update(key).digest('hex');
  const expires = config.oslogin_ssh_key_expire_after;
  const url = `${endpointOf(cloud.access, 'oslogin')}/v1/users/${encodeURIComponent(account)}:importSshPublicKey`;
  const body = { key, ...(expires && { expirationTimeUsec: String((now().getTime() + expires) * 1000) }) };
  say(`giving the temporary key to OS Login of ${account}`);
  const { value } = await resources.create(loginKey, { access: cloud.access, account, fingerprint }, async () => {
    const { loginProfile } = await cloud.transport.json<{
      loginProfile?: { posixAccounts?: { primary?: boolean; username?: string }[] };
    }>('oslogin.importSshPublicKey', url, 'POST', body, signal);
    const accounts = loginProfile?.posixAccounts ?? [];
    return { value: (accounts.find(({ primary }) => primary) ?? accounts[0])?.username ?? '', data: fingerprint };
  });
  return value;
}

async function accountOf(cloud: Cloud, signal: AbortSignal): Promise<string> {
  const known = await cloud.credentials.email();
  if (known) return known;
  const token = await cloud.credentials.token();
  const { endpoints } = cloud.access;
  const base = endpoints['oauth2']?.replace(/\/+$/, '') ?? 'https://oauth2.googleapis.com';
  const url = `${base}/tokeninfo?access_token=${encodeURIComponent(token)}`;
  const { email } = await cloud.transport.json<{ email?: string }>('oauth2.tokeninfo', url, 'GET', undefined, signal);
  if (!email) throw new ImgpackError(messages.loginAccountUnknown());
  return email;
}

/** A login name has 32 characters at most. */
export function loginName(wanted: string | undefined, name: string): string {
  const chosen =
    !wanted || wanted === '__auto__'
      ? name
      : wanted === '__external__'
        ? /^(sa_|ext_)/.test(name)
          ? name
          : `ext_${name}`
        : wanted;
  return chosen.slice(0, 32);
}
