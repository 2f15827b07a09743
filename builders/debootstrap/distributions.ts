export type Distribution = 'debian' | 'ubuntu';

/** What differs between the distributions, as data. */
export interface DistributionFacts {
  readonly components: readonly string[];
  readonly keyring: string;
  /** Debian and Ubuntu package that brings the keyring. */
  readonly keyringPackage: string;
  mirror(architecture: string): string;
  securityMirror(architecture: string): string;
  /** Suites without updates and security: the archive itself is where they come from. */
  readonly rolling: readonly string[];
  kernel(architecture: string): string;
}

const CLOUD_KERNELS = new Set(['amd64', 'arm64']);
const MAIN_UBUNTU = new Set(['amd64', 'i386']);

export const DISTRIBUTIONS: Readonly<Record<Distribution, DistributionFacts>> = {
  debian: {
    components: ['main'],
    keyring: '/usr/share/keyrings/debian-archive-keyring.gpg',
    keyringPackage: 'debian-archive-keyring',
    mirror: () => 'http://deb.debian.org/debian',
    securityMirror: () => 'http://deb.debian.org/debian-security',
    rolling: ['sid', 'unstable', 'experimental'],
    kernel: (architecture) => `linux-image-${CLOUD_KERNELS.has(architecture) ? 'cloud-' : ''}${architecture}`,
  },
  ubuntu: {
    components: ['main', 'universe'],
    keyring: '/usr/share/keyrings/ubuntu-archive-keyring.gpg',
    keyringPackage: 'ubuntu-keyring',
    mirror: (architecture) =>
      MAIN_UBUNTU.has(architecture) ? 'http://archive.ubuntu.com/ubuntu' : 'http://ports.ubuntu.com/ubuntu-ports',
    securityMirror: (architecture) =>
      MAIN_UBUNTU.has(architecture) ? 'http://security.ubuntu.com/ubuntu' : 'http://ports.ubuntu.com/ubuntu-ports',
    rolling: [],
    kernel: () => 'linux-image-virtual',
  },
};

const DEBIAN_SUITES = [
  'buster',
  'bullseye',
  'bookworm',
  'trixie',
  'forky',
  'duke',
  'sid',
  'oldoldstable',
  'oldstable',
  'stable',
  'testing',
  'unstable',
  'experimental',
];
const UBUNTU_SUITES = ['bionic', 'focal', 'jammy', 'noble', 'oracular', 'plucky', 'questing', 'resolute', 'devel'];

/** The distribution that a suite belongs to; undefined where its name is not known. */
export function distributionOf(suite: string): Distribution | undefined {
  if (DEBIAN_SUITES.includes(suite)) return 'debian';
  return UBUNTU_SUITES.includes(suite) ? 'ubuntu' : undefined;
}

/** Suites in which the resolver is still part of the package `systemd`. */
const RESOLVER_IN_SYSTEMD = new Set(['buster', 'bullseye', 'bionic', 'focal', 'jammy']);
const TIMESYNCD_IN_SYSTEMD = new Set(['buster', 'bionic']);

/** Packages without which a disk does not boot into a system that one can reach. */
export function diskPackages(options: {
  readonly suite: string;
  readonly architecture: string;
  readonly kernel: string;
  readonly cloudInit: boolean;
}): string[] {
  const { suite, architecture, kernel, cloudInit } = options;
  return [
    'systemd-sysv',
    'libpam-systemd',
    'dbus',
    'udev',
    'kmod',
    'iproute2',
    'openssh-server',
    'sudo',
    'e2fsprogs',
    'initramfs-tools',
    'grub2-common',
    ...(architecture === 'amd64' ? ['grub-pc-bin'] : []),
    `grub-efi-${architecture}-bin`,
    kernel,
    ...(RESOLVER_IN_SYSTEMD.has(suite) ? [] : ['systemd-resolved']),
    ...(TIMESYNCD_IN_SYSTEMD.has(suite) ? [] : ['systemd-timesyncd']),
    ...(cloudInit ? ['cloud-init', 'cloud-guest-utils'] : []),
  ];
}

const DEBIAN_ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: 'amd64',
  arm64: 'arm64',
  arm: 'armhf',
  ia32: 'i386',
  ppc64: 'ppc64el',
  riscv64: 'riscv64',
  s390x: 's390x',
};

/** Debian's name of an architecture as Node.js calls it. */
export const debianArchitecture = (nodeArchitecture: string): string =>
  DEBIAN_ARCHITECTURES[nodeArchitecture] ?? nodeArchitecture;

/** Architectures for which a boot loader is known here. */
export const BOOTABLE = ['amd64', 'arm64'] as const;
