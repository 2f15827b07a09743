import { catalogue } from '../../../messages/message.js';

/** What is said about the options of communicators. */
export const communicatorMessages = catalogue('communicator', {
  usernameMissing: (option: string) => ({
    text: `\`${option}\` is needed`,
    hint: 'name the user to log in as; there is no default',
  }),
  hostMissing: (option: string) => ({ text: `\`${option}\` is needed`, hint: 'name the machine to connect to' }),
  passwordMissing: (option: string) => ({ text: `\`${option}\` is needed` }),
  authenticationMissing: () => ({
    text: 'there is no way to log in: neither a password nor a key nor an agent',
    hint: 'set one of `ssh_password`, `ssh_private_key_file` and `ssh_agent_auth`',
  }),
  authenticationTwice: () => ({
    text: 'only one of `ssh_password`, `ssh_private_key_file` and `ssh_agent_auth` can be set',
    hint: 'keep the one that is meant',
  }),
  keyUnreadable: (option: string, path: string, reason: string) => ({
    text: `the file \`${path}\` of \`${option}\` cannot be read: ${reason}`,
    hint: 'check the path; relative ones count from the working directory',
  }),
  keyInvalid: (option: string, path: string, reason: string) => ({
    text: `\`${path}\` of \`${option}\` is not a usable private key: ${reason}`,
    hint: 'a private key in PEM or OpenSSH format without a passphrase is needed; `ssh-keygen -p` takes one off, an agent can hold it (`ssh_agent_auth`)',
  }),
  certificateInvalid: (option: string, path: string, reason: string) => ({
    text: `\`${path}\` of \`${option}\` is not a usable certificate: ${reason}`,
    hint: '`ssh-keygen -L -f FILE` shows what is in it',
  }),
  certificateWithoutKey: (certificate: string, key: string) => ({
    text: `\`${certificate}\` needs \`${key}\``,
    hint: 'name the private key that the certificate is for',
  }),
  agentMissing: () => ({
    text: '`ssh_agent_auth` is set, but no agent can be reached',
    hint: 'start one (`eval $(ssh-agent)`), add the key (`ssh-add`) and see that `SSH_AUTH_SOCK` is exported',
  }),
  bastionAuthenticationMissing: () => ({
    text: 'there is no way to log in to `ssh_bastion_host`',
    hint: 'set `ssh_bastion_password`, `ssh_bastion_private_key_file` or `ssh_bastion_agent_auth`',
  }),
  bastionAndProxy: () => ({
    text: '`ssh_bastion_host` and `ssh_proxy_host` cannot both be set',
    hint: 'keep the one through which the machine is reached',
  }),
  tunnelInvalid: (option: string, value: string) => ({
    text: `\`${value}\` of \`${option}\` is not a tunnel`,
    hint: 'write `PORT:HOST:HOSTPORT`, such as `8080:127.0.0.1:80`',
  }),
  portInvalid: (option: string) => ({
    text: `\`${option}\` is not a port`,
    hint: 'choose a number from 1 to 65535',
  }),
  keySizeInvalid: (type: string, bits: number, allowed: string) => ({
    text: `a temporary key of type \`${type}\` cannot have ${bits} bits`,
    hint: `\`temporary_key_pair_bits\` takes ${allowed}`,
  }),
  keyTypeObsolete: () => ({
    text: 'temporary keys of type `dsa` are not made: SSH servers no longer accept them',
    hint: 'leave `temporary_key_pair_type` out for `ed25519`',
  }),
});
