import { bootOptions } from '../../src/contract/options/boot.js';
import { communicatorOptions } from '../../src/contract/options/communicator.js';
import { httpOptions } from '../../src/contract/options/http.js';
import { isoOptions } from '../../src/contract/options/iso.js';
import { cdOptions, floppyOptions } from '../../src/contract/options/media.js';
import { shutdownOptions } from '../../src/contract/options/shutdown.js';
import type { Decoded } from '../../src/contract/schema.js';
import { block, bool, defineSchema, number, text, textList, textRows } from '../../src/contract/schema.js';

const machineOptions = {
  vm_name: text({
    description: 'Name of the machine and of its main disk file.',
    defaultNote: '`packer-` and the name of the source',
  }),
  qemu_binary: text({
    description: 'QEMU to run: a path, or a name that is looked up on `PATH`.',
    default: 'qemu-system-x86_64',
  }),
  machine_type: text({ description: 'Machine type, as `qemu -machine help` lists them.', default: 'pc' }),
  accelerator: text({
    description:
      'How guest instructions are run. Unset, `kvm` is taken where a probe guest shows that it works, else `tcg`.',
    defaultNote: '`kvm` where it can run a guest, else `tcg`',
    values: ['none', 'kvm', 'tcg', 'xen', 'hax', 'hvf', 'whpx'],
  }),
  memory: number({ description: 'Memory in MiB; less than 10 is taken as 512.', default: 512 }),
  cpus: number({
    description: 'Number of virtual processors.',
    defaultNote: '1, or the product of `sockets`, `cores` and `threads`',
  }),
  sockets: number({ description: 'Number of processor sockets.' }),
  cores: number({ description: 'Cores per socket.' }),
  threads: number({ description: 'Threads per core.' }),
  cpu_model: text({ description: 'Processor model, as `qemu -cpu help` lists them.' }),
  qemuargs: textRows({
    description:
      'Rows of a switch and its value. A switch given here replaces all that the builder would have passed for it; other switches stay. `{{ }}` may use `HTTPIP`, `HTTPPort`, `HTTPDir`, `HTTPContent`, `OutputDir`, `Name` and `SSHHostPort`.',
    template: 'late',
  }),
  run_once: bool({ description: 'Accepted for old templates; it has no effect.' }),
} as const;

const firmwareOptions = {
  firmware: text({ description: 'Firmware file that takes the place of the built-in BIOS.' }),
  use_pflash: bool({ description: 'Give `firmware` as a flash drive instead of with `-bios`.', default: false }),
  efi_boot: bool({
    description: 'Boot through UEFI.',
    defaultNote: 'true where a path of EFI firmware is given',
  }),
  efi_firmware_code: text({
    description: 'Read-only UEFI code.',
    defaultNote: '`/usr/share/OVMF/OVMF_CODE.fd`, or `OVMF_CODE_4M.fd` beside it where that is missing',
  }),
  efi_firmware_vars: text({
    description: 'UEFI variable store to start from; the machine gets a copy of it in the output directory.',
    defaultNote: '`/usr/share/OVMF/OVMF_VARS.fd`, or `OVMF_VARS_4M.fd` beside it where that is missing',
  }),
  efi_drop_efivars: bool({
    description: 'Leave `efivars.fd` out of the files of the artifact; it stays in the output directory.',
    default: false,
  }),
  vtpm: bool({ description: 'Give the machine an emulated TPM (needs `swtpm`).', default: false }),
  use_tpm1: bool({ description: 'Emulate TPM 1.2 instead of 2.0.', default: false }),
  tpm_device_type: text({ description: 'Model of the TPM device.', default: 'tpm-tis' }),
} as const;

const diskOptions = {
  disk_size: text({
    description: 'Size of the main disk: digits and `b`, `k`, `m`, `g` or `t`; without a unit megabytes.',
    default: '40960M',
  }),
  disk_additional_size: textList({
    description: 'Sizes of further empty disks, in the words of `qemu-img create`.',
  }),
  disk_image: bool({
    description: '`iso_url` is a bootable disk image, not an installer: it becomes the main disk.',
    default: false,
  }),
  use_backing_file: bool({
    description: 'Lay the main disk over the image instead of copying it. Needs `disk_image` and `format = "qcow2"`.',
    default: false,
  }),
  skip_resize_disk: bool({
    description: 'Leave the disk image at its own size. Needs `disk_image`.',
    default: false,
  }),
  format: text({ description: 'Format of the disks.', default: 'qcow2', values: ['qcow2', 'raw'] }),
  disk_interface: text({
    description: 'Bus of the disks.',
    default: 'virtio',
    values: ['ide', 'sata', 'scsi', 'sd', 'virtio', 'virtio-scsi'],
  }),
  disk_cache: text({
    description: 'Cache mode of the disks.',
    default: 'writeback',
    values: ['writethrough', 'writeback', 'none', 'unsafe', 'directsync'],
  }),
  disk_discard: text({
    description: 'What becomes of blocks that the machine discards.',
    default: 'ignore',
    values: ['unmap', 'ignore'],
  }),
  disk_detect_zeroes: text({
    description: 'Whether written zeros are detected; `off` leaves the parameter out.',
    default: 'off',
    values: ['unmap', 'on', 'off'],
  }),
  skip_compaction: bool({
    description: 'Leave out the last rewrite of the disk. Implied by `format = "raw"` and by a backing file.',
    default: false,
  }),
  disk_compression: bool({
    description: 'Compress the disk in the last rewrite. Without effect on `format = "raw"`.',
    default: false,
  }),
  cdrom_interface: text({
    description: 'Bus of the CD drives: `virtio-scsi`, or a value for `if=`.',
    defaultNote: 'a drive of the kind the machine type prefers',
  }),
} as const;

const networkOptions = {
  net_device: text({ description: 'Model of the network card.', default: 'virtio-net' }),
  net_bridge: text({
    description: 'Bridge of the host to join instead of the built-in network (Linux only).',
  }),
  host_port_min: number({ description: 'Lowest host port that may be forwarded to the machine.', default: 2222 }),
  host_port_max: number({
    description: 'Upper bound of those ports; it is not taken itself, unless it equals `host_port_min`.',
    default: 4444,
  }),
  skip_nat_mapping: bool({
    description: 'Choose no port to forward; the port of the communicator is used on the host as well.',
    default: false,
  }),
  ssh_host_port_min: number({ description: 'Older name of `host_port_min`.', deprecated: '`host_port_min`' }),
  ssh_host_port_max: number({ description: 'Older name of `host_port_max`.', deprecated: '`host_port_max`' }),
} as const;

const displayOptions = {
  headless: bool({ description: 'Open no window; the screen is still there over VNC.', default: false }),
  display: text({
    description: 'Kind of window, as `qemu -display help` lists them; `none` opens no window.',
    defaultNote: '`gtk`',
  }),
  use_default_display: bool({ description: 'Let QEMU choose the window where `display` is unset.', default: false }),
  vga: text({ description: 'Model of the graphics card.' }),
  vnc_bind_address: text({ description: 'Address on which the screen can be seen.', default: '127.0.0.1' }),
  vnc_port_min: number({ description: 'Lowest port of the screen, at least 5900.', default: 5900 }),
  vnc_port_max: number({
    description: 'Upper bound of those ports; it is not taken itself, unless it equals `vnc_port_min`.',
    default: 6000,
  }),
  vnc_use_password: bool({ description: 'Ask for a password before showing the screen.', default: false }),
  vnc_password: text({
    description: 'That password, at most 8 characters.',
    defaultNote: '8 random characters',
    sensitive: true,
  }),
  qmp_enable: bool({
    description: 'Open a monitor socket (QMP) for programs of your own.',
    defaultNote: 'true with `net_bridge` or `vnc_use_password`',
  }),
  qmp_socket_path: text({
    description: 'Path of that socket.',
    defaultNote: '`VM_NAME.monitor` in the output directory',
  }),
} as const;

/** Every option of the `qemu` builder. */
export const schema = defineSchema({
  attributes: {
    ...communicatorOptions,
    ...isoOptions,
    ...httpOptions,
    ...floppyOptions,
    ...cdOptions,
    ...bootOptions,
    ...shutdownOptions,
    ...machineOptions,
    ...firmwareOptions,
    ...diskOptions,
    ...networkOptions,
    ...displayOptions,
    iso_skip_cache: bool({
      description: 'Let QEMU read the image from its URL instead of downloading it first.',
      default: false,
    }),
    output_directory: text({
      description: 'Folder for the result. It must not exist, unless the build is forced.',
      defaultNote: '`output-` and the name of the source',
    }),
    boot_steps: textRows({
      description:
        'Rows of keys to type and, if wanted, a line that says what they do. Not together with `boot_command`.',
      template: 'late',
    }),
  },
  blocks: {
    qemu_img_args: block(
      {
        attributes: {
          convert: textList({ description: 'Placed right after `convert`.' }),
          create: textList({ description: 'Placed before the path of `create`.' }),
          resize: textList({ description: 'Placed before the path of `resize`.' }),
        },
      },
      { description: 'More arguments for calls of `qemu-img`.' },
    ),
  },
});

export type Config = Decoded<typeof schema>;
