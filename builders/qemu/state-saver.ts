import { copyFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Layer, MachineState } from '../../src/contract/checkpoint.js';
import type { Communicator } from '../../src/contract/communicator.js';
import type { BuilderContext } from '../../src/contract/context.js';
import { findProgram } from '../../src/contract/helpers/find-program.js';
import { CancelledError, ImgpackError } from '../../src/messages/message.js';
import type { Config } from './config.js';
import { memoryWriter, type MemoryWriter } from './memory-file.js';
import { messages } from './messages.js';
import type { Monitor } from './qmp.js';
import { variablesIn, writeSavedMachine, type SavedMachine } from './saved-machine.js';
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
  private zstd: Promise<string | undefined> | undefined;

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
    let settled: Promise<void> | undefined;
    await monitor.execute('stop');
    try {
      await this.freeze(disks);
      this.layer = above;
      this.disks = disks;
      if (this.saving.efi) await copyFile(this.saving.efi.variables, variablesIn(layer));
      if (memory) settled = (await this.saveMemory(layer)).written(this.context.signal);
      // Whoever saves hears of a fault when it waits for the state.
      settled?.catch(() => undefined);
    } finally {
      await monitor.execute('cont');
    }
    const efi = this.saving.efi !== undefined;
    await writeSavedMachine(layer, { ...this.saving.machine, version: 1, memory, efi });
    return { layer, data: { memory }, ...(settled && { settled }) };
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

  /** The machine may go on before the last bytes are in the file. */
  private async saveMemory(layer: Layer): Promise<MemoryWriter> {
    const { monitor } = this.saving;
    const { env, signal } = this.context;
    const writer = memoryWriter(layer, (await (this.zstd ??= findProgram('zstd', env['PATH']))) !== undefined);
    await monitor.execute('migrate-set-parameters', { 'max-bandwidth': BANDWIDTH });
    await monitor.execute('migrate', { uri: `exec:${writer.command}` });
    for (;;) {
      const { status, 'error-desc': reason } = (await monitor.execute('query-migrate')) as Migration;
      if (status === 'completed') return writer;
      if (status === 'failed' || status === 'cancelled') {
        await writer.discard();
        throw new ImgpackError(messages.stateNotSaved(reason ?? 'QEMU could not write the memory; is the disk full?'));
      }
      await pause(POLL_MILLISECONDS);
      if (signal.aborted) {
        await monitor.execute('migrate_cancel');
        throw new CancelledError();
      }
    }
  }
}

interface Migration {
  readonly status?: string;
  readonly 'error-desc'?: string;
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
