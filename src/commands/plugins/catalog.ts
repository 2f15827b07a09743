import type { CommandGroup } from '../command.js';
import { installFlags, installedFlags, requiredFlags } from './flags.js';

/** `imgpack plugins …`: as Packer's, for plugins that are built in. */
export const pluginsCommands: CommandGroup = {
  name: 'plugins',
  summary: 'list what is built in and what a template requires',
  examples: [
    ['imgpack plugins installed', 'what is built in'],
    ['imgpack plugins required .', 'what the template here asks for'],
  ],
  commands: [
    {
      name: 'plugins installed',
      summary: 'list the builders, provisioners, post-processors and data sources that are built in',
      flags: installedFlags,
      examples: [['imgpack plugins installed -json', 'the same for programs']],
      load: () => import('./installed.js'),
    },
    {
      name: 'plugins required',
      summary: 'list the plugins that a template requires, and whether they are built in',
      positional: '<template>',
      positionalDescription: 'a `.pkr.hcl` file, or a folder of them',
      flags: requiredFlags,
      examples: [['imgpack plugins required .', 'of the template in this folder']],
      load: () => import('./required.js'),
    },
    {
      name: 'plugins install',
      summary: 'say whether a plugin is built in; nothing is installed',
      positional: '<source..>',
      positionalDescription: 'a source such as `github.com/hashicorp/qemu`, and the versions that will do',
      flags: installFlags,
      examples: [['imgpack plugins install github.com/hashicorp/qemu', 'ends with 0, as the plugin is built in']],
      load: () => import('./install.js'),
    },
    {
      name: 'plugins remove',
      summary: 'refused: what is built in cannot be removed',
      positional: '<source..>',
      positionalDescription: 'a source such as `github.com/hashicorp/qemu`, and the versions to remove',
      flags: {},
      examples: [['imgpack plugins remove github.com/hashicorp/qemu', 'ends with 1, as nothing is removed']],
      load: () => import('./remove.js'),
    },
  ],
};

/** The name that older scripts know. */
export const pluginCommands: CommandGroup = {
  ...pluginsCommands,
  name: 'plugin',
  hidden: true,
  commands: pluginsCommands.commands.map((command) => ({
    ...command,
    name: command.name.replace('plugins', 'plugin'),
    hidden: true,
  })),
};
