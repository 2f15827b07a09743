import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Layer, MachineState } from '../contract/checkpoint.js';
import type { Json, JsonObject } from '../contract/json.js';
import type { KeyInput } from '../contract/keys.js';
import type { ResourceReference } from '../contract/resources.js';
import { codeOf } from './faults.js';
import { namesIn, readJson } from './files.js';
import type { StoreFolder } from './folder.js';

const ENTRY_VERSION = 1;
const SUFFIX = '.json';

/** What a run says about a state that becomes a checkpoint. */
export interface NewCheckpoint {
  /** The key of the step that made it: letters, digits, `-`, `_`, `.`. */
  readonly key: string;
  readonly build: string;
  /** The template's path, for people. */
  readonly template: string;
  readonly step: { readonly index: number; readonly name: string };
  /** As in `MachineState`. Paths into the layer must not be in it: the store may move. */
  readonly data: JsonObject;
  /** As in `MachineState`. They must belong to this checkpoint alone. */
  readonly remove?: readonly ResourceReference[];
  readonly inputs: readonly KeyInput[];
  /** When each step ran whose effect is in the machine, by step; ISO 8601. */
  readonly ran: Readonly<Record<string, string>>;
  /** What it takes outside the store, in bytes. */
  readonly elsewhere?: number;
}

/** A checkpoint in the store; a machine can be started from it. */
export interface CheckpointEntry extends MachineState {
  readonly version: 1;
  readonly key: string;
  readonly build: string;
  readonly template: string;
  readonly step: { readonly index: number; readonly name: string };
  readonly layer?: Layer;
  readonly data: JsonObject;
  readonly remove: readonly ResourceReference[];
  /** ISO 8601. */
  readonly created: string;
  /** What it adds to the layers below it, on the disk and elsewhere. */
  readonly bytes: number;
  readonly inputs: readonly KeyInput[];
  readonly ran: Readonly<Record<string, string>>;
}

/** A checkpoint as the file in the store has it: the layer by its id. */
export type StoredEntry = Omit<CheckpointEntry, 'layer'> & { readonly layer?: string };

/** A name that can be a file name, on every system, and hides nothing. */
export const isKey = (key: string): boolean => /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/.test(key);

export const isLayerId = (id: string): boolean => /^[0-9a-f]{16}$/.test(id);

export const layerOf = (folder: StoreFolder, id: string): Layer => ({ id, folder: folder.at('layers', id) });

export const entryPath = (folder: StoreFolder, key: string): string => folder.at('entries', `${key}${SUFFIX}`);

/** @param ready as in `WriteOptions` */
export async function writeEntry(
  folder: StoreFolder,
  entry: CheckpointEntry,
  ready?: () => Promise<void>,
): Promise<void> {
  const content = JSON.stringify(storedForm(entry));
  await folder.write(entryPath(folder, entry.key), content, { durable: true, ...(ready && { ready }) });
}

/** Undefined where there is none, and for a file that is no checkpoint of this version. */
export async function readEntry(folder: StoreFolder, key: string): Promise<CheckpointEntry | undefined> {
  const entry = await readEntryFile(folder, entryPath(folder, key));
  return entry?.key === key ? entry : undefined;
}

/** The same for an entry outside its place, as one that is on its way out. */
export async function readEntryFile(folder: StoreFolder, path: string): Promise<CheckpointEntry | undefined> {
  const json = await readJson(path);
  return isStoredEntry(json) ? entryFrom(folder, json) : undefined;
}

export function storedForm({ layer, ...rest }: CheckpointEntry): StoredEntry {
  return { ...rest, ...(layer && { layer: layer.id }) };
}

export function entryFrom(folder: StoreFolder, { layer, ...rest }: StoredEntry): CheckpointEntry {
  return { ...rest, ...(layer !== undefined && { layer: layerOf(folder, layer) }) };
}

/** The keys of all files that look like entries, whatever is in them. */
export async function entryKeys(folder: StoreFolder): Promise<string[]> {
  return (await namesIn(folder.at('entries')))
    .filter((name) => name.endsWith(SUFFIX))
    .map((name) => name.slice(0, -SUFFIX.length))
    .filter(isKey);
}

/** When it was last found; undefined where it is gone by now. */
export async function lastUseOf(folder: StoreFolder, key: string): Promise<Date | undefined> {
  try {
    return (await stat(entryPath(folder, key))).mtime;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

export const newEntry = (
  checkpoint: NewCheckpoint,
  at: { readonly created: string; readonly layer: Layer | undefined; readonly bytes: number },
): CheckpointEntry => ({
  version: ENTRY_VERSION,
  key: checkpoint.key,
  build: checkpoint.build,
  template: checkpoint.template,
  step: checkpoint.step,
  ...(at.layer && { layer: at.layer }),
  data: checkpoint.data,
  remove: checkpoint.remove ?? [],
  created: at.created,
  bytes: at.bytes + (checkpoint.elsewhere ?? 0),
  inputs: checkpoint.inputs,
  ran: checkpoint.ran,
});

/** Where a removed entry waits until what belongs to it is destroyed. */
export const tombstonePath = (folder: StoreFolder, key: string, token: string): string =>
  join(folder.at('trash'), `${key},${token}${SUFFIX}`);

export function isStoredEntry(json: Json | undefined): json is StoredEntry & JsonObject {
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return false;
  const { version, key, build, template, step, layer, data, remove, created, bytes, inputs, ran } = json as JsonObject;
  return (
    version === ENTRY_VERSION &&
    typeof key === 'string' &&
    isKey(key) &&
    typeof build === 'string' &&
    typeof template === 'string' &&
    typeof step === 'object' &&
    step !== null &&
    (layer === undefined || (typeof layer === 'string' && isLayerId(layer))) &&
    typeof data === 'object' &&
    data !== null &&
    Array.isArray(remove) &&
    typeof created === 'string' &&
    typeof bytes === 'number' &&
    Array.isArray(inputs) &&
    typeof ran === 'object' &&
    ran !== null
  );
}
