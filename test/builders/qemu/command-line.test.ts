import { describe, expect, it } from 'vitest';
import { commandLine, processors, type MachineFacts } from '../../../builders/qemu/command-line.js';
import { schema, type Config } from '../../../builders/qemu/config.js';
import { decodedConfig } from '../../support/decoded-config.js';

const FACTS: MachineFacts = {
  name: 'vm',
  accelerator: 'tcg',
  qemuVersion: 7,
  memory: 512,
  disks: ['out/vm'],
  diskFormat: 'qcow2',
  cds: [],
  forward: { host: 2300, guest: 22 },
  vncPort: 5901,
  internal: { monitorSocket: '/t/qmp.sock', serialLog: '/t/serial.log' },
};

const INTERNAL = [
  ...['-serial', 'file:/t/serial.log'],
  ...['-chardev', 'socket,id=imgpack,path=/t/qmp.sock,server=on,wait=off', '-mon', 'chardev=imgpack,mode=control'],
];

const line = (config: Partial<Config>, facts: Partial<MachineFacts> = {}, qemuargs: string[][] = []) =>
  commandLine(decodedConfig(schema, { headless: true, ...config }), { ...FACTS, ...facts }, qemuargs);

/** The values of one switch. */
const valuesOf = (args: readonly string[], name: string) =>
  args.flatMap((arg, i) => (arg === name ? [args[i + 1]] : []));

describe('the command line of a disk image', () => {
  it('holds every switch that is always there', () => {
    expect(line({ disk_image: true })).toEqual([
      ...['-name', 'vm', '-machine', 'type=pc,accel=tcg', '-m', '512M', '-smp', '1', '-boot', 'c'],
      ...['-netdev', 'user,id=user.0,hostfwd=tcp::2300-:22', '-device', 'virtio-net,netdev=user.0'],
      ...['-drive', 'file=out/vm,if=virtio,cache=writeback,discard=ignore,format=qcow2', '-vnc', '127.0.0.1:1'],
      ...INTERNAL,
    ]);
  });
});

describe('single options', () => {
  const cases: [string, Partial<Config>, Partial<MachineFacts>, string, string[]][] = [
    ['an installer boots from CD once', {}, { cds: ['i.iso'] }, '-boot', ['once=d']],
    ['UEFI decides itself what to boot', { efi_boot: true }, {}, '-boot', []],
    ['accelerator none names none', {}, { accelerator: 'none' }, '-machine', ['type=pc']],
    ['a machine type', { machine_type: 'q35' }, { accelerator: 'kvm' }, '-machine', ['type=q35,accel=kvm']],
    ['a processor', { cpu_model: 'host' }, {}, '-cpu', ['host']],
    ['firmware as BIOS', { firmware: 'f.bin' }, {}, '-bios', ['f.bin']],
    ['firmware as flash is no BIOS', { firmware: 'f.bin', use_pflash: true }, {}, '-bios', []],
    ['no communicator, no forward', {}, { forward: undefined }, '-netdev', ['user,id=user.0']],
    ['a bridge', { net_bridge: 'br0' }, { forward: undefined }, '-netdev', ['bridge,id=user.0,br=br0']],
    ['a password of the screen', { vnc_use_password: true }, {}, '-vnc', ['127.0.0.1:1,password']],
    ['an address of the screen', { vnc_bind_address: '0.0.0.0' }, { vncPort: 5999 }, '-vnc', ['0.0.0.0:99']],
    ['gtk where nothing is said', { headless: false }, {}, '-display', ['gtk']],
    ['a display', { headless: false, display: 'sdl' }, {}, '-display', ['sdl']],
    ['no display when headless', { headless: true, display: 'sdl' }, {}, '-display', []],
    ['display none is none', { headless: false, display: 'none' }, {}, '-display', []],
    ['the display of QEMU', { headless: false, use_default_display: true }, {}, '-display', []],
    ['no display before version 2', { headless: false }, { qemuVersion: 1 }, '-display', []],
    ['a graphics card', { vga: 'qxl' }, {}, '-vga', ['qxl']],
    ['a floppy disk', {}, { floppy: '/t/f.img' }, '-fda', ['/t/f.img']],
    ['a monitor socket', {}, { monitorSocket: 'o/vm.monitor' }, '-qmp', ['unix:o/vm.monitor,server,nowait']],
    ['a TPM', {}, { tpmSocket: '/t/v.sock' }, '-tpmdev', ['emulator,id=tpm0,chardev=vtpm']],
    [
      'a TPM device behind the network card',
      { tpm_device_type: 'tpm-crb' },
      { tpmSocket: '/t/v.sock' },
      '-device',
      ['virtio-net,netdev=user.0', 'tpm-crb,tpmdev=tpm0'],
    ],
    [
      'a TPM socket beside the one of imgpack',
      {},
      { tpmSocket: '/t/v.sock' },
      '-chardev',
      ['socket,id=vtpm,path=/t/v.sock', 'socket,id=imgpack,path=/t/qmp.sock,server=on,wait=off'],
    ],
    [
      'how disks behave',
      {
        disk_interface: 'ide',
        disk_cache: 'unsafe',
        disk_discard: 'unmap',
        disk_detect_zeroes: 'unmap',
        format: 'raw',
      },
      { diskFormat: 'raw' },
      '-drive',
      ['file=out/vm,if=ide,cache=unsafe,discard=unmap,format=raw,detect-zeroes=unmap'],
    ],
    [
      'disks on virtio-scsi',
      { disk_interface: 'virtio-scsi' },
      { disks: ['a', 'a-1'] },
      '-device',
      [
        'virtio-scsi-pci,id=scsi0',
        'scsi-hd,bus=scsi0.0,drive=drive0',
        'scsi-hd,bus=scsi0.0,drive=drive1',
        'virtio-net,netdev=user.0',
      ],
    ],
    [
      'drives on virtio-scsi, CDs counted on',
      { disk_interface: 'virtio-scsi', cdrom_interface: 'virtio-scsi' },
      { disks: ['a'], cds: ['i.iso', 'c.iso'] },
      '-drive',
      [
        'if=none,file=a,id=drive0,cache=writeback,discard=ignore,format=qcow2',
        'file=i.iso,if=none,index=1,id=cdrom0,media=cdrom',
        'file=c.iso,if=none,index=2,id=cdrom1,media=cdrom',
      ],
    ],
    [
      'CDs on virtio-scsi bring the controller',
      { cdrom_interface: 'virtio-scsi' },
      { cds: ['i.iso'] },
      '-device',
      ['virtio-net,netdev=user.0', 'virtio-scsi-pci,id=scsi0', 'scsi-cd,drive=cdrom0'],
    ],
    [
      'CDs on another bus',
      { cdrom_interface: 'ide' },
      { disks: [], cds: ['i.iso', 'c.iso'] },
      '-drive',
      ['file=i.iso,if=ide,index=0,id=cdrom0,media=cdrom', 'file=c.iso,if=ide,index=1,id=cdrom1,media=cdrom'],
    ],
    [
      'plain CDs, flash and UEFI, in this order',
      { efi_boot: true, firmware: 'f.bin', use_pflash: true },
      { disks: [], cds: ['i.iso'], efi: { code: 'C.fd', variables: 'out/efivars.fd' } },
      '-drive',
      [
        'file=i.iso,media=cdrom',
        'file=f.bin,if=pflash,format=raw,readonly=on',
        'file=C.fd,if=pflash,unit=0,format=raw,readonly=on',
        'file=out/efivars.fd,if=pflash,unit=1,format=raw',
      ],
    ],
    [
      'one disk without discard before version 2',
      {},
      { qemuVersion: 1, disks: ['a', 'a-1'] },
      '-drive',
      ['file=a,if=virtio,cache=writeback,format=qcow2'],
    ],
  ];
  it.each(cases)('%s', (_claim, config, facts, name, values) => {
    expect(valuesOf(line(config, facts), name)).toEqual(values);
  });
});

describe('processors', () => {
  it.each([
    [{}, '1'],
    [{ cpus: 4 }, '4'],
    [{ sockets: 2, cores: 3 }, '6,sockets=2,cores=3'],
    [{ cpus: 8, sockets: 2, cores: 2 }, '4,sockets=2,cores=2'],
    [{ cpus: 2, sockets: 2, cores: 2, threads: 2 }, '2,sockets=2,cores=2,threads=2'],
    [{ cpus: 3, threads: 0 }, '3'],
  ])('%j is %s', (topology, expected) => {
    expect(processors({ cpus: undefined, sockets: undefined, cores: undefined, threads: undefined, ...topology })).toBe(
      expected,
    );
  });
});

describe('qemuargs', () => {
  it('replaces all values of a switch and leaves the others', () => {
    const args = line({}, { cds: ['i.iso'] }, [['-drive', 'file=x,if=ide']]);
    expect(valuesOf(args, '-drive')).toEqual(['file=x,if=ide']);
    expect(valuesOf(args, '-device')).toEqual(['virtio-net,netdev=user.0']);
  });

  it('keeps several rows of one switch in order', () => {
    const args = line({}, {}, [
      ['-drive', 'a'],
      ['-object', 'o'],
      ['-drive', 'b'],
    ]);
    expect(valuesOf(args, '-drive')).toEqual(['a', 'b']);
  });

  it('adds the network card where all devices were replaced', () => {
    expect(valuesOf(line({}, {}, [['-device', 'usb-tablet']]), '-device')).toEqual([
      'usb-tablet',
      'virtio-net,netdev=user.0',
    ]);
  });

  it('adds none where a device names its model', () => {
    const own = 'virtio-net,netdev=user.0,mac=52:54:00:00:00:01';
    expect(valuesOf(line({}, {}, [['-device', own]]), '-device')).toEqual([own]);
  });

  it('joins what stands in a row', () => {
    expect(valuesOf(line({}, {}, [['-m', '10', '24', 'M']]), '-m')).toEqual(['1024M']);
  });

  it('passes a row without a value as a bare switch', () => {
    const args = line({}, {}, [['-snapshot'], ['-enable-kvm', '']]);
    expect(args.slice(args.indexOf('-snapshot'), args.indexOf('-snapshot') + 2)).toEqual(['-snapshot', '-enable-kvm']);
  });

  it('keeps the value of a switch that another row gives bare', () => {
    expect(valuesOf(line({}, {}, [['-cpu'], ['-cpu', 'max']]), '-cpu')).toEqual(['max']);
  });

  it('tells one dash from two', () => {
    const args = line({}, {}, [['--m', '1G']]);
    expect(valuesOf(args, '-m')).toEqual(['512M']);
    expect(valuesOf(args, '--m')).toEqual(['1G']);
  });

  it('never takes the connection of imgpack away', () => {
    const args = line({}, {}, [
      ['-chardev', 'null,id=n'],
      ['-mon', 'chardev=n'],
    ]);
    expect(args.slice(-4)).toEqual(INTERNAL.slice(-4));
  });

  it.each([[['-serial', 'stdio']], [['-nographic']]])('leaves the serial console to %j', (row) => {
    expect(line({}, {}, [row])).not.toContain('file:/t/serial.log');
  });
});
