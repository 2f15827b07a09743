import type { Flag, FlagValues } from '../flags.js';

const json = { type: 'boolean', default: false, description: 'print JSON' } satisfies Flag;

const only = {
  type: 'list',
  placeholder: 'foo,bar',
  description: 'only checkpoints of builds that match these names; `*` matches any run of characters',
} satisfies Flag;

export const jsonFlags = { json } satisfies Record<string, Flag>;

export const listFlags = { build: only, json } satisfies Record<string, Flag>;

export const pruneFlags = {
  'older-than': {
    type: 'text',
    placeholder: 'duration',
    description: 'those that were not used for so long: `12h`, `7d`',
  },
  size: {
    type: 'text',
    placeholder: 'size',
    description: 'the least recently used ones, until the rest fits: `10G`',
  },
  build: only,
  all: { type: 'boolean', default: false, description: 'all of them' },
  json,
} satisfies Record<string, Flag>;

export const transferFlags = { only, json } satisfies Record<string, Flag>;

export type JsonValues = FlagValues<typeof jsonFlags>;
export type ListValues = FlagValues<typeof listFlags>;
export type PruneValues = FlagValues<typeof pruneFlags>;
export type TransferValues = FlagValues<typeof transferFlags>;
