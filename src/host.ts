/** Ctrl-C, a request to end, a terminal that was closed, and an output that nobody reads any more. */
export type EndSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGPIPE';

/** The process around a command: streams, environment, signals. Tests give their own. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  readonly isTerminal: boolean;
  /** Standard output. */
  out(text: string): void;
  /** Standard error. */
  err(text: string): void;
  readonly stdin: NodeJS.ReadStream;
  /**
   * Calls `listener` when somebody wants the process to end, or nobody listens to it any more; returns how to stop
   * listening. SIGPIPE comes at most once.
   */
  onSignal(listener: (signal: EndSignal) => void): () => void;
  /** Ends the process at once, without any clean-up. */
  exitNow(code: number): never;
}

/** The real process. */
export function processHost(): Host {
  const output = new Output(process.stdout);
  const errors = new Output(process.stderr);
  return {
    env: process.env,
    workingDirectory: process.cwd(),
    isTerminal: process.stdin.isTTY === true && process.stdout.isTTY === true,
    out: (text) => output.write(text),
    err: (text) => errors.write(text),
    stdin: process.stdin,
    onSignal(listener) {
      const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
      for (const signal of signals) process.on(signal, listener);
      const stopListening = output.onBroken(() => listener('SIGPIPE'));
      return () => {
        for (const signal of signals) process.off(signal, listener);
        stopListening();
      };
    },
    exitNow: (code) => process.exit(code),
  };
}

/** A stream of output. When its reader is gone (`imgpack … | head`) the work must still be undone, so that is no error. */
class Output {
  private broken = false;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly stream: NodeJS.WriteStream) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (this.broken) return;
      this.broken = true;
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
      for (const listener of this.listeners) listener();
    });
  }

  write(text: string): void {
    if (!this.broken) this.stream.write(text);
  }

  onBroken(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
