import {
  blocks,
  bool,
  defineSchema,
  duration,
  text,
  textList,
  textMap,
  type Decoded,
} from '../../src/contract/schema.js';

const repository = defineSchema({
  attributes: {
    name: text({ description: 'Name of its files below `/etc/apt`.', required: true }),
    uri: text({ description: 'Address of the repository.', required: true }),
    suite: text({ description: 'Its suite.', defaultNote: 'the suite that is built' }),
    components: textList({ description: 'Its components.', default: ['main'] }),
    key: text({ description: 'Public key that it is signed with, as text (`-----BEGIN PGP PUBLIC KEY BLOCK-----`).' }),
    key_file: text({ description: 'Path of a file with that key.' }),
    packages: textList({ description: 'Packages to install when the repository is there.' }),
  },
});

export const schema = defineSchema({
  attributes: {
    suite: text({ description: 'Name of the release: `bookworm`, `trixie`, `noble`.', required: true }),
    distribution: text({
      description: 'Whose suite it is.',
      values: ['debian', 'ubuntu'],
      defaultNote: 'follows from `suite`',
    }),
    mirror: text({
      description: 'Address of the package archive.',
      defaultNote:
        'what apt on this machine uses, where it has the same distribution; else the public archive of the distribution',
    }),
    security_mirror: text({
      description: 'Address of the archive with security updates; empty for none.',
      defaultNote: 'as for `mirror`',
    }),
    updates: bool({ description: 'Use the suite of stable updates, too.', default: true }),
    components: textList({
      description: 'Components of the archive.',
      defaultNote: '`main` for Debian, `main` and `universe` for Ubuntu',
    }),
    keyring: text({
      description: 'File with the keys that the archive is signed with.',
      defaultNote: "the distribution's in `/usr/share/keyrings`",
    }),
    architecture: text({
      description: "Debian's name of the processor architecture.",
      defaultNote: 'that of this machine',
    }),
    variant: text({
      description: 'Which packages are the base: `minbase`, `important`, `standard`, and what else the tool knows.',
      default: 'minbase',
    }),
    packages: textList({ description: 'Packages to install; `NAME=VERSION` and `NAME/SUITE` are possible.' }),
    recommends: bool({ description: 'Install what packages recommend, too.', default: false }),
    package_lists: bool({
      description:
        "Keep apt's lists of packages in the system, so that what installs packages soon after need not run `apt-get update`.",
      default: false,
    }),
    apt_options: textList({ description: 'Lines for the configuration of apt; they stay in the system.' }),
    dpkg_options: textList({
      description:
        'Lines for the configuration of dpkg, such as `path-exclude=/usr/share/man/*`; they stay in the system.',
    }),
    format: text({
      description: 'What to make: a disk that boots (`qcow2`, `raw`), or an archive of the files (`tar`).',
      values: ['qcow2', 'raw', 'tar'],
      default: 'qcow2',
    }),
    output: text({
      description: 'Path of the file to write. For `tar`, the extensions `.gz`, `.xz`, `.zst` and `.bz2` compress it.',
      defaultNote: '`output-BUILD/SUITE-ARCHITECTURE.FORMAT`',
    }),
    hostname: text({ description: 'Host name of the system.', defaultNote: 'the name of the distribution' }),
    disk_size: text({ description: 'Size of the disk; the file takes only what is used.', default: '4G' }),
    compress: bool({ description: 'Compress a `qcow2` (zstd).', default: true }),
    kernel: text({
      description: 'Package of the kernel.',
      defaultNote: "the distribution's kernel for virtual machines",
    }),
    kernel_command_line: text({
      description: 'Options for the kernel.',
      default: 'console=tty0 console=ttyS0,115200',
    }),
    cloud_init: bool({
      description: 'Install cloud-init, which sets up users and keys at the first boot.',
      defaultNote: 'true for disks without `root_ssh_keys`',
    }),
    root_ssh_keys: textList({ description: 'Public keys that may log in as root, as lines of `authorized_keys`.' }),
    files: textMap({ description: 'Files to write: path in the system and content. Written before `customize` runs.' }),
    customize: textList({ description: 'Commands to run inside the system when all packages are there.' }),
    customize_script: text({
      description:
        'Path of a shell script to run on this machine, with the folder of the system as its argument, behind `customize`.',
    }),
    cache: bool({ description: 'Use what an earlier build with the same options made.', default: true }),
    cache_max_age: duration({
      description: 'How long that is used; the archive moves on meanwhile.',
      default: '24h',
    }),
  },
  blocks: {
    repository: blocks(repository, { description: 'A further package repository.' }),
  },
});

export type Config = Decoded<typeof schema>;
export type RepositoryConfig = Decoded<typeof repository>;
