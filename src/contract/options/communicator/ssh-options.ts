import { bool, duration, number, numberList, text, textList } from '../../schema.js';

/** Where the machine is and who logs in. */
const login = {
  ssh_host: text({
    description: 'Address of the machine; it goes before what the builder finds out.',
    defaultNote: 'known to the builder',
  }),
  ssh_port: number({ description: 'Port of the SSH server in the machine.', defaultNote: '22' }),
  ssh_username: text({ description: 'User to log in as. Needed for `communicator = "ssh"`.' }),
  ssh_password: text({
    description: 'Password of that user; it also answers the questions of keyboard-interactive logins.',
    sensitive: true,
  }),
  ssh_private_key_file: text({
    description: 'File with a private key in PEM or OpenSSH format, without a passphrase; `~` is the home directory.',
  }),
  ssh_certificate_file: text({ description: 'OpenSSH certificate of the key in `ssh_private_key_file`.' }),
  ssh_agent_auth: bool({
    description: 'Log in with the keys of the agent at `SSH_AUTH_SOCK`; no temporary key is made.',
    default: false,
  }),
  ssh_keypair_name: text({ description: 'Name of a key pair that the platform already knows.' }),
  ssh_public_key: numberList({ description: 'Bytes of the public key; filled in at run time.' }),
  ssh_private_key: numberList({ description: 'Bytes of the private key; filled in at run time.', sensitive: true }),
} as const;

/** The key pair that is made for one build. */
const temporaryKey = {
  temporary_key_pair_name: text({
    description: 'Name of the key pair that is made for this build.',
    defaultNote: '`packer_` and a UUID',
  }),
  temporary_key_pair_type: text({
    description: 'Kind of that key pair.',
    defaultNote: '`ed25519`; `rsa` where only `temporary_key_pair_bits` is set',
    values: ['rsa', 'ecdsa', 'ed25519', 'dsa'],
  }),
  temporary_key_pair_bits: number({
    description: 'Its size: 1024 and more for `rsa`, one of 256, 384 and 521 for `ecdsa`; `ed25519` has one size.',
    defaultNote: '4096 for `rsa`, 521 for `ecdsa`',
  }),
  ssh_clear_authorized_keys: bool({
    description: "Take the temporary key out of the `authorized_keys` of the user and of root at the build's end.",
    default: false,
  }),
} as const;

/** How the connection is made and kept. */
const connection = {
  ssh_timeout: duration({
    description: 'Time within which a login must succeed.',
    defaultNote: '`5m`; without a limit where only `ssh_handshake_attempts` is set',
  }),
  ssh_wait_timeout: duration({ description: 'Older name of `ssh_timeout`; it wins.', deprecated: '`ssh_timeout`' }),
  ssh_handshake_attempts: number({
    description: 'Number of refused logins after which the build fails; attempts without an answer do not count.',
    defaultNote: '10; without a limit where only `ssh_timeout` is set',
  }),
  ssh_ciphers: textList({
    description: 'Ciphers to offer, the preferred one first.',
    defaultNote: 'aes128-gcm, aes256-gcm, chacha20-poly1305, aes-ctr',
  }),
  ssh_key_exchange_algorithms: textList({ description: 'Key exchange methods to offer, the preferred one first.' }),
  ssh_pty: bool({ description: 'Run every command on a pseudo-terminal.', default: false }),
  ssh_disable_agent_forwarding: bool({
    description: 'Keep the local agent to yourself. Otherwise one that can be reached is forwarded and used to log in.',
    default: false,
  }),
  ssh_keep_alive_interval: duration({
    description: 'Time between messages that keep the connection open; a negative value sends none.',
    default: '5s',
  }),
  ssh_read_write_timeout: duration({
    description: 'Time without any traffic after which a connection is given up and made anew.',
    defaultNote: 'never',
  }),
  ssh_file_transfer_method: text({
    description: 'Protocol by which single files are copied.',
    default: 'scp',
    values: ['scp', 'sftp'],
  }),
} as const;

/** Ways around: a host in between, a proxy, tunnels. */
const routes = {
  ssh_bastion_host: text({ description: 'Host through which the machine is reached. Not together with a proxy.' }),
  ssh_bastion_port: number({ description: 'Its SSH port.', default: 22 }),
  ssh_bastion_username: text({ description: 'User on it.' }),
  ssh_bastion_password: text({ description: 'Password of that user.', sensitive: true }),
  ssh_bastion_private_key_file: text({
    description: 'Private key for it.',
    defaultNote: '`ssh_private_key_file` with its certificate',
  }),
  ssh_bastion_certificate_file: text({ description: 'OpenSSH certificate of that key.' }),
  ssh_bastion_agent_auth: bool({ description: 'Log in to it with the keys of the local agent.', default: false }),
  ssh_bastion_interactive: bool({
    description: 'Let it ask questions, which are answered at the terminal.',
    default: false,
  }),
  ssh_proxy_host: text({ description: 'SOCKS5 proxy through which the machine is reached.' }),
  ssh_proxy_port: number({ description: 'Its port.', default: 1080 }),
  ssh_proxy_username: text({ description: 'User for the proxy.' }),
  ssh_proxy_password: text({ description: 'Password for the proxy.', sensitive: true }),
  ssh_remote_tunnels: textList({
    description: '`PORT:HOST:HOSTPORT` rows: port of the machine that leads to a host as seen from here.',
  }),
  ssh_local_tunnels: textList({
    description: '`PORT:HOST:HOSTPORT` rows: port of this computer that leads to a host as seen from the machine.',
  }),
} as const;

/** Every option of the SSH communicator. */
export const sshOptions = { ...login, ...temporaryKey, ...connection, ...routes } as const;
