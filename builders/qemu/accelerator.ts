import { createHash } from 'node:crypto';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunContext } from '../../src/contract/context.js';
import { createTemporaryFile } from '../../src/contract/helpers/local-resources.js';
import type { Config } from './config.js';
import type { Driver } from './driver.js';

export interface AcceleratorChoice {
  readonly accelerator: string;
  /** Why, for the user; undefined where the template says so itself. */
  readonly reason?: string;
}

/** What is known of this machine; a test brings its own. */
export interface Host {
  readonly platform: NodeJS.Platform;
  /** As Node names it: `x64`, `arm64`. */
  readonly architecture: string;
  /** Whether `/dev/kvm` can be opened: undefined, or why not. */
  kvmProblem(): Promise<string | undefined>;
  /** The `flags` of `/proc/cpuinfo`. */
  processorFlags(): Promise<ReadonlySet<string>>;
  bootId(): Promise<string>;
}

export type AcceleratorContext = Pick<RunContext, 'cacheDirectory' | 'temporaryDirectory' | 'resources'>;

/** With working acceleration the probe ends within 0.2 s; a loaded host may need longer. */
const LIMIT_MILLISECONDS = 4000;
/** Without the processor's support, KVM is emulated at best, and what takes long here takes for ever in a guest. */
const LIMIT_WITHOUT_FLAGS_MILLISECONDS = 1000;
/** The guest's last word: `isa-debug-exit` ends QEMU with twice the value that is written, plus one. */
const PROBE_EXIT_CODE = (0x10 << 1) | 1;

/**
 * Chooses how the guest runs. That `/dev/kvm` opens does not mean that it can run a guest (in nested machines it often
 * cannot), so a tiny guest is run to its end, once per boot of this machine.
 */
export async function chooseAccelerator(
  config: Pick<Config, 'accelerator'>,
  qemu: { readonly binary: string; readonly version: number },
  driver: Pick<Driver, 'probe'>,
  context: AcceleratorContext,
  host: Host = thisHost,
): Promise<AcceleratorChoice> {
  if (config.accelerator === 'kvm') return { accelerator: 'kvm', reason: await warning(qemu, driver, context, host) };
  if (config.accelerator !== undefined) return { accelerator: config.accelerator };
  const problem = await kvmProblem(qemu, driver, context, host);
  return problem === undefined
    ? { accelerator: 'kvm', reason: 'using hardware acceleration (kvm)' }
    : { accelerator: 'tcg', reason: `using software emulation (tcg), which is slow: ${problem}` };
}

async function warning(
  qemu: { readonly binary: string; readonly version: number },
  driver: Pick<Driver, 'probe'>,
  context: AcceleratorContext,
  host: Host,
): Promise<string | undefined> {
  const problem = await kvmProblem(qemu, driver, context, host);
  return problem && `\`accelerator = "kvm"\` is used as asked for, but it will hardly work: ${problem}`;
}

async function kvmProblem(
  qemu: { readonly binary: string; readonly version: number },
  driver: Pick<Driver, 'probe'>,
  context: AcceleratorContext,
  host: Host,
): Promise<string | undefined> {
  if (host.platform !== 'linux') return `kvm is a part of Linux, this is ${host.platform}`;
  const guest = guestArchitecture(qemu.binary);
  if (guest !== undefined && guest !== host.architecture) {
    return `the guest's processor (${guest}) is not that of this machine (${host.architecture})`;
  }
  const closed = await host.kvmProblem();
  if (closed !== undefined) return closed;
  // The probe is a program for PC firmware; elsewhere an open device must do.
  if (guest !== 'x64') return undefined;
  return probeOnce(qemu, driver, context, host);
}

/** Of `qemu-system-x86_64`: `x64`. */
function guestArchitecture(binary: string): string | undefined {
  const name = /qemu-system-([a-z0-9_]+)/.exec(binary)?.[1];
  const names: Record<string, string> = { x86_64: 'x64', i386: 'x64', aarch64: 'arm64', arm: 'arm' };
  return name === undefined ? (/qemu-kvm|kvm$/.test(binary) ? 'x64' : undefined) : (names[name] ?? name);
}

async function probeOnce(
  qemu: { readonly binary: string; readonly version: number },
  driver: Pick<Driver, 'probe'>,
  context: AcceleratorContext,
  host: Host,
): Promise<string | undefined> {
  const key = createHash('sha1')
    .update(`${await host.bootId()} ${qemu.binary} ${qemu.version}`)
    .digest('hex');
  const note = join(context.cacheDirectory, 'kvm-probe', key);
  const known = await readFile(note, 'utf8').catch(() => undefined);
  if (known !== undefined) return known === '' ? undefined : known;
  const problem = (await probe(qemu.binary, driver, context, host)) ?? '';
  await mkdir(join(context.cacheDirectory, 'kvm-probe'), { recursive: true });
  await writeFile(note, problem);
  return problem === '' ? undefined : problem;
}

async function probe(
  binary: string,
  driver: Pick<Driver, 'probe'>,
  context: AcceleratorContext,
  host: Host,
): Promise<string | undefined> {
  const flags = await host.processorFlags();
  const supported = flags.has('vmx') || flags.has('svm');
  const limit = supported ? LIMIT_MILLISECONDS : LIMIT_WITHOUT_FLAGS_MILLISECONDS;
  const disk = await createTemporaryFile(
    context.resources,
    context.temporaryDirectory,
    'imgpack-probe.img',
    bootSector(),
  );
  const exitCode = await driver.probe(binary, probeArguments(disk.value), limit);
  await disk.destroy();
  if (exitCode === PROBE_EXIT_CODE) return undefined;
  const because = supported ? '' : ', and the processor announces neither `vmx` nor `svm`';
  return exitCode === undefined
    ? `/dev/kvm opens, but a probe guest did not get through its firmware within ${limit / 1000} s${because}`
    : `/dev/kvm opens, but a probe guest failed${because}`;
}

const probeArguments = (disk: string): string[] => [
  ...['-machine', 'pc,accel=kvm', '-m', '32', '-nodefaults', '-display', 'none'],
  ...['-device', 'isa-debug-exit,iobase=0xf4,iosize=0x04'],
  ...['-drive', `file=${disk},format=raw,if=ide,snapshot=on`],
];

/** A disk whose boot sector ends QEMU. The firmware that loads it has run some million instructions by then. */
function bootSector(): Buffer {
  const sector = Buffer.alloc(512);
  // mov al, 0x10; out 0xf4, al; hlt; jmp back to hlt
  Buffer.from([0xb0, 0x10, 0xe6, 0xf4, 0xf4, 0xeb, 0xfd]).copy(sector);
  sector.writeUInt16LE(0xaa55, 510);
  return sector;
}

/** The machine that imgpack runs on. */
export const thisHost: Host = {
  platform: process.platform,
  architecture: process.arch,
  async kvmProblem() {
    try {
      await (await open('/dev/kvm', 'r+')).close();
      return undefined;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return 'there is no /dev/kvm';
      return code === 'EACCES' ? '/dev/kvm may not be opened by this user' : `/dev/kvm cannot be opened (${code})`;
    }
  },
  async processorFlags() {
    const text = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
    return new Set((/^flags\s*:(.*)$/m.exec(text)?.[1] ?? '').trim().split(/\s+/));
  },
  bootId: async () => (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => 'boot')).trim(),
};
