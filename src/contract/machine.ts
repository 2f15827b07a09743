import type { BuildValues } from './artifact.js';
import type { MachineState } from './checkpoint.js';
import type { Communicator, ConnectionTarget } from './communicator.js';
import type { Json } from './json.js';

/**
 * A running machine as a set of capabilities. The engine asks for a capability and does without it where it is missing.
 */
export interface Machine {
  /** How to reach it. */
  readonly connection: ConnectionTarget;
  /** `build.*` beyond what the connection says: `ID`, `SSHPublicKey`, `PackerHTTPAddr`. */
  readonly values?: BuildValues;
  /** Resolves when the machine ended by itself, with the reason; a waiting connection then fails at once. */
  readonly ended?: Promise<string>;
  /** Resolves when there will be no way to it any more, with a fault that counts as the connection's. */
  readonly unreachable?: Promise<Error>;
  readonly console?: ConsoleCapability;
  /** What may keep a connection from coming about, in sentences; asked for when none came about. */
  diagnose?(): Promise<string[]>;
  /** Saves a PNG of the screen to `path`. */
  screenshot?(path: string): Promise<void>;
  /** Saves the machine as it is now, and lets it go on; the engine calls it between provisioners. */
  checkpoint?(communicator: Communicator): Promise<MachineState>;
  /** It came from a saved state: its clock stands where it stood then. */
  readonly restored?: boolean;
  /** Serialisable facts by which another process finds the machine again. */
  readonly handle?: Json;
}

export interface ConsoleCapability {
  /** The last lines of the serial console, control sequences removed. */
  tail(lines: number): Promise<string[]>;
}
