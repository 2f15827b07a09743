import { inside, quote, writeFile } from './shell.js';

/** Where the parts of the boot loader stand in the system. */
export const BIOS_BOOT_SECTOR = '/usr/lib/grub/i386-pc/boot.img';
export const BIOS_CORE = '/boot/grub/i386-pc/core.img';
export const EFI_IMAGE = '/boot/grub/efi.img';

/** By the UEFI specification, section 3.5.1.1: what a firmware starts from a disk that it has never seen. */
export const EFI_NAMES: Readonly<Record<string, string>> = { amd64: 'BOOTX64.EFI', arm64: 'BOOTAA64.EFI' };

const COMMON_MODULES = [
  'part_gpt',
  'ext2',
  'search',
  'search_fs_uuid',
  'normal',
  'linux',
  'configfile',
  'echo',
  'test',
  'minicmd',
  'gzio',
  'all_video',
];
const BIOS_MODULES = ['biosdisk', 'serial', 'terminal'];
const EFI_TARGETS: Readonly<Record<string, string>> = { amd64: 'x86_64-efi', arm64: 'arm64-efi' };

/**
 * Commands that make GRUB's images inside the system, with the folder of its modules, as `grub-install` does on a
 * running one. Nothing is mounted; the images are put on the disk when it is made.
 */
export function installBootLoader(architecture: string, kernelCommandLine: string, rootUuid: string): string[] {
  const early = `search --no-floppy --fs-uuid --set=root ${rootUuid}\nset prefix=($root)/boot/grub\n`;
  const efi = EFI_TARGETS[architecture];
  return [
    writeFile('/boot/grub/early.cfg', early),
    ...(architecture === 'amd64'
      ? makeImage('i386-pc', BIOS_CORE, [...COMMON_MODULES.filter((m) => m !== 'all_video'), ...BIOS_MODULES])
      : []),
    ...(efi
      ? makeImage(
          efi,
          EFI_IMAGE,
          COMMON_MODULES.filter((m) => architecture === 'amd64' || m !== 'all_video'),
        )
      : []),
    'rm -f "$root/boot/grub/early.cfg"',
    writeFile('/etc/default/grub.d/50-imgpack.cfg', grubDefaults(kernelCommandLine)),
    // `update-grub` asks for the device behind `/`, which does not exist yet; later kernels get their entries by it.
    GENERATE_MENU.replaceAll('@UUID@', rootUuid).replaceAll('@OPTIONS@', quote(kernelCommandLine)),
  ];
}

const makeImage = (target: string, output: string, modules: readonly string[]): string[] => [
  `mkdir -p "$root/boot/grub/${target}"`,
  `cp "$root/usr/lib/grub/${target}"/*.mod "$root/usr/lib/grub/${target}"/*.lst "$root/boot/grub/${target}/"`,
  inside(`grub-mkimage -O ${target} -o ${output} -p /boot/grub -c /boot/grub/early.cfg ${modules.join(' ')}`),
];

const grubDefaults = (kernelCommandLine: string): string =>
  `GRUB_TIMEOUT=0\nGRUB_CMDLINE_LINUX_DEFAULT=""\nGRUB_CMDLINE_LINUX=${quote(kernelCommandLine)}\nGRUB_TERMINAL="console serial"\nGRUB_DISABLE_OS_PROBER=true\n`;

/** What is printed where the packages brought no kernel. */
export const NO_KERNEL = 'imgpack: no kernel';

/** The newest kernel with an initial RAM disk, as the only entry. */
const GENERATE_MENU = `options=@OPTIONS@
version=$(cd "$root/boot" && ls vmlinuz-* 2>/dev/null | sed 's/^vmlinuz-//' | sort -V | tail -n 1)
test -n "$version" && test -f "$root/boot/initrd.img-$version" || { echo '${NO_KERNEL}' >&2; exit 1; }
cat > "$root/boot/grub/grub.cfg" <<END
set timeout=0
search --no-floppy --fs-uuid --set=root @UUID@
menuentry "Linux $version" {
  linux /boot/vmlinuz-$version root=UUID=@UUID@ ro $options
  initrd /boot/initrd.img-$version
}
END`;
