import type { DiskRecipe, Recipe, Repository } from '../recipe.js';
import { installBootLoader } from './boot-loader.js';
import { inside, quote, script, writeFile } from './shell.js';

/** Identities of the file systems, which the system must know before they exist. */
export interface DiskIdentity {
  /** UUID of the root file system. */
  readonly root: string;
  /** Volume number of the EFI system partition: eight hex digits. */
  readonly efi: string;
}

const HOST_OPTIONS = '/etc/apt/apt.conf.d/00imgpack-host';

/** Drivers for the start on the usual hypervisors. Those that a kernel does not have are passed over. */
const DRIVERS = [
  'virtio_pci',
  'virtio_mmio',
  'virtio_blk',
  'virtio_scsi',
  'virtio_net',
  'nvme',
  'ahci',
  'ata_piix',
  'sd_mod',
  'sr_mod',
  'xen_blkfront',
  'hv_storvsc',
  'vmw_pvscsi',
  'mptspi',
  'ext4',
  'crc32c',
];

/** Runs before the first package: lends the system the options by which apt reaches the archive from this machine. */
export const setupScript = (hostAptOptions: readonly string[]): string =>
  script([writeFile(HOST_OPTIONS, hostAptOptions.map((line) => `${line}\n`).join(''))]);

/** Runs before the packages that were asked for: what their installation reads. */
export function essentialScript(recipe: Recipe): string {
  if (!recipe.disk) return script([]);
  return script([
    // The root device is not this machine's, so what it needs is a list and not what is found here.
    writeFile('/etc/initramfs-tools/conf.d/imgpack', 'MODULES=list\n'),
    writeFile('/etc/initramfs-tools/modules', DRIVERS.map((name) => `${name}\n`).join('')),
    writeFile('/etc/kernel-img.conf', 'do_symlinks = no\n'),
  ]);
}

/** Runs when all packages are there: turns them into the system that was asked for. */
export function customizeScript(recipe: Recipe, identity: DiskIdentity): string {
  return script([
    writeFile('/etc/hostname', `${recipe.hostname}\n`),
    writeFile('/etc/hosts', hosts(recipe.hostname)),
    ...(recipe.disk ? prepareDisk(recipe.disk, identity) : []),
    ...recipe.repositories.flatMap(addRepository),
    ...installFromRepositories(recipe),
    ...Object.entries(recipe.files).map(([path, content]) => writeFile(path, content)),
    ...recipe.customize.map(inside),
    ...(recipe.script ? [`sh -e -c ${quote(recipe.script.content)} customize "$root"`] : []),
    ...(recipe.disk ? installBootLoader(recipe.architecture, recipe.disk.kernelCommandLine, identity.root) : []),
    `rm -f "$root"${HOST_OPTIONS}`,
    // Keys of the host must differ between the machines that are made from one image.
    ...(recipe.disk ? ['rm -f "$root"/etc/ssh/ssh_host_*'] : []),
    // That of this machine was only lent.
    'rm -f "$root/etc/resolv.conf"',
    ...(recipe.disk ? [`ln -s ${RESOLVER} "$root/etc/resolv.conf"`] : []),
  ]);
}

const RESOLVER = '../run/systemd/resolve/stub-resolv.conf';

const hosts = (hostname: string): string =>
  `127.0.0.1 localhost\n127.0.1.1 ${[hostname, ...(hostname.includes('.') ? [hostname.split('.')[0]] : [])].join(' ')}\n\n` +
  '::1 localhost ip6-localhost ip6-loopback\nff02::1 ip6-allnodes\nff02::2 ip6-allrouters\n';

function prepareDisk(disk: DiskRecipe, identity: DiskIdentity): string[] {
  return [
    writeFile(
      '/etc/fstab',
      `UUID=${identity.root} / ext4 rw,errors=remount-ro 0 1\n` +
        `UUID=${identity.efi.slice(0, 4)}-${identity.efi.slice(4)} /boot/efi vfat noauto,umask=0077 0 2\n`,
    ),
    'mkdir -p "$root/boot/efi"',
    writeFile('/etc/systemd/network/80-dhcp.network', '[Match]\nType=ether\nName=en* eth*\n\n[Network]\nDHCP=yes\n'),
    inside('systemctl --quiet enable systemd-networkd.service systemd-resolved.service'),
    // Checks of file systems on LVM, of which there is none, at every start.
    inside('systemctl --quiet disable e2scrub_reap.service e2scrub_all.timer || true'),
    ...(disk.cloudInit ? [writeFile('/etc/cloud/cloud.cfg.d/90_imgpack.cfg', CLOUD_CONFIG)] : []),
    ...makeHostKeys(),
    ...(disk.rootKeys.length > 0 ? authorizeRoot(disk.rootKeys) : []),
  ];
}

/**
 * The network is up by networkd, on whatever interface there is: a configuration that cloud-init wrote would hold the
 * address of the machine that the image was made on. The sources of the data are those that need no network.
 */
const CLOUD_CONFIG = `datasource_list: [NoCloud, ConfigDrive, None]
network: {config: disabled}
ssh_genkeytypes: [ed25519, ecdsa]
locale: false
apt: {preserve_sources_list: true}
grub_dpkg: {enabled: false}
`;

/** Host keys are made by the first start itself, unless cloud-init made them: without data for it, it makes none. */
function makeHostKeys(): string[] {
  return [
    writeFile(
      '/etc/systemd/system/ssh-host-keys.service',
      '[Unit]\nDescription=Make SSH host keys\nAfter=cloud-init.service\nBefore=ssh.service ssh.socket\nConditionPathExists=!/etc/ssh/ssh_host_ed25519_key\n\n' +
        '[Service]\nType=oneshot\nExecStart=/usr/bin/ssh-keygen -A\n\n[Install]\nWantedBy=multi-user.target\n',
    ),
    inside('systemctl --quiet enable ssh-host-keys.service'),
  ];
}

const authorizeRoot = (keys: readonly string[]): string[] => [
  'mkdir -p "$root/root/.ssh"',
  'chmod 0700 "$root/root/.ssh"',
  writeFile('/root/.ssh/authorized_keys', keys.map((key) => `${key.trim()}\n`).join(''), '0600'),
];

function addRepository({ name, uri, suite, components, key }: Repository): string[] {
  const armoured = key?.includes('-----BEGIN') === true;
  const keyPath = `/etc/apt/keyrings/${name}.${armoured ? 'asc' : 'gpg'}`;
  const options = key === undefined ? '' : `[signed-by=${keyPath}] `;
  return [
    ...(key === undefined ? [] : [writeFile(keyPath, key)]),
    writeFile(`/etc/apt/sources.list.d/${name}.list`, `deb ${options}${uri} ${[suite, ...components].join(' ')}\n`),
  ];
}

function installFromRepositories({ repositories, recommends }: Recipe): string[] {
  if (repositories.length === 0) return [];
  const packages = repositories.flatMap((repository) => repository.packages);
  const update = inside('apt-get update');
  if (packages.length === 0) return [update];
  const option = `-o APT::Install-Recommends=${recommends}`;
  return [
    update,
    inside(`DEBIAN_FRONTEND=noninteractive apt-get install --yes ${option} ${packages.map(quote).join(' ')}`),
  ];
}
