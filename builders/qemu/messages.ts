import { catalogue } from '../../src/messages/message.js';

/** What the `qemu` builder says when something is wrong. */
export const messages = catalogue('qemu', {
  sourceMissing: () => ({
    text: 'one of `iso_url` and `iso_urls` is needed',
    hint: 'say where the installer or the disk image is: a path or a URL',
  }),
  sourceTwice: () => ({
    text: '`iso_url` and `iso_urls` cannot both be set',
    hint: 'list every location in `iso_urls`',
  }),
  checksumMissing: () => ({
    text: '`iso_checksum` is needed',
    hint: 'write `sha256:` and the digits, `file:` and the location of a list of checksums, or `none`',
  }),
  checksumNone: () => ({
    text: 'the image is not verified, because `iso_checksum` is `none`',
    hint: 'a checksum also tells imgpack that an image in the cache is still the right one',
  }),
  diskSizeInvalid: (value: string) => ({
    text: `\`${value}\` is not a disk size`,
    hint: 'write digits and one of `b`, `k`, `m`, `g`, `t`, such as `20G`; digits alone are megabytes',
  }),
  backingFileNeedsDiskImage: () => ({
    text: '`use_backing_file` works with `disk_image = true` only',
    hint: 'an installer has no disk to lie under the new one',
  }),
  backingFileNeedsQcow2: () => ({
    text: '`use_backing_file` works with `format = "qcow2"` only',
    hint: 'a raw disk cannot refer to another file',
  }),
  skipResizeNeedsDiskImage: () => ({
    text: '`skip_resize_disk` works with `disk_image = true` only',
    hint: 'a new disk is made with `disk_size`',
  }),
  negative: (option: string) => ({ text: `\`${option}\` is below zero`, hint: 'leave it out for the default' }),
  portOutOfRange: (option: string, lowest: number) => ({
    text: `\`${option}\` is not a port from ${lowest} to 65535`,
    hint: `choose a port from ${lowest} to 65535`,
  }),
  portsReversed: (low: string, high: string) => ({
    text: `\`${low}\` is above \`${high}\``,
    hint: `set \`${high}\` as well, to a port that is higher`,
  }),
  outputDirectoryExists: (path: string) => ({
    text: `the output directory \`${path}\` already exists`,
    hint: 'move it away, choose another `output_directory`, or replace it with `-force`',
  }),
  bridgeNeedsLinux: () => ({
    text: '`net_bridge` works on Linux only',
    hint: 'leave it out: the built-in network works everywhere',
  }),
  bootCommandAndSteps: () => ({
    text: '`boot_command` and `boot_steps` cannot both be set',
    hint: 'put all keys into one of them',
  }),
  bootCommandWithoutVnc: () => ({
    text: '`boot_command` cannot be typed with `disable_vnc = true`',
    hint: 'leave one of the two out',
  }),
  bootCommandUnsupported: () => ({
    text: 'typing a boot command is not yet supported',
    hint: 'start from a disk image (`disk_image = true`), or from an installer that needs no keys',
  }),
  httpDirectoryAndContent: () => ({
    text: '`http_directory` and `http_content` cannot both be set',
    hint: 'put everything into one of them',
  }),
  httpPathWithoutSlash: (path: string) => ({
    text: `the path \`${path}\` in \`http_content\` does not start with a slash`,
    hint: `write \`/${path}\``,
  }),
  httpInterfaceAndAddress: () => ({
    text: '`http_interface` and `http_bind_address` cannot both be set',
    hint: 'keep the address',
  }),
  vncPasswordTooLong: () => ({
    text: '`vnc_password` is longer than 8 characters',
    hint: 'the VNC protocol takes no more than 8',
  }),
  efiFirmwareMissing: (path: string) => ({
    text: `the UEFI firmware \`${path}\` does not exist`,
    hint: 'install the package `ovmf`, or set `efi_firmware_code` and `efi_firmware_vars`',
  }),
  programMissing: (name: string, packages: string) => ({
    text: `the program \`${name}\` is not on \`PATH\``,
    hint: `on Debian or Ubuntu: \`apt install ${packages}\``,
  }),
  programFailed: (command: string, how: string) => ({
    text: `\`${command}\` failed: ${how}`,
    hint: 'what it printed is below',
  }),
  imageUnreadable: (path: string) => ({
    text: `\`qemu-img\` cannot read \`${path}\` as a disk image`,
    hint: 'check that `iso_url` leads to a disk image',
  }),
  shrinkRefused: (path: string, size: string, current: string) => ({
    text: `the disk image \`${path}\` holds ${current}, more than \`disk_size = "${size}"\``,
    hint: 'raise `disk_size`, set `skip_resize_disk = true`, or allow it with `qemu_img_args { resize = ["--shrink"] }`',
  }),
  qemuEnded: (reason: string) => ({
    text: `QEMU ended right after its start: ${reason}`,
    hint: 'what it printed is below; `PACKER_LOG=1` shows its whole command line',
  }),
  machineEnded: (reason: string) => ({
    text: `the machine is no longer running: ${reason}`,
    hint: 'a machine that powers off or restarts by itself cannot be provisioned',
  }),
  winrmUnsupported: () => ({
    text: 'machines with WinRM are not yet supported',
    hint: 'use `communicator = "ssh"`; Windows has an OpenSSH server',
  }),
  monitorSilent: (path: string) => ({
    text: `QEMU does not answer on its monitor socket \`${path}\``,
    hint: 'what it printed is below',
  }),
  monitorRefused: (command: string, reason: string) => ({
    text: `QEMU refused \`${command}\`: ${reason}`,
    hint: 'another version of QEMU may know this command',
  }),
  monitorClosed: () => ({
    text: 'the connection to the monitor of QEMU was lost',
    hint: 'QEMU may have ended; what it printed is in the log (`PACKER_LOG=1`)',
  }),
  shutdownTimeout: (limit: string) => ({
    text: `the machine did not power off within ${limit}`,
    hint: 'check `shutdown_command`, or raise `shutdown_timeout`',
  }),
  diskLocked: (path: string) => ({
    text: `the disk \`${path}\` is still locked by another process`,
    hint: 'end the process that has it open',
  }),
  tpmSilent: () => ({
    text: '`swtpm` did not open its socket',
    hint: 'what it printed is below',
  }),
  guestAddressMissing: (bridge: string) => ({
    text: `no address of the machine was seen on the bridge \`${bridge}\``,
    hint: 'check that a DHCP server answers on the bridge, or set `ssh_host`',
  }),
  bridgeAddressMissing: (bridge: string) => ({
    text: `the bridge \`${bridge}\` has no IPv4 address`,
    hint: 'name an existing bridge that has one',
  }),
  rangeUnsupported: (urls: string) => ({
    text: `none of these locations can be read in parts: ${urls}`,
    hint: '`iso_skip_cache` needs a server that answers with `Accept-Ranges: bytes`; leave the option out to download',
  }),
  stateUnusable: (reason: string) => ({
    text: `the saved state of the machine does not fit: ${reason}`,
    hint: 'the machine is started from an earlier state, or anew',
  }),
  stateNotSaved: (reason: string) => ({ text: `the state of the machine cannot be saved: ${reason}` }),
});
