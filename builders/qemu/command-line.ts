import type { Config } from './config.js';
import { isEfi } from './settings.js';

/** What the steps before found out; with the configuration it decides the command line. */
export interface MachineFacts {
  readonly name: string;
  /** `none` leaves the accelerator out. */
  readonly accelerator: string;
  /** First number of the version, such as 7. */
  readonly qemuVersion: number;
  readonly memory: number;
  /** Main disk first. */
  readonly disks: readonly string[];
  readonly diskFormat: string;
  /** The installer first, if there is one. */
  readonly cds: readonly string[];
  readonly floppy?: string;
  /** Host port and port of the machine; absent: nothing is forwarded. */
  readonly forward?: { readonly host: number; readonly guest: number };
  readonly vncPort: number;
  /** The user's monitor socket. */
  readonly monitorSocket?: string;
  readonly efi?: { readonly code: string; readonly variables: string };
  readonly tpmSocket?: string;
  /** imgpack's own connections to the machine, which no option can take away. */
  readonly internal: { readonly monitorSocket: string; readonly serialLog: string };
}

/** Switches and their values, in order; an empty list of values is a bare switch. */
type Switches = Map<string, string[]>;

/**
 * The arguments of QEMU.
 * @param extra rows of `qemuargs` with their templates rendered
 */
export function commandLine(config: Config, facts: MachineFacts, extra: readonly (readonly string[])[]): string[] {
  const switches = replaceBy(defaults(config, facts), extra);
  const devices = switches.get('-device') ?? [];
  // A network card is part of every machine, even where all devices were replaced.
  if (!devices.some((device) => device.includes(config.net_device))) {
    switches.set('-device', [...devices, networkCard(config)]);
  }
  return [...flatten(switches), ...internal(facts, switches)];
}

/**
 * What the machine is, without the paths and ports that differ from run to run. A saved memory fits a machine of equal
 * arguments.
 */
export function machineOf(config: Config, facts: MachineFacts): string[] {
  const same: MachineFacts = {
    ...facts,
    name: 'machine',
    disks: facts.disks.map((_, i) => `disk${i}`),
    cds: facts.cds.map((_, i) => `cd${i}`),
    vncPort: 5900,
    internal: { monitorSocket: 'monitor', serialLog: 'serial' },
    ...(facts.floppy !== undefined && { floppy: 'floppy' }),
    ...(facts.forward && { forward: { host: 1, guest: facts.forward.guest } }),
    ...(facts.efi && { efi: { code: facts.efi.code, variables: 'efivars' } }),
    monitorSocket: undefined,
  };
  return commandLine({ ...config, vnc_use_password: false, headless: true }, same, config.qemuargs);
}

function* flatten(switches: Switches): Generator<string> {
  for (const [name, values] of switches) {
    if (values.length === 0) yield name;
    for (const value of values) yield* [name, value];
  }
}

function defaults(config: Config, facts: MachineFacts): Switches {
  const switches: Switches = new Map();
  const add = (name: string, ...values: (string | undefined)[]) => {
    const given = values.filter((value) => value !== undefined && value !== '');
    if (given.length > 0) switches.set(name, given as string[]);
  };
  const accelerator = facts.accelerator === 'none' ? '' : `,accel=${facts.accelerator}`;
  add('-name', facts.name);
  add('-machine', `type=${config.machine_type}${accelerator}`);
  add('-m', `${facts.memory}M`);
  add('-smp', processors(config));
  add('-cpu', config.cpu_model);
  if (!isEfi(config)) add('-boot', config.disk_image ? 'c' : 'once=d');
  if (!config.use_pflash) add('-bios', config.firmware);
  add('-netdev', network(config, facts));
  add('-device', ...devices(config, facts));
  add('-drive', ...drives(config, facts));
  add('-vnc', `${config.vnc_bind_address}:${facts.vncPort - 5900}${config.vnc_use_password ? ',password' : ''}`);
  add('-display', display(config, facts));
  add('-vga', config.vga);
  add('-fda', facts.floppy);
  add('-qmp', facts.monitorSocket && `unix:${facts.monitorSocket},server,nowait`);
  add('-chardev', facts.tpmSocket && `socket,id=vtpm,path=${facts.tpmSocket}`);
  add('-tpmdev', facts.tpmSocket && 'emulator,id=tpm0,chardev=vtpm');
  return switches;
}

/** A switch of `qemuargs` takes the place of all values of that switch. */
function replaceBy(switches: Switches, rows: readonly (readonly string[])[]): Switches {
  const given: Switches = new Map();
  for (const [name = '', ...words] of rows) {
    if (name === '') continue;
    const value = words.join('');
    given.set(name, [...(given.get(name) ?? []), ...(value === '' ? [] : [value])]);
  }
  return new Map([...switches, ...given]);
}

/** The console goes to a log, so that its end can be shown when a connection fails. */
function internal(facts: MachineFacts, switches: Switches): string[] {
  const { monitorSocket, serialLog } = facts.internal;
  const serial = switches.has('-serial') || switches.has('-nographic') ? [] : ['-serial', `file:${escape(serialLog)}`];
  return [
    ...serial,
    '-chardev',
    `socket,id=imgpack,path=${escape(monitorSocket)},server=on,wait=off`,
    '-mon',
    'chardev=imgpack,mode=control',
  ];
}

/** A comma ends a value; two of them are one. */
const escape = (path: string): string => path.replaceAll(',', ',,');

/** `-smp`: the number of processors and their topology, as far as it is given. */
export function processors(config: Pick<Config, 'cpus' | 'sockets' | 'cores' | 'threads'>): string {
  const topology = [
    ['sockets', config.sockets],
    ['cores', config.cores],
    ['threads', config.threads],
  ].filter((part): part is [string, number] => Boolean(part[1]));
  const product = topology.reduce((value, [, count]) => value * count, 1);
  const cpus = config.cpus || product;
  const count = topology.length === 0 ? cpus : Math.min(cpus, product);
  return [String(count), ...topology.map(([name, value]) => `${name}=${value}`)].join(',');
}

function network(config: Config, { forward }: MachineFacts): string {
  if (config.net_bridge) return `bridge,id=user.0,br=${config.net_bridge}`;
  return forward ? `user,id=user.0,hostfwd=tcp::${forward.host}-:${forward.guest}` : 'user,id=user.0';
}

const networkCard = (config: Config): string => `${config.net_device},netdev=user.0`;

function devices(config: Config, facts: MachineFacts): string[] {
  const diskBus = config.disk_interface === 'virtio-scsi';
  const controller = 'virtio-scsi-pci,id=scsi0';
  const result: string[] = [];
  if (diskBus) {
    result.push(controller, ...facts.disks.map((_, i) => `scsi-hd,bus=scsi0.0,drive=drive${i}`));
  }
  result.push(networkCard(config));
  if (config.cdrom_interface === 'virtio-scsi') {
    if (!diskBus) result.push(controller);
    // The controller above serves them all. Packer adds a `virtio-scsi-device` for each, which no PC has a bus for.
    result.push(...facts.cds.map((_, i) => `scsi-cd,drive=cdrom${i}`));
  }
  if (facts.tpmSocket) result.push(`${config.tpm_device_type},tpmdev=tpm0`);
  return result;
}

function drives(config: Config, facts: MachineFacts): string[] {
  const result: string[] = [];
  // Before version 2 there was neither discarding nor a second disk here.
  const disks = facts.qemuVersion < 2 ? facts.disks.slice(0, 1) : facts.disks;
  for (const [i, file] of disks.entries()) result.push(disk(config, facts, file, i));
  for (const [i, file] of facts.cds.entries()) result.push(cd(config, file, i, disks.length));
  if (config.use_pflash && config.firmware) result.push(`file=${config.firmware},if=pflash,format=raw,readonly=on`);
  if (facts.efi) {
    result.push(`file=${facts.efi.code},if=pflash,unit=0,format=raw,readonly=on`);
    result.push(`file=${facts.efi.variables},if=pflash,unit=1,format=raw`);
  }
  return result;
}

function disk(config: Config, facts: MachineFacts, file: string, index: number): string {
  const { disk_interface: bus, disk_detect_zeroes: zeroes } = config;
  const place = bus === 'virtio-scsi' ? `if=none,file=${file},id=drive${index}` : `file=${file},if=${bus}`;
  const discard = facts.qemuVersion < 2 ? '' : `,discard=${config.disk_discard}`;
  const detect = zeroes === 'off' ? '' : `,detect-zeroes=${zeroes}`;
  return `${place},cache=${config.disk_cache}${discard},format=${facts.diskFormat}${detect}`;
}

function cd(config: Config, file: string, index: number, disks: number): string {
  const bus = config.cdrom_interface;
  if (!bus) return `file=${file},media=cdrom`;
  if (bus !== 'virtio-scsi') return `file=${file},if=${bus},index=${index},id=cdrom${index},media=cdrom`;
  const first = config.disk_interface === 'virtio-scsi' ? disks : 0;
  return `file=${file},if=none,index=${first + index},id=cdrom${index},media=cdrom`;
}

/** `display = "none"` opens no window, as its documentation says. */
function display(config: Config, { qemuVersion }: MachineFacts): string | undefined {
  if (config.headless || qemuVersion < 2 || config.display === 'none') return undefined;
  return config.display || (config.use_default_display ? undefined : 'gtk');
}
