/** An option of a command. Flags, help and the reference page come from it. */
export interface Flag {
  readonly type: 'boolean' | 'text' | 'list' | 'number';
  readonly description: string;
  /** Shown in help behind the name: `-var key=value`. */
  readonly placeholder?: string;
  readonly default?: boolean | string | number;
  readonly choices?: readonly string[];
  /** Accepted for the sake of scripts, not shown. */
  readonly hidden?: boolean;
}

const selection = {
  only: {
    type: 'list',
    placeholder: 'foo,bar',
    description: 'build only what matches these names; `*` matches any run of characters',
  },
  except: {
    type: 'list',
    placeholder: 'foo,bar',
    description: 'leave out builds and post-processors that match these names',
  },
} satisfies Record<string, Flag>;

const variables = {
  var: {
    type: 'list',
    placeholder: 'key=value',
    description: 'set a variable; may stand several times, the last one wins',
  },
  'var-file': {
    type: 'list',
    placeholder: 'path',
    description: 'read variables from an HCL or JSON file; may stand several times',
  },
} satisfies Record<string, Flag>;

const accepted = {
  'ignore-prerelease-plugins': {
    type: 'boolean',
    default: false,
    hidden: true,
    description: 'accepted; plugins are built in',
  },
  'config-type': {
    type: 'text',
    choices: ['json', 'hcl2'],
    hidden: true,
    description: 'language of the template where no file tells it',
  },
  'machine-readable': {
    type: 'boolean',
    default: false,
    description: 'print one comma-separated line per event, for programs',
  },
  'use-sequential-evaluation': {
    type: 'boolean',
    default: false,
    description: 'evaluate data sources first, then locals',
  },
} satisfies Record<string, Flag>;

/** Options that nearly every command takes, as Packer's do. */
export const commonFlags = { ...selection, ...variables, ...accepted } satisfies Record<string, Flag>;

export const colorFlag = {
  color: {
    type: 'boolean',
    default: true,
    description: 'colour the output; `-color=false`, NO_COLOR and PACKER_NO_COLOR switch it off',
  },
} satisfies Record<string, Flag>;

type FlagValue<F extends Flag> = F['type'] extends 'boolean'
  ? F extends { default: boolean }
    ? boolean
    : boolean | undefined
  : F['type'] extends 'number'
    ? F extends { default: number }
      ? number
      : number | undefined
    : F['type'] extends 'list'
      ? readonly string[] | undefined
      : F extends { default: string }
        ? string
        : string | undefined;

/** The parsed values of a table of flags. */
export type FlagValues<T extends Record<string, Flag>> = { readonly [K in keyof T]: FlagValue<T[K]> };
