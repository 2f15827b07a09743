import { type Decoded, text, textMap } from '../../../src/contract/schema.js';

/** Where Google is reached; of every component. */
export const placeOptions = {
  universe_domain: text({ description: 'Universe domain.', default: 'googleapis.com' }),
  custom_endpoints: textMap({
    description:
      'Base addresses by service: `compute`, `storage`, `oslogin`, `oauth2`, `secretmanager`, `parametermanager`, `iamcredentials`, `tunnel`, `cloudresourcemanager`.',
  }),
} as const;

/** Who calls Google; one of them at most. */
export const accessOptions = {
  access_token: text({ description: 'Bearer token; used as it is and never renewed.', sensitive: true }),
  account_file: text({
    description: 'Path of an account file, or its JSON.',
    deprecated: 'use `credentials_file` or `credentials_json`',
    sensitive: true,
  }),
  credentials_file: text({ description: 'Path of a Google credentials JSON file.' }),
  credentials_json: text({ description: 'Credentials JSON text.', sensitive: true }),
  impersonate_service_account: text({
    description: 'Service account to impersonate with the credentials of the environment.',
  }),
  vault_gcp_oauth_engine: text({
    description: 'Path of Vault that yields an OAuth token (`VAULT_ADDR` and `VAULT_TOKEN` apply).',
  }),
  ...placeOptions,
} as const;

export type AccessConfig = Decoded<{ readonly attributes: typeof accessOptions }>;
