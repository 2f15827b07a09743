import { catalogue } from '../../messages/message.js';

/** What the SSH communicator says when something goes wrong. */
export const messages = catalogue('ssh', {
  timeout: (address: string, user: string, limit: string, last: string) => ({
    text: `no SSH login as \`${user}\` at ${address} within ${limit}: ${last}`,
    hint: 'check that the machine starts an SSH server and takes the key or password; `ssh_timeout` sets the limit',
  }),
  authenticationFailed: (address: string, user: string, attempts: number, tried: string) => ({
    text: `${address} refused \`${user}\` ${attempts === 1 ? 'once' : `${attempts} times`} (tried: ${tried})`,
    hint: 'check `ssh_username` and the key or password; `ssh_handshake_attempts` sets how many refusals are taken',
  }),
  machineEnded: (address: string, reason: string) => ({
    text: `the machine ended while ${address} was waited for: ${reason}`,
    hint: 'a machine that powers off or crashes cannot be logged in to',
  }),
  noCommonAlgorithm: (address: string, reason: string) => ({
    text: `no algorithm fits both ${address} and imgpack: ${reason}`,
    hint: 'look at `ssh_ciphers` and `ssh_key_exchange_algorithms`, and at what the server allows',
  }),
  algorithmUnknown: (reason: string) => ({
    text: `an SSH algorithm is not supported: ${reason}`,
    hint: 'take it out of `ssh_ciphers` or `ssh_key_exchange_algorithms`',
  }),
  agentMissing: () => ({
    text: 'the login is to use an SSH agent, but none can be reached',
    hint: 'start one, add the key with `ssh-add`, and export `SSH_AUTH_SOCK`',
  }),
  connectionLost: (address: string, reason: string) => ({
    text: `the SSH connection to ${address} was lost and cannot be made again: ${reason}`,
    hint: 'if the machine restarts here, set `expect_disconnect`, and `pause_before` on the next provisioner',
  }),
  channelRefused: (address: string, reason: string) => ({
    text: `${address} does not open a session: ${reason}`,
    hint: 'the limits `MaxSessions` and `ForceCommand` of the SSH server may be the reason',
  }),
  proxyFailed: (address: string, reason: string) => ({
    text: `the SOCKS5 proxy ${address} does not help: ${reason}`,
    hint: 'check `ssh_proxy_host`, `ssh_proxy_port`, `ssh_proxy_username` and `ssh_proxy_password`',
  }),
  tunnelFailed: (tunnel: string, reason: string) => ({
    text: `the tunnel \`${tunnel}\` cannot be opened: ${reason}`,
    hint: 'choose a port that is free',
  }),
  sourceUnreadable: (path: string, reason: string) => ({
    text: `\`${path}\` cannot be read: ${reason}`,
    hint: 'check that it exists and may be read',
  }),
  sourceChanged: (path: string) => ({
    text: `\`${path}\` changed while it was copied`,
    hint: 'copy it again when nothing writes to it',
  }),
  targetUnwritable: (path: string, reason: string) => ({
    text: `\`${path}\` cannot be written: ${reason}`,
    hint: 'check that the folder exists and may be written to',
  }),
  uploadFailed: (path: string, reason: string) => ({
    text: `the upload to \`${path}\` failed: ${reason}`,
    hint: 'check that the folder exists in the machine and that the user may write there; a later `shell` with sudo can move files',
  }),
  downloadFailed: (path: string, reason: string) => ({
    text: `the download of \`${path}\` failed: ${reason}`,
    hint: 'check that it exists in the machine and that the user may read it',
  }),
  noTransferProgram: (path: string) => ({
    text: `the machine has no program to copy \`${path}\` with: neither \`scp\` nor \`tar\` nor \`sh\` answers`,
    hint: 'install one of them in the machine, or set `ssh_file_transfer_method = "sftp"`',
  }),
});
