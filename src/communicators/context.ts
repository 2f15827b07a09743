/** What a connection may tell and must listen to while it is made. */
export interface ConnectContext {
  readonly signal: AbortSignal;
  say(text: string): void;
  /** What is waited for, and for how many milliseconds so far. */
  waiting(text: string, milliseconds: number): void;
  log(text: string): void;
  /** Resolves when the machine ended by itself, with the reason. */
  readonly ended?: Promise<string>;
  /** Resolves when there will be no way to the machine. */
  readonly unreachable?: Promise<Error>;
  /** Where `SSH_AUTH_SOCK` is looked up; default: of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Asks the person at the terminal, for interactive logins. */
  ask?(question: string): Promise<string>;
}
