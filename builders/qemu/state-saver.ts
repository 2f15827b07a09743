import { access, copyFile, rename, rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Layer, MachineState } from '../../src/contract/checkpoint.js';
import type { Communicator } from '../../src/contract/communicator.js';
import type { BuilderContext } from '../../src/contract/context.js';
import { findProgram } from '../../src/contract/helpers/find-program.js';
import { spawnTracked } from '../../src/contract/helpers/spawn-process.js';
import { CancelledError, ImgpackError } from '../../src/messages/message.js';
import type { Config } from './config.js';
import { messages } from './messages.js';
import type { Monitor } from './qmp.js';
import { memoryIn, packedMemoryIn, variablesIn, writeSavedMachine, type SavedMachine } from './saved-machine.js';
import { overlay } from './steps/create-disks.js';
import type { Programs } from './steps/find-programs.js';

const POLL_MILLISECONDS = 10;
/** Bytes in a second: as fast as the disk takes them, where QEMU's own limit is 128 MiB. */
const BANDWIDTH = 2 ** 40;

export interface Saving extends Programs {
  readonly monitor: Monitor;
  /** The layer that the machine writes to. */
  readonly layer: Layer;
  /** Of the machine; the main disk first. */
  readonly disks: readonly string[];
  readonly efi?: { readonly variables: string };
  readonly machine: Omit<SavedMachine, 'memory' | 'version' | 'efi'>;
}

/**
 * Saves the states of a running machine. What its disks were becomes a layer that nobody writes to any more, and the
 * machine goes on in a new one over it; its memory goes to a file. The machine stands still for as long as that takes.
 */
export class StateSaver {
  private layer: Layer;
  private disks: readonly string[];
  private devices: readonly string[] | undefined;
  private savesMemory: boolean | undefined;
  private packing: Promise<void> = Promise.resolve();

  constructor(
    private readonly context: BuilderContext<Config>,
    private readonly saving: Saving,
  ) {
    this.layer = saving.layer;
    this.disks = saving.disks;
  }

  /** Where the machine's disks are now. */
  get current(): { readonly layer: Layer; readonly disks: readonly string[] } {
    return { layer: this.layer, disks: this.disks };
  }

  /**
   * @param communicator asks the machine to write to its disks what it holds in memory, where the memory is not saved
   * @throws ImgpackError `qemu/state-not-saved`; the machine goes on nevertheless
   */
  async save(communicator: Communicator): Promise<MachineState> {
    const { monitor } = this.saving;
    const { checkpoints, signal } = this.context;
    if (!checkpoints) throw new ImgpackError(messages.stateNotSaved('nothing keeps it'));
    const memory = (this.savesMemory ??= await canSaveMemory(monitor, (text) => this.context.log(text)));
    const layer = this.layer;
    const above = await checkpoints.begin(layer);
    const disks = await overlay(this.saving, layer, above, this.disks.length);
    if (!memory) await communicator.run('sync', { signal }).catch(() => undefined);
    await monitor.execute('stop');
    try {
      await this.freeze(disks);
      this.layer = above;
      this.disks = disks;
      if (this.saving.efi) await copyFile(this.saving.efi.variables, variablesIn(layer));
      if (memory) await this.saveMemory(layer);
    } finally {
      await monitor.execute('cont');
    }
    const efi = this.saving.efi !== undefined;
    await writeSavedMachine(layer, { ...this.saving.machine, version: 1, memory, efi });
    return { layer, data: { memory }, ...(memory && { settled: this.pack(layer) }) };
  }

  /** All at once, so that the disks belong together. */
  private async freeze(disks: readonly string[]): Promise<void> {
    const { monitor } = this.saving;
    // A device keeps its name; what the monitor calls its file changes with the first state.
    const devices = (this.devices ??= await devicesOf(monitor, this.disks));
    const actions = disks.map((disk, i) => ({
      type: 'blockdev-snapshot-sync',
      data: { device: devices[i], 'snapshot-file': disk, format: 'qcow2', mode: 'existing' },
    }));
    await monitor.execute('transaction', { actions });
  }

  private async saveMemory(layer: Layer): Promise<void> {
    const { monitor } = this.saving;
    await monitor.execute('migrate-set-parameters', { 'max-bandwidth': BANDWIDTH });
    await monitor.execute('migrate', { uri: `exec:umask 077; cat > ${quoted(memoryIn(layer))}` });
    for (;;) {
      const { status, 'error-desc': reason } = (await monitor.execute('query-migrate')) as Migration;
      if (status === 'completed') return;
      if (status === 'failed' || status === 'cancelled') {
        await rm(memoryIn(layer), { force: true });
        throw new ImgpackError(messages.stateNotSaved(reason ?? 'QEMU could not write the memory; is the disk full?'));
      }
      await pause(POLL_MILLISECONDS);
      if (this.context.signal.aborted) {
        await monitor.execute('migrate_cancel');
        throw new CancelledError();
      }
    }
  }

  /** Compresses the memory while the build goes on, one after the other and with what time is left. */
  private pack(layer: Layer): Promise<void> {
    this.packing = this.packing
      .then(() => pack(this.context, layer))
      .catch((error: unknown) => {
        this.context.log(`compressing ${memoryIn(layer)}: ${String(error)}`);
      });
    return this.packing;
  }
}

interface Migration {
  readonly status?: string;
  readonly 'error-desc'?: string;
}

/** A state is valid with either of the files, so the moment between does no harm. */
async function pack({ resources, signal, env, log }: BuilderContext<Config>, layer: Layer): Promise<void> {
  const zstd = await findProgram('zstd', env['PATH']);
  if (zstd === undefined || signal.aborted) return;
  const draft = `${packedMemoryIn(layer)}.part`;
  const command = ['-n', '19', zstd, '-q', '-1', '-f', '-o', draft, memoryIn(layer)];
  const { value, destroy } = await spawnTracked(resources, 'nice', command, {
    env,
    onLine: (_stream, line) => log(line),
  });
  const stop = () => void destroy().catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  const { code } = await value.exited;
  signal.removeEventListener('abort', stop);
  if (code !== 0) {
    await rm(draft, { force: true });
    return;
  }
  await rename(draft, packedMemoryIn(layer));
  await rm(memoryIn(layer), { force: true });
}

/** Some devices cannot hand over what they know. */
async function canSaveMemory(monitor: Monitor, log: (text: string) => void): Promise<boolean> {
  const { 'blocked-reasons': reasons = [] } = (await monitor.execute('query-migrate')) as {
    'blocked-reasons'?: readonly string[];
  };
  for (const reason of reasons) log(`the memory cannot be saved: ${reason}`);
  return reasons.length === 0;
}

interface BlockDevice {
  readonly device: string;
  readonly inserted?: { readonly file: string };
}

/** How the monitor names the devices of these files. */
async function devicesOf(monitor: Monitor, files: readonly string[]): Promise<string[]> {
  const list = (await monitor.execute('query-block')) as readonly BlockDevice[];
  return files.map((file) => {
    const found = list.find(({ inserted }) => inserted?.file === file);
    if (!found || found.device === '') throw new ImgpackError(messages.stateNotSaved(`no device has \`${file}\``));
    return found.device;
  });
}

const quoted = (path: string): string => `'${path.replaceAll("'", `'\\''`)}'`;

/** How QEMU reads the memory of a layer. @returns undefined where it was not saved */
export async function incoming(layer: Layer): Promise<string | undefined> {
  if (await exists(packedMemoryIn(layer))) return `exec:zstd -q -d -c ${quoted(packedMemoryIn(layer))}`;
  if (await exists(memoryIn(layer))) return `exec:cat ${quoted(memoryIn(layer))}`;
  return undefined;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
