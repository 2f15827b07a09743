import { stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, resolve } from 'node:path';
import type { RunContext } from '../../src/contract/context.js';
import { findProgram } from '../../src/contract/helpers/find-program.js';
import type { ProcessExit, TrackedProcess } from '../../src/contract/helpers/spawn-process.js';
import { runTracked, spawnTracked } from '../../src/contract/helpers/spawn-process.js';
import type { Resource } from '../../src/contract/resources.js';
import { ImgpackError } from '../../src/messages/message.js';
import { messages } from './messages.js';
import type { Monitor } from './qmp.js';
import { connectMonitor } from './qmp.js';

/** What `qemu-img info` says of an image. */
export interface ImageInfo {
  readonly format: string;
  /** Bytes, as the machine sees them. */
  readonly virtualSize: number;
}

export interface RunningQemu {
  readonly pid: number;
  readonly exited: Promise<ProcessExit>;
  isAlive(): boolean;
  /** The last lines that it printed. */
  output(): readonly string[];
}

/** Every call of this builder to the outside. */
export interface Driver {
  /** The absolute path of a program. @throws ImgpackError `qemu/program-missing` */
  find(name: string, packages: string): Promise<string>;
  /** Major number of the version. */
  qemuVersion(binary: string): Promise<number>;
  imageInfo(path: string): Promise<ImageInfo>;
  /** An image and those that it lies over, with the name by which each names the next, as far as they can be opened. */
  backingChain(path: string): Promise<readonly { readonly path: string; readonly backing?: string }[]>;
  /** Runs `qemu-img`. @throws ImgpackError `qemu/program-failed` with what it printed */
  qemuImg(args: readonly string[]): Promise<void>;
  /** Runs QEMU for at most `milliseconds`. @returns its exit code; undefined when it had to be ended */
  probe(binary: string, args: readonly string[], milliseconds: number): Promise<number | undefined>;
  startQemu(binary: string, args: readonly string[]): Promise<Resource<RunningQemu>>;
  /** Starts `swtpm`, and resolves when its socket is open. */
  startTpm(binary: string, args: readonly string[], socket: string): Promise<void>;
  connectMonitor(socket: string, qemu: RunningQemu): Promise<Monitor>;
}

/** Lines of a program's output that are kept for an error. */
const OUTPUT_LINES = 30;

export type DriverContext = Pick<RunContext, 'resources' | 'signal' | 'env' | 'workingDirectory' | 'log'>;

/** The driver that runs real programs. */
export function createDriver(context: DriverContext): Driver {
  const { resources, signal, env, workingDirectory: cwd } = context;
  const run = async (program: string, args: readonly string[]) => {
    context.log(`running ${program} ${args.join(' ')}`);
    try {
      return await runTracked(resources, program, args, { cwd, env, signal });
    } catch (error) {
      if (!(error instanceof ImgpackError) || error.code !== 'process/failed') throw error;
      const message = messages.programFailed(`${program} ${args[0] ?? ''}`.trim(), error.message);
      throw new ImgpackError(message, { cause: error, details: error.details });
    }
  };
  return {
    async find(name, packages) {
      const path = await findProgram(name, env['PATH']);
      if (path === undefined) throw new ImgpackError(messages.programMissing(name, packages));
      return path;
    },
    async qemuVersion(binary) {
      const { stdout } = await run(binary, ['-version']);
      // A version that cannot be read is a new one.
      return Number(/version (\d+)/.exec(stdout)?.[1] ?? 99);
    },
    async imageInfo(path) {
      const { stdout } = await run('qemu-img', ['info', '--output=json', '-U', path]);
      const info = JSON.parse(stdout) as { format: string; 'virtual-size': number };
      return { format: info.format, virtualSize: info['virtual-size'] };
    },
    async backingChain(path) {
      const chain: { path: string; backing?: string }[] = [];
      for (let at: string | undefined = path; at !== undefined;) {
        const { stdout } = await run('qemu-img', ['info', '--output=json', '-U', at]);
        const { 'backing-filename': backing } = JSON.parse(stdout) as { 'backing-filename'?: string };
        chain.push({ path: at, ...(backing !== undefined && { backing }) });
        const next: string | undefined = backing === undefined ? undefined : resolve(dirname(at), backing);
        at = next !== undefined && (await isFile(next)) ? next : undefined;
      }
      return chain;
    },
    qemuImg: async (args) => void (await run('qemu-img', args)),
    probe: (binary, args, milliseconds) => probe(context, binary, args, milliseconds),
    startQemu: (binary, args) => startQemu(context, binary, args),
    startTpm: (binary, args, socket) => startTpm(context, binary, args, socket),
    connectMonitor: (socket, qemu) => connectMonitor(socket, signal, () => qemu.isAlive()),
  };
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );

async function probe(
  { resources, env, signal }: DriverContext,
  binary: string,
  args: readonly string[],
  milliseconds: number,
): Promise<number | undefined> {
  const qemu = await spawnTracked(resources, binary, args, { env, stdio: 'ignore', grace: 0 });
  const stop = () => void qemu.destroy().catch(() => undefined);
  const timer = setTimeout(stop, milliseconds);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return (await qemu.value.exited).code ?? undefined;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    await qemu.destroy();
  }
}

async function startQemu(
  context: DriverContext,
  binary: string,
  args: readonly string[],
): Promise<Resource<RunningQemu>> {
  context.log(`running ${binary} ${args.join(' ')}`);
  const lines: string[] = [];
  const qemu = await spawnTracked(context.resources, binary, args, {
    cwd: context.workingDirectory,
    env: context.env,
    onLine(_stream, line) {
      lines.push(line);
      if (lines.length > OUTPUT_LINES) lines.shift();
      context.log(`qemu: ${line}`);
    },
  });
  const { pid, exited } = qemu.value;
  let alive = true;
  void exited.then(() => (alive = false));
  return { ...qemu, value: { pid, exited, isAlive: () => alive, output: () => lines } };
}

async function startTpm(
  context: DriverContext,
  binary: string,
  args: readonly string[],
  socket: string,
): Promise<void> {
  const lines: string[] = [];
  const { value } = await spawnTracked(context.resources, binary, args, {
    onLine: (_stream, line) => lines.push(line),
  });
  if (!(await socketOpens(value, socket))) throw new ImgpackError(messages.tpmSilent(), { details: lines });
}

/** `swtpm` tells nobody that it listens, so its socket is tried. */
async function socketOpens(tpm: TrackedProcess, path: string): Promise<boolean> {
  let ended = false;
  void tpm.exited.then(() => (ended = true));
  for (let wait = 5, total = 0; total < 10_000 && !ended; total += wait, wait = Math.min(wait * 2, 200)) {
    if (await listens(path)) return true;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
  return false;
}

function listens(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
