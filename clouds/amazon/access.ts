import { resolve } from 'node:path';
import type { Environment } from '../../src/contract/context.js';
import type { JsonObject } from '../../src/contract/json.js';
import { ImgpackError } from '../../src/messages/message.js';
import { messages } from './messages.js';
import type { AccessConfig } from './options/access.js';
import { profileRegion } from './profile-region.js';

/**
 * Who calls AWS and where, as plain data: a destroyer finds its way back with it, in another process. Secrets in it are
 * sealed by the journal.
 */
export interface Access extends JsonObject {
  readonly region: string;
  readonly endpoint: string | null;
  readonly keys: { readonly id: string; readonly secret: string; readonly token: string | null } | null;
  readonly profile: string | null;
  readonly sharedFile: string | null;
  readonly role: Role | null;
  readonly insecure: boolean;
  readonly attempts: number;
  readonly withoutMetadata: boolean;
  /** Have STS read what stands encoded in refusals. */
  readonly decode: boolean;
}

export interface Role extends JsonObject {
  readonly arn: string;
  readonly seconds: number | null;
  readonly externalId: string | null;
  readonly policy: string | null;
  readonly policyArns: string[];
  readonly session: string | null;
  readonly tags: Record<string, string>;
  readonly transitive: string[];
  readonly mfaCode: string | null;
}

const DEFAULT_ATTEMPTS = 10;

/**
 * What the options and the environment say.
 * @throws ImgpackError `amazon/region-missing`
 */
export function accessOf(config: AccessConfig, environment: Pick<Environment, 'env' | 'workingDirectory'>): Access {
  const { env, workingDirectory } = environment;
  const profile = config.profile || null;
  const sharedFile = config.shared_credentials_file ? resolve(workingDirectory, config.shared_credentials_file) : null;
  const region =
    config.region ||
    env['AWS_REGION'] ||
    env['AWS_DEFAULT_REGION'] ||
    profileRegion(profile ?? env['AWS_PROFILE'], env, sharedFile);
  if (!region) throw new ImgpackError(messages.regionMissing());
  return {
    region,
    endpoint: config.custom_endpoint_ec2 || null,
    keys:
      config.access_key && config.secret_key
        ? { id: config.access_key, secret: config.secret_key, token: config.token || null }
        : null,
    profile,
    sharedFile,
    role: roleOf(config),
    insecure: config.insecure_skip_tls_verify,
    attempts: (config.max_retries || DEFAULT_ATTEMPTS) + 1,
    withoutMetadata: config.skip_metadata_api_check,
    decode: config.decode_authorization_messages,
  };
}

function roleOf({ assume_role: role, mfa_code: mfaCode }: AccessConfig): Role | null {
  if (!role?.role_arn) return null;
  return {
    arn: role.role_arn,
    seconds: role.duration_seconds || null,
    externalId: role.external_id || null,
    policy: role.policy || null,
    policyArns: role.policy_arns,
    session: role.session_name || null,
    tags: role.tags,
    transitive: role.transitive_tag_keys,
    mfaCode: mfaCode || null,
  };
}
