import type { CommandGroup } from '../command.js';
import { jsonFlags, listFlags, pruneFlags, transferFlags } from './flags.js';

const keyDescription = 'the key of a checkpoint, or its beginning';

/** `imgpack cache …`: what is kept of earlier builds. */
export const cacheCommands: CommandGroup = {
  name: 'cache',
  summary: 'look at what is kept of earlier builds, make room, and carry it elsewhere',
  examples: [
    ['imgpack cache list', 'what is kept'],
    ['imgpack cache prune -older-than=7d', 'make room'],
  ],
  commands: [
    {
      name: 'cache list',
      summary: 'list the checkpoints, the one used last first',
      flags: listFlags,
      examples: [
        ['imgpack cache list', 'all of them'],
        ["imgpack cache list -build='qemu.*' -json", 'those of some builds, for programs'],
      ],
      load: () => import('./list.js'),
    },
    {
      name: 'cache size',
      summary: 'tell how much room the cache takes',
      flags: jsonFlags,
      examples: [['imgpack cache size', 'what it takes, and what it may take']],
      load: () => import('./size.js'),
    },
    {
      name: 'cache explain',
      summary: 'show what a checkpoint was made from, and what it takes',
      positional: '<key>',
      positionalDescription: keyDescription,
      flags: jsonFlags,
      examples: [['imgpack cache explain 3f2a9c', 'the checkpoint whose key begins so']],
      load: () => import('./explain.js'),
    },
    {
      name: 'cache remove',
      summary: 'remove checkpoints; the steps that they save are done again',
      positional: '<key..>',
      positionalDescription: keyDescription,
      flags: jsonFlags,
      examples: [['imgpack cache remove 3f2a9c 77e0', 'the two whose keys begin so']],
      load: () => import('./remove.js'),
    },
    {
      name: 'cache prune',
      summary: 'remove checkpoints to make room; without flags, what is over the limit',
      flags: pruneFlags,
      examples: [
        ['imgpack cache prune -older-than=7d', 'what was not used for a week'],
        ['imgpack cache prune -size=10G', 'the least recently used, until 10 GiB are left'],
        ["imgpack cache prune -build='qemu.old*'", 'all of some builds'],
        ['imgpack cache prune -all', 'everything that no running imgpack uses'],
      ],
      load: () => import('./prune.js'),
    },
    {
      name: 'cache export',
      summary: 'write checkpoints to a file or a folder, to be kept as you keep passwords',
      positional: '<path>',
      positionalDescription:
        'a `.tar` or `.tar.gz` file, or a folder; what an earlier export left there is brought up to date',
      flags: transferFlags,
      examples: [
        ['imgpack cache export cache.tar.gz', 'one file'],
        ["imgpack cache export -only='qemu.*' /mnt/ci/imgpack", 'a folder that CI keeps between jobs'],
      ],
      load: () => import('./export.js'),
    },
    {
      name: 'cache import',
      summary: 'take the checkpoints of an export that are not here or newer there',
      positional: '<path>',
      positionalDescription: 'what `imgpack cache export` wrote, or the folder of another cache',
      flags: transferFlags,
      examples: [['imgpack cache import /mnt/ci/imgpack', 'at the beginning of a CI job']],
      load: () => import('./import.js'),
    },
  ],
};
