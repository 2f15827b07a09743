import { block, bool, number, text, textList, textMap } from '../../../src/contract/schema.js';
import type { Decoded } from '../../../src/contract/schema.js';

/** Who calls AWS, where, and how patiently; shared by all Amazon components. */
export const accessOptions = {
  access_key: text({
    description: 'Static access key id; must be paired with `secret_key`. Needed: together with `secret_key`.',
    defaultNote: 'credential chain',
    sensitive: true,
  }),
  secret_key: text({
    description: 'Static secret key. Needed: together with `access_key`.',
    defaultNote: 'credential chain',
    sensitive: true,
  }),
  token: text({ description: 'Session token for static keys.', defaultNote: 'AWS_SESSION_TOKEN', sensitive: true }),
  profile: text({ description: 'Named profile in the shared files.', defaultNote: 'AWS_PROFILE, else default' }),
  shared_credentials_file: text({
    description:
      'Alternate shared file. The current code registers it as a shared config file rather than as a credentials file.',
    defaultNote: 'AWS_SHARED_CREDENTIALS_FILE, else ~/.aws/credentials',
  }),
  region: text({
    description: 'Region of the build. Needed: must resolve from some source.',
    defaultNote: 'AWS_REGION / AWS_DEFAULT_REGION / profile',
  }),
  custom_endpoint_ec2: text({ description: 'Base URL for EC2 calls in the build region.' }),
  insecure_skip_tls_verify: bool({ description: 'Do not verify TLS certificates.', default: false }),
  decode_authorization_messages: bool({
    description: 'On authorization errors call sts:DecodeAuthorizationMessage to expand them.',
    default: false,
  }),
  max_retries: number({ description: 'Retry attempts per API call (0 is replaced by 10).', default: 10 }),
  mfa_code: text({ description: 'One-time code supplied when the role requires MFA.' }),
  skip_metadata_api_check: bool({
    description:
      'Turn off instance-metadata credentials. A log line claims it is ignored although the value is passed on.',
    default: false,
  }),
  skip_credential_validation: bool({
    description: 'Skip the credential check made while building the client.',
    default: false,
  }),
} as const;

const assumeRole = {
  attributes: {
    role_arn: text({ description: 'Role to assume; nothing is assumed when empty.' }),
    duration_seconds: number({ description: 'Session length.', defaultNote: 'SDK default' }),
    external_id: text({ description: 'External id passed to AssumeRole.' }),
    policy: text({ description: 'Inline session policy JSON.' }),
    policy_arns: textList({ description: 'Managed policy ARNs for the session.' }),
    session_name: text({ description: 'Session name.', defaultNote: 'SDK default' }),
    tags: textMap({ description: 'Session tags.', template: 'late' }),
    transitive_tag_keys: textList({ description: 'Session tag keys passed on by role chaining.' }),
  },
} as const;

const vault = {
  attributes: {
    name: text({ description: 'Vault role name. Needed: required when the block is used.' }),
    role_arn: text({ description: 'Role requested from Vault; selects the sts path instead of creds.' }),
    ttl: text({ description: 'Lease requested from the sts path.', defaultNote: 'Vault role default' }),
    engine_name: text({ description: 'Mount of the Vault AWS secrets engine.', default: 'aws' }),
  },
} as const;

const polling = {
  attributes: {
    max_attempts: number({
      description: 'Attempts; turned into a maximum wait of attempts x delay.',
      defaultNote: 'AWS_MAX_ATTEMPTS, else waiter default',
    }),
    delay_seconds: number({
      description: 'Seconds between polls.',
      defaultNote: 'AWS_POLL_DELAY_SECONDS, else waiter default',
    }),
  },
} as const;

export const accessBlocks = {
  assume_role: block(assumeRole, { description: 'Role to take on before any call.' }),
  vault_aws_engine: block(vault, { description: 'Vault mount that hands out the credentials.' }),
  aws_polling: block(polling, { description: 'How often and how long states are asked for.' }),
} as const;

export type AccessConfig = Decoded<{ attributes: typeof accessOptions; blocks: typeof accessBlocks }>;
