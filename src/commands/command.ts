import type { Host } from '../host.js';
import type { Flag } from './flags.js';

/** A verb of the command line as data; its code is loaded when it runs. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** What stands behind the flags, `<template>`, `[template]`, `<path..>`. */
  readonly positional?: string;
  readonly positionalDescription?: string;
  readonly flags: Readonly<Record<string, Flag>>;
  readonly examples: readonly (readonly [command: string, description: string])[];
  readonly hidden?: boolean;
  load(): Promise<{ run(values: never, host: Host): Promise<number> }>;
}

/** A word that verbs stand behind: `imgpack cache list`. */
export interface CommandGroup {
  readonly name: string;
  readonly summary: string;
  /** Their names begin with that of the group: `cache list`. */
  readonly commands: readonly Command[];
  readonly examples: Command['examples'];
  readonly hidden?: boolean;
}

/** What the code of a command is given: the parsed flags, and the words behind them. */
export type CommandArguments<Values> = Values & { readonly positionals: readonly string[] };
