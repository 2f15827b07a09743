import { catalogue } from '../../src/messages/message.js';

/** What the Google components say when something is wrong. */
export const messages = catalogue('google', {
  credentialsMissing: (reason: string) => ({
    text: `no Google credentials were found: ${reason}`,
    hint: 'run `gcloud auth application-default login`, set `GOOGLE_APPLICATION_CREDENTIALS` or `credentials_file`, or run on a machine with a service account',
  }),
  credentialsUnreadable: (option: string, reason: string) => ({
    text: `\`${option}\` cannot be used: ${reason}`,
    hint: 'it has to be the JSON of a service account, of a user or of an external account',
  }),
  callFailed: (action: string, status: number, reason: string, text: string) => ({
    text: `${action} failed: ${status} ${reason}: ${text}`,
    hint: adviceFor(reason, status),
  }),
  unreachable: (action: string, reason: string) => ({
    text: `${action} failed: ${reason}`,
    hint: 'check the network, the proxy in `HTTPS_PROXY` and `custom_endpoints`',
  }),
  requestWrong: (action: string, faults: readonly string[]) => ({
    text: `${action} would be sent something that Compute Engine does not know: ${faults.join('; ')}`,
    hint: 'this is a defect of imgpack, unless a value of the template is of the wrong kind',
  }),
  operationFailed: (what: string, code: string, text: string) => ({
    text: `${what} failed: ${code}: ${text}`,
    hint: adviceFor(code, 0),
  }),
  waitTimeout: (what: string, limit: string) => ({
    text: `${what} was not done within ${limit}`,
    hint: 'raise `state_timeout`, or look at it in the console of the project',
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
  obsoleteAccount: () => ({
    text: '`account_file` is obsolete',
    hint: 'use `credentials_file`, or `credentials_json` for its text',
  }),
  terminationChosen: () => ({
    text: '`max_run_duration_in_seconds` without `instance_termination_action`: the machine is stopped at the limit',
    hint: 'set `instance_termination_action` to `STOP` or `DELETE`',
  }),
  nameTaken: (name: string, project: string) => ({
    text: `an image called \`${name}\` is there already in \`${project}\``,
    hint: 'choose another `image_name`, for instance with a timestamp, or build with `-force`',
  }),
  sourceMissing: (what: string, projects: readonly string[]) => ({
    text: `the ${what} is in none of the projects ${list(projects)}`,
    hint: 'check its name, and `source_image_project_id`',
  }),
  nothingFound: (what: string, query: string) => ({
    text: `no ${what} matches ${query}`,
    hint: 'check the filter and the project',
  }),
  severalFound: (what: string, count: number, hint: string) => ({ text: `${count} ${what} match`, hint }),
  notUefi: (image: string) => ({
    text: `the image \`${image}\` does not support UEFI, which \`enable_secure_boot\` needs`,
    hint: 'choose an image with the guest OS feature `UEFI_COMPATIBLE`',
  }),
  stateReached: (what: string, state: string, reason: string) => ({
    text: `${what} is \`${state}\`${reason ? `: ${reason}` : ''}`,
    hint: 'the console of the project may show more',
  }),
  addressMissing: (kind: string) => ({
    text: `the machine has no ${kind} address`,
    hint: 'set `use_internal_ip` or `use_iap`, or leave `omit_external_ip` out',
  }),
  scriptFailed: (name: string) => ({
    text: `the startup script of \`${name}\` failed`,
    hint: 'its output is above',
  }),
  loginAccountUnknown: () => ({
    text: 'OS Login does not know whose key it is to take: the credentials have no email address',
    hint: 'use the credentials of a service account, or set `use_os_login = false`',
  }),
  passwordTimeout: (limit: string) => ({
    text: `the machine gave no Windows password within ${limit}`,
    hint: 'check that the guest agent runs in the source image, raise `windows_password_timeout`, or set a password yourself',
  }),
  winrmUnsupported: () => ({
    text: 'machines with WinRM are not yet supported',
    hint: 'use `communicator = "ssh"`; Windows has an OpenSSH server',
  }),
  tunnelRefused: (reason: string) => ({
    text: `the IAP tunnel cannot be opened: ${reason}`,
    hint: 'check the role `roles/iap.tunnelResourceAccessor` and a firewall rule that lets 35.235.240.0/20 in',
  }),
  vaultFailed: (path: string, reason: string) => ({
    text: `Vault gives no token at \`${path}\`: ${reason}`,
    hint: 'check `VAULT_ADDR`, `VAULT_TOKEN` and `vault_gcp_oauth_engine`',
  }),
  checksumWrong: (name: string) => ({
    text: `the content of the secret \`${name}\` was damaged on its way`,
    hint: 'try again',
  }),
  payloadUnreadable: (reason: string) => ({
    text: `\`key\` needs a payload that is an object: ${reason}`,
    hint: 'leave `key` out and decode `payload` yourself',
  }),
});

const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

function adviceFor(reason: string, status: number): string {
  if (/quota/i.test(reason)) return 'a quota of the project is used up; raise it or remove what is not needed';
  if (/ZONE_RESOURCE_POOL_EXHAUSTED|STOCKOUT/i.test(reason)) return 'the zone has no capacity now; try another `zone`';
  if (status === 401) return 'check the credentials: they are wrong or have ended';
  if (status === 403 || /forbidden|PERMISSION/i.test(reason))
    return 'the credentials lack this permission; the message above names it';
  return 'the documentation of Compute Engine says more of this reason';
}
