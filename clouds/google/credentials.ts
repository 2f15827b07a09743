import type { AuthClient } from 'google-auth-library';
import { once } from '../../src/contract/helpers/once.js';
import { ImgpackError } from '../../src/messages/message.js';
import { type Access, endpointOf } from './access.js';
import { messages } from './messages.js';
import { vaultToken } from './vault-token.js';
import { plainHeaders } from './wire/plain-headers.js';
import type { Authorize } from './wire/transport.js';

/** Who calls: the header of each request, and the name of the account where it is known. */
export interface Credentials {
  readonly authorize: Authorize;
  /** The email address of the account, where the credentials tell it. */
  readonly email: () => Promise<string | undefined>;
  /** A token for what is no API: the tunnel. */
  readonly token: () => Promise<string>;
}

/**
 * The credentials of an access: a token of Vault, impersonation, a token, an account, else what the environment has
 * (`GOOGLE_APPLICATION_CREDENTIALS`, gcloud's file, the metadata server). Tokens are renewed before they end.
 */
export function credentialsOf(access: Access): Credentials {
  if (access.vaultPath !== null) {
    const token = vaultToken(access.vaultPath, process.env);
    return { authorize: async () => bearer(await token()), email: () => Promise.resolve(undefined), token };
  }
  if (access.token !== null) {
    const token = access.token;
    return {
      authorize: () => Promise.resolve(bearer(token)),
      email: () => Promise.resolve(undefined),
      token: () => Promise.resolve(token),
    };
  }
  const client = once(() => clientOf(access));
  return {
    async authorize(url) {
      const headers = await explained(async () => (await client()).getRequestHeaders(url));
      return plainHeaders(headers);
    },
    async email() {
      const made = (await client()) as { email?: string; getTargetPrincipal?(): string };
      return access.impersonate ?? made.email ?? made.getTargetPrincipal?.();
    },
    async token() {
      const { token } = await explained(async () => (await client()).getAccessToken());
      if (!token) throw new ImgpackError(messages.credentialsMissing('they give no access token'));
      return token;
    },
  };
}

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

async function clientOf(access: Access): Promise<AuthClient> {
  const { GoogleAuth, Impersonated, JWT } = await import('google-auth-library');
  const auth = new GoogleAuth({
    scopes: access.scopes,
    ...(access.credentials && { credentials: access.credentials as object }),
    clientOptions: { universeDomain: access.universe },
  });
  const base = await explained(() => auth.getClient());
  // An account signs for itself: no token has to be fetched, and it works in every universe.
  if (base instanceof JWT) base.useJWTAccessWithScope = true;
  if (access.impersonate === null) return base;
  return new Impersonated({
    sourceClient: base,
    targetPrincipal: access.impersonate,
    targetScopes: access.scopes,
    lifetime: 3600,
    endpoint: endpointOf(access, 'iamcredentials'),
  });
}

async function explained<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ImgpackError) throw error;
    throw new ImgpackError(messages.credentialsMissing((error as Error).message), { cause: error });
  }
}
