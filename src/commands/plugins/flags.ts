import { commonFlags, colorFlag, type Flag, type FlagValues } from '../flags.js';

const json = { type: 'boolean', default: false, description: 'print JSON' } as const;

export const installedFlags = { json } satisfies Record<string, Flag>;
export const requiredFlags = { ...commonFlags, ...colorFlag, json } satisfies Record<string, Flag>;
export const installFlags = {
  path: { type: 'text', placeholder: 'path', hidden: true, description: 'refused; plugins are built in' },
  force: { type: 'boolean', default: false, hidden: true, description: 'accepted; plugins are built in' },
} satisfies Record<string, Flag>;

export type InstalledValues = FlagValues<typeof installedFlags>;
export type RequiredValues = FlagValues<typeof requiredFlags>;
export type InstallValues = FlagValues<typeof installFlags>;
