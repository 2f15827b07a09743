import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Layer } from '../../src/contract/checkpoint.js';
import type { KeyPair } from '../../src/contract/helpers/key-pair.js';
import { ImgpackError } from '../../src/messages/message.js';
import { messages } from './messages.js';

/** What a layer tells of its machine beside its disks. It is for the owner of the store alone: a key may be in it. */
export interface SavedMachine {
  readonly version: 1;
  /** What the first disk lies over, or the installer. */
  readonly image: SourceFile & { readonly url: string };
  readonly accelerator: string;
  /** The machine's arguments without paths and ports: a memory fits no other machine. */
  readonly machine: readonly string[];
  /** Whether the memory was saved; without it the machine boots from its disks. */
  readonly memory: boolean;
  readonly efi: boolean;
  /** The temporary key that lets imgpack in. */
  readonly keyPair?: KeyPair;
}

/** A file as it was when it was last looked at. */
export interface SourceFile {
  readonly path: string;
  readonly size?: number;
  /** Nanoseconds, as text. */
  readonly modified?: string;
}

const FILE = 'machine.json';

export const diskIn = ({ folder }: Layer, index: number): string => join(folder, `disk${index}.qcow2`);
export const variablesIn = ({ folder }: Layer): string => join(folder, 'efivars.fd');
/** The memory as QEMU wrote it, where nothing compressed it. */
export const memoryIn = ({ folder }: Layer): string => join(folder, 'memory');
/** The memory, compressed. */
export const packedMemoryIn = ({ folder }: Layer): string => join(folder, 'memory.zst');

/** @throws ImgpackError `qemu/state-unusable` */
export async function readSavedMachine({ folder }: Layer): Promise<SavedMachine> {
  try {
    const saved = JSON.parse(await readFile(join(folder, FILE), 'utf8')) as SavedMachine;
    if (saved.version === 1) return saved;
    throw new Error('another version of imgpack saved it');
  } catch (error) {
    throw new ImgpackError(messages.stateUnusable((error as Error).message), { cause: error });
  }
}

export const writeSavedMachine = ({ folder }: Layer, saved: SavedMachine): Promise<void> =>
  writeFile(join(folder, FILE), JSON.stringify(saved), { mode: 0o600 });

/** A file and by what it is known again. What is no file of this host (a URL) has its path alone. */
export async function describeFile(path: string): Promise<SourceFile> {
  const stats = await stat(path, { bigint: true }).catch(() => undefined);
  return { path, ...(stats && { size: Number(stats.size), modified: String(stats.mtimeNs) }) };
}

/** Whether the file is there and nobody wrote to it since. */
export async function isUnchanged(file: SourceFile): Promise<boolean> {
  const now = await describeFile(file.path);
  return now.size === file.size && now.modified === file.modified;
}
