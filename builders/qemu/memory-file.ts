import { access, rm, stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Layer } from '../../src/contract/checkpoint.js';
import { CancelledError, ImgpackError } from '../../src/messages/message.js';
import { messages } from './messages.js';
import { memoryIn, packedMemoryIn } from './saved-machine.js';

const POLL_MILLISECONDS = 10;
/** How long a writer may stand still before it counts as gone. */
const PATIENCE_MILLISECONDS = 60_000;

/** The way of a machine's memory into a file of a layer. */
export interface MemoryWriter {
  /** For QEMU's `exec:`; reads the memory from its standard input. */
  readonly command: string;
  /**
   * QEMU is done when it handed over the last byte, which is a moment before that is in the file.
   * @throws ImgpackError `qemu/state-not-saved`; CancelledError
   */
  written(signal: AbortSignal): Promise<void>;
  /** Removes what was begun. */
  discard(): Promise<void>;
}

/**
 * The machine stands still while its memory is written, so the processors are free to compress it: that costs no time, and
 * nothing has to be done later while the guest needs them. The file has its name only when it is whole.
 * @param compress whether `zstd` is there
 */
export function memoryWriter(layer: Layer, compress: boolean): MemoryWriter {
  const file = compress ? packedMemoryIn(layer) : memoryIn(layer);
  const draft = `${file}.part`;
  const failed = `${file}.failed`;
  const write = compress ? 'zstd -q --fast=3 -T0' : 'cat';
  const discard = async () => {
    for (const path of [draft, failed, file]) await rm(path, { force: true });
  };
  const written = async (signal: AbortSignal) => {
    let size = -1;
    for (let deadline = 0; ; await pause(POLL_MILLISECONDS)) {
      if (await exists(file)) return;
      if (signal.aborted) throw new CancelledError();
      const now = await stat(draft).then(
        (stats) => stats.size,
        () => 0,
      );
      if (now !== size) deadline = performance.now() + PATIENCE_MILLISECONDS;
      size = now;
      if (!(await exists(failed)) && performance.now() < deadline) continue;
      await discard();
      throw new ImgpackError(messages.stateNotSaved(`\`${file}\` could not be written; is the disk full?`));
    }
  };
  const command = `umask 077; ${write} > ${quoted(draft)} && mv ${quoted(draft)} ${quoted(file)} || : > ${quoted(failed)}`;
  return { command, written, discard };
}

/** How QEMU reads the memory of a layer. @returns undefined where it was not saved */
export async function incoming(layer: Layer): Promise<string | undefined> {
  if (await exists(packedMemoryIn(layer))) return `exec:zstd -q -d -c ${quoted(packedMemoryIn(layer))}`;
  if (await exists(memoryIn(layer))) return `exec:cat ${quoted(memoryIn(layer))}`;
  return undefined;
}

const quoted = (path: string): string => `'${path.replaceAll("'", `'\\''`)}'`;

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
