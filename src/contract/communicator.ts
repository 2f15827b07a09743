import type { Readable, Writable } from 'node:stream';
import type { Endpoint } from './helpers/docker/endpoint.js';

export interface RunOptions {
  /** One line without its end, as soon as it is complete. */
  readonly onLine?: (stream: 'stdout' | 'stderr', line: string) => void;
  readonly stdin?: Readable | Uint8Array | string;
  readonly signal?: AbortSignal;
  readonly pty?: boolean;
}

/** How a command ended. `disconnected` is set where the session broke before an exit status came (a reboot). */
export interface RunResult {
  readonly exitCode: number;
  readonly disconnected: boolean;
}

/** The exit code that stands for "none was received", as Packer numbers it. */
export const EXIT_CODE_DISCONNECTED = 2_300_218;

export interface TransferOptions {
  /** Permission bits of the target; the source's own where absent, else 0644. */
  readonly mode?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (bytes: number, total?: number) => void;
}

/** The terminal of a person who works in a machine. */
export interface Terminal {
  readonly input: Readable;
  readonly output: Writable;
  /** As in the environment variable TERM. */
  readonly type: string;
  readonly columns: number;
  readonly rows: number;
  /** Calls `listener` when its size changes; returns how to stop listening. */
  onResize(listener: (columns: number, rows: number) => void): () => void;
}

/**
 * A way into a machine: commands and files. Every method rejects with a coded error, or with `CancelledError` when its
 * signal fires. A connection that broke is opened again once per call.
 */
export interface Communicator {
  readonly type: 'ssh' | 'winrm' | 'docker' | 'local' | 'none';
  /** Commands run in a POSIX shell and get `stdin` byte for byte; a terminal in between would change it. */
  readonly pipes?: boolean;
  run(command: string, options?: RunOptions): Promise<RunResult>;
  /** Runs a command with a terminal of the machine at the person's own; absent where that cannot be done. */
  interact?(command: string, terminal: Terminal, signal?: AbortSignal): Promise<RunResult>;
  /** Writes one file; `source` is a local path or its content. */
  upload(
    source: { readonly path: string } | { readonly content: Uint8Array | string },
    destination: string,
    options?: TransferOptions,
  ): Promise<void>;
  /** Copies what is in the folder `source` into the folder `destination`, which is made where it is missing; modes are kept, links to files followed. */
  uploadDirectory(source: string, destination: string, options?: TransferOptions): Promise<void>;
  download(source: string, destination: string, options?: TransferOptions): Promise<void>;
  /** Copies what is in the folder `source` into `destination`; of a pattern (`*?[`), what it stands for. */
  downloadDirectory(source: string, destination: string, options?: TransferOptions): Promise<void>;
  close(): Promise<void>;
}

/** Where and how to connect. Builders make one from their configuration; the engine dials it. */
export type ConnectionTarget = NoneTarget | SshTarget | DockerTarget | CustomTarget;

export interface NoneTarget {
  readonly type: 'none';
  /** There is no machine at all (the `file` builder): copies count as done like commands do, instead of failing. */
  readonly swallowsFiles?: boolean;
}

export interface SshTarget {
  readonly type: 'ssh';
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password?: string;
  /** PEM or OpenSSH text of private keys, tried in order. */
  readonly privateKeys: readonly string[];
  /** OpenSSH user certificate for the first key. */
  readonly certificate?: string;
  readonly agent: boolean;
  readonly agentForwarding: boolean;
  readonly pty: boolean;
  /** Milliseconds until the whole attempt is given up; absent: no limit. */
  readonly timeout?: number;
  /** Authentication failures allowed; absent: no limit. */
  readonly handshakeAttempts?: number;
  /** Milliseconds between keep-alive messages; 0 or less: none. */
  readonly keepAliveInterval: number;
  /** Milliseconds without any traffic before a connection counts as dead; 0: never. */
  readonly readWriteTimeout: number;
  readonly fileTransfer: 'scp' | 'sftp';
  readonly ciphers?: readonly string[];
  readonly keyExchangeAlgorithms?: readonly string[];
  readonly bastion?: Pick<
    SshTarget,
    'host' | 'port' | 'username' | 'password' | 'privateKeys' | 'certificate' | 'agent'
  > & { /** Its questions are answered at the terminal. */ readonly interactive?: boolean };
  readonly proxy?: {
    readonly host: string;
    readonly port: number;
    readonly username?: string;
    readonly password?: string;
  };
  /** `PORT:HOST:PORT`. */
  readonly remoteTunnels: readonly string[];
  readonly localTunnels: readonly string[];
  /** Milliseconds to wait after the first connection before connecting again; 0: none. */
  readonly pauseBeforeConnecting: number;
}

/** A running container, which is worked in through its engine. */
export interface DockerTarget {
  readonly type: 'docker';
  readonly endpoint: Endpoint;
  /** Its id; asked before each command, because a build with layers goes on in another container. */
  readonly container: () => string;
  /** Who runs commands; default: the user of the container. */
  readonly execUser?: string;
  readonly pty: boolean;
  /** Files belong to the user of the container, instead of to whom they belong here. */
  readonly fixOwner: boolean;
  /** Commands run in PowerShell. */
  readonly windows: boolean;
}

/** A builder that brings its own way in (docker exec, a session manager). */
export interface CustomTarget {
  readonly type: 'custom';
  connect(signal: AbortSignal): Promise<Communicator>;
}
