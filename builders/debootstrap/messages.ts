import { catalogue } from '../../src/messages/message.js';

export const messages = catalogue('debootstrap', {
  unknownSuite: (suite: string) => ({
    text: `it is not known whether \`${suite}\` is a suite of Debian or of Ubuntu`,
    hint: 'set `distribution` to `debian` or `ubuntu`',
  }),
  badName: (option: string, value: string) => ({
    text: `\`${value}\` cannot be used as \`${option}\``,
    hint: 'use letters, digits and the characters `.`, `+`, `~`, `-` and `_`',
  }),
  badHostname: (value: string) => ({
    text: `\`${value}\` is not a host name`,
    hint: 'use letters, digits and hyphens, with dots between the parts',
  }),
  badSize: (value: string) => ({
    text: `\`${value}\` is not a size`,
    hint: 'write a number and `M`, `G` or `T`: `4G`',
  }),
  badKey: (value: string) => ({
    text: `\`${value.slice(0, 30)}…\` is not a public key`,
    hint: 'give the line of a `.pub` file, such as `ssh-ed25519 AAAA…`',
  }),
  badPath: (option: string, value: string) => ({
    text: `\`${value}\` in \`${option}\` is not an absolute path`,
    hint: 'write the path as it is in the system that is built',
  }),
  diskOnly: (option: string) => ({
    text: `\`${option}\` has no use with \`format = "tar"\``,
    hint: 'leave it out, or choose `qcow2` or `raw` as `format`',
  }),
  noWayIn: () => ({
    text: 'nobody will be able to log in: `cloud_init` is off and there is no key for root',
    hint: 'turn `cloud_init` on, or give a public key in `root_ssh_keys`',
  }),
  noBootLoader: (architecture: string) => ({
    text: `bootable disks of the architecture \`${architecture}\` cannot be made`,
    hint: 'use `amd64` or `arm64`, or `format = "tar"`',
  }),
  noTool: () => ({
    text: 'neither `mmdebstrap` nor `debootstrap` was found',
    hint: 'install one of them: `apt-get install mmdebstrap`',
  }),
  needsRoot: () => ({
    text: '`debootstrap` needs root',
    hint: 'run imgpack as root, or install `mmdebstrap`, which works for any user',
  }),
  noProgram: (program: string, packageName: string) => ({
    text: `\`${program}\` was not found`,
    hint: `install it: \`apt-get install ${packageName}\``,
  }),
  noKeyring: (path: string, packageName: string) => ({
    text: `the keys of the archive are not here: \`${path}\``,
    hint: `install them with \`apt-get install ${packageName}\`, or name a file in \`keyring\``,
  }),
  outputExists: (path: string) => ({
    text: `\`${path}\` exists already`,
    hint: 'use `-force` to replace it, or choose another `output`',
  }),
  failed: (program: string, suite: string) => ({
    text: `\`${program}\` could not bootstrap \`${suite}\``,
    hint: 'its last lines stand below; look at the mirror, the names of packages and the free space first',
  }),
  noKernel: () => ({
    text: 'the system holds no kernel: there is no `vmlinuz-…` with an `initrd.img-…` in `/boot`',
    hint: 'name a kernel package in `kernel`',
  }),
  bootLoaderTooLarge: (bytes: number, room: number) => ({
    text: `the boot loader has ${bytes} bytes, and its partition ${room}`,
  }),
});
