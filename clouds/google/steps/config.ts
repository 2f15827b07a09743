import type { BuilderContext } from '../../../src/contract/context.js';
import type { KeyPair } from '../../../src/contract/helpers/key-pair.js';
import type { CommunicatorConfig } from '../../../src/contract/options/communicator.js';
import type { Resource } from '../../../src/contract/resources.js';
import type { Cloud } from '../cloud.js';
import type { OperationWait } from '../operations.js';
import type { AccessConfig } from '../options/access.js';
import type { ImageConfig } from '../options/image.js';
import type { MachineConfig } from '../options/machine.js';
import type { AttachedDisk, Image, Instance } from '../types.js';

/** The options of the builder. */
export type BuildConfig = AccessConfig & CommunicatorConfig & MachineConfig & ImageConfig;
export type Context = BuilderContext<BuildConfig>;

export interface InCloud {
  readonly cloud: Cloud;
}
export interface Source {
  readonly source: Image;
}
export interface Key {
  readonly keyPair?: KeyPair;
}
export interface Login {
  /** Who logs in. */
  readonly user: string;
  /** What the metadata `enable-oslogin` is set to; undefined: it is left alone. */
  readonly osLogin?: boolean;
  /** OS Login knows the key, so that it need not stand in the metadata. */
  readonly keyIsImported: boolean;
}
export interface Disks {
  readonly disks: readonly AttachedDisk[];
  /** Those that stay with the user. */
  readonly kept: readonly Resource<void>[];
}
export interface Started {
  readonly instance: Instance;
  readonly name: string;
  readonly diskName: string;
  readonly machineResource: Resource<void>;
  readonly waitsForScript: boolean;
}

/** Project and zone of the machine. */
export const placeOf = ({ project_id: project, zone }: MachineConfig) => ({ project, zone });
export const regionOf = ({ region, zone }: MachineConfig): string => region || zone.slice(0, -2);

/** How a change is waited for. */
export const waitFor = ({ config, signal }: Context, what: string): OperationWait => ({
  what,
  limit: config.state_timeout,
  signal,
});
