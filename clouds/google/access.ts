import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Environment } from '../../src/contract/context.js';
import type { JsonObject } from '../../src/contract/json.js';
import { ImgpackError } from '../../src/messages/message.js';
import { messages } from './messages.js';
import type { AccessConfig } from './options/access.js';

/**
 * Who calls Google and where, as plain data: a destroyer finds its way back with it, in another process. Secrets in it are
 * sealed by the journal.
 */
export interface Access extends JsonObject {
  readonly token: string | null;
  /** The JSON of an account. */
  readonly credentials: JsonObject | null;
  readonly impersonate: string | null;
  readonly vaultPath: string | null;
  readonly scopes: string[];
  readonly universe: string;
  /** Base addresses by service: `compute`, `storage`, `oslogin`, `oauth2`, … */
  readonly endpoints: Record<string, string>;
}

const CLOUD = 'https://www.googleapis.com/auth/cloud-platform';

/** What the APIs are called with that a build needs. */
export const SCOPES: readonly string[] = [CLOUD, 'https://www.googleapis.com/auth/userinfo.email'];

/**
 * What the options say.
 * @throws ImgpackError `google/credentials-unreadable`
 */
export function accessOf(
  config: Partial<AccessConfig>,
  { workingDirectory }: Pick<Environment, 'workingDirectory'>,
): Access {
  return {
    token: config.access_token || null,
    credentials: credentialsIn(config, workingDirectory),
    impersonate: config.impersonate_service_account || null,
    vaultPath: config.vault_gcp_oauth_engine || null,
    scopes: [...SCOPES],
    universe: config.universe_domain || 'googleapis.com',
    endpoints: config.custom_endpoints ?? {},
  };
}

function credentialsIn(config: Partial<AccessConfig>, workingDirectory: string): JsonObject | null {
  if (config.credentials_json) return parsed('credentials_json', () => config.credentials_json as string);
  if (config.credentials_file) return fromFile('credentials_file', config.credentials_file, workingDirectory);
  const account = config.account_file?.trim();
  if (!account) return null;
  return account.startsWith('{')
    ? parsed('account_file', () => account)
    : fromFile('account_file', account, workingDirectory);
}

const fromFile = (option: string, path: string, workingDirectory: string): JsonObject =>
  parsed(option, () => readFileSync(resolve(workingDirectory, path), 'utf8'));

function parsed(option: string, read: () => string): JsonObject {
  let data: unknown;
  try {
    data = JSON.parse(read());
  } catch (error) {
    // A parser's message quotes what it read, which is a secret here.
    const reason = error instanceof SyntaxError ? 'it is no JSON' : (error as Error).message;
    throw new ImgpackError(messages.credentialsUnreadable(option, reason));
  }
  if (typeof data !== 'object' || data === null || typeof (data as { type?: unknown }).type !== 'string')
    throw new ImgpackError(messages.credentialsUnreadable(option, 'it names no `type` of account'));
  return data as JsonObject;
}

/** Where a service is reached: its own address where the template gives one, else that of the universe. No slash at the end. */
export function endpointOf({ endpoints, universe }: Access, service: string): string {
  const given = endpoints[service];
  return given ? given.replace(/\/+$/, '').replace(/\/compute\/v1$/, '') : `https://${service}.${universe}`;
}
