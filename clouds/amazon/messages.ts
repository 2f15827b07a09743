import { catalogue } from '../../src/messages/message.js';

/** What the Amazon components say when something is wrong. */
export const messages = catalogue('amazon', {
  regionMissing: () => ({
    text: 'no region is known',
    hint: 'set `region`, the environment variable `AWS_REGION`, or a region in the profile',
  }),
  credentialsMissing: (reason: string) => ({
    text: `no AWS credentials were found: ${reason}`,
    hint: 'set `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, a `profile`, or run on a machine with a role',
  }),
  roleRefused: (arn: string, reason: string) => ({
    text: `the role \`${arn}\` cannot be assumed: ${reason}`,
    hint: 'check the trust policy of the role, and `external_id` where it asks for one',
  }),
  mfaWithoutUser: (arn: string) => ({
    text: `\`mfa_code\` needs the credentials of a user, and these belong to \`${arn}\``,
    hint: 'name the device in the environment variable `AWS_MFA_SERIAL`',
  }),
  callFailed: (action: string, code: string, reason: string) => ({
    text: `${action} failed: ${code}: ${reason}`,
    hint: adviceFor(code),
  }),
  keysIncomplete: () => ({
    text: '`access_key` and `secret_key` belong together',
    hint: 'set both, or none to use the credentials of the environment',
  }),
  vaultUnsupported: () => ({
    text: '`vault_aws_engine` is not yet supported',
    hint: 'read the credentials with the function `vault` or hand them over in the environment',
  }),
  oneOf: (names: readonly string[]) => ({
    text: `only one of ${list(names)} can be set`,
    hint: 'leave the others out',
  }),
  needed: (names: readonly string[]) => ({
    text: names.length === 1 ? `${list(names)} is needed` : `one of ${list(names)} is needed`,
    hint: 'the reference of the component explains them',
  }),
  needs: (option: string, condition: string) => ({
    text: `\`${option}\` needs ${condition}`,
    hint: `set it, or leave \`${option}\` out`,
  }),
  refused: (option: string, reason: string) => ({ text: `\`${option}\` ${reason}`, hint: 'change it or leave it out' }),
  regionUnknown: (region: string) => ({
    text: `the region \`${region}\` is unknown to this account`,
    hint: 'check its name, enable it for the account, or set `skip_region_validation = true`',
  }),
  nameTaken: (name: string, id: string) => ({
    text: `an image called \`${name}\` is there already: ${id}`,
    hint: 'choose another `ami_name`, for instance with a timestamp, or set `force_deregister = true`',
  }),
  nothingFound: (what: string, query: string) => ({
    text: `no ${what} matches ${query}`,
    hint: 'check the filters, the owners and the region',
  }),
  severalFound: (what: string, count: number, hint: string) => ({ text: `${count} ${what} match`, hint }),
  notHvm: (id: string) => ({
    text: `enhanced networking needs an image of the type hvm, and ${id} is none`,
    hint: 'choose another source image, or leave `ena_support` and `sriov_support` out',
  }),
  rootNotEbs: (id: string) => ({
    text: `the root device of ${id} is no EBS volume`,
    hint: 'choose a source image with `root-device-type = "ebs"`',
  }),
  stateReached: (what: string, state: string, reason: string) => ({
    text: `${what} is \`${state}\`${reason ? `: ${reason}` : ''}`,
    hint: 'the console of the account may show more',
  }),
  waitTimeout: (what: string, wanted: string, limit: string) => ({
    text: `${what} was not ${wanted} within ${limit}`,
    hint: 'raise `aws_polling { max_attempts }`, or look at it in the console of the account',
  }),
  noCapacity: (tried: readonly string[]) => ({
    text: 'there is no capacity for the machine',
    hint: `tried: ${tried.join(', ')}`,
  }),
  addressMissing: (kind: string) => ({
    text: `the machine has no address of the kind \`${kind}\``,
    hint: 'choose another `ssh_interface`, or a subnet that gives such an address',
  }),
  passwordTimeout: (limit: string) => ({
    text: `the machine gave no Windows password within ${limit}`,
    hint: 'check that EC2Launch runs in the source image, or set `winrm_password`',
  }),
  passwordKey: () => ({
    text: 'the Windows password can only be read with an RSA key',
    hint: 'set `temporary_key_pair_type = "rsa"`',
  }),
  winrmUnsupported: () => ({
    text: 'machines with WinRM are not yet supported',
    hint: 'use `communicator = "ssh"`; Windows has an OpenSSH server',
  }),
  sessionEncrypted: () => ({
    text: 'the account encrypts sessions with a key of KMS, which imgpack cannot do',
    hint: 'use another `ssh_interface`, or let sessions of this account go without that key',
  }),
  someRegionsFailed: (regions: readonly string[]) => ({
    text: `the image could not be copied to ${regions.join(', ')}`,
    hint: 'the reasons are below; the other copies are removed with the build',
  }),
  publicIpUnknown: (reason: string) => ({
    text: `the public address of this machine cannot be found out: ${reason}`,
    hint: 'set `temporary_security_group_source_cidrs`',
  }),
});

const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

function adviceFor(code: string): string {
  if (/UnauthorizedOperation|AccessDenied/.test(code)) return 'the credentials lack this permission';
  if (/AuthFailure|InvalidClientTokenId|SignatureDoesNotMatch|ExpiredToken/.test(code))
    return 'check the credentials: they are wrong, have ended, or do not belong to this partition';
  if (/LimitExceeded|Quota/.test(code))
    return 'a quota of the account is used up; raise it or remove what is not needed';
  return 'the documentation of this EC2 error code says more';
}
