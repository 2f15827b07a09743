import { cacheCommands } from './cache/catalog.js';
import type { Command, CommandGroup } from './command.js';
import { pluginCommands, pluginsCommands } from './plugins/catalog.js';
import {
  buildFlags,
  resumeFlags,
  shellFlags,
  validateFlags,
  initFlags,
  explainFlags,
  inspectFlags,
  planFlags,
  graphFlags,
  watchFlags,
  cleanupFlags,
  doctorFlags,
  fmtFlags,
  convertFlags,
  consoleFlags,
  fixFlags,
  hcl2UpgradeFlags,
  versionFlags,
} from './flag-tables.js';

const template = '<template>';
const templateDescription = 'a `.pkr.hcl` file, or a folder of them';

/** The verbs, in the order in which help lists them. */
export const commands: readonly (Command | CommandGroup)[] = [
  {
    name: 'build',
    summary: 'build images from a template',
    positional: template,
    positionalDescription: templateDescription,
    flags: buildFlags,
    examples: [
      ['imgpack build .', 'build everything in this folder'],
      ["imgpack build -var 'version=1.2' -only='qemu.*' web.pkr.hcl", 'set a variable and pick builds by name'],
      ['imgpack build -force -on-error=ask .', 'replace the last result; ask when a step fails'],
    ],
    load: () => import('./build.js'),
  },
  {
    name: 'validate',
    summary: 'check a template without building it',
    positional: template,
    positionalDescription: templateDescription,
    flags: validateFlags,
    examples: [
      ['imgpack validate .', 'check everything in this folder'],
      ['imgpack validate -syntax-only web.pkr.hcl', 'check the syntax only'],
      ['imgpack validate -var-file=prod.pkrvars.hcl .', 'check with the variables of a file'],
    ],
    load: () => import('./validate.js'),
  },
  {
    name: 'init',
    summary: 'say which plugins a template requires, and whether they are built in',
    positional: template,
    positionalDescription: templateDescription,
    flags: initFlags,
    examples: [['imgpack init . && imgpack build .', 'in CI, as with Packer']],
    load: () => import('./init.js'),
  },
  pluginsCommands,
  pluginCommands,
  {
    name: 'inspect',
    summary: 'show the variables, sources and steps of a template',
    positional: template,
    positionalDescription: templateDescription,
    flags: inspectFlags,
    examples: [
      ['imgpack inspect .', 'list what is in this folder'],
      ['imgpack inspect -json . | jq .builds', 'the same for programs'],
    ],
    load: () => import('./inspect.js'),
  },
  {
    name: 'plan',
    summary: 'show what a build would do, in order',
    positional: template,
    positionalDescription: templateDescription,
    flags: planFlags,
    examples: [
      ['imgpack plan .', 'list builds and their steps'],
      ['imgpack plan -json -only=qemu.debian . > plan.json', 'keep the plan of one build'],
    ],
    load: () => import('./plan.js'),
  },
  {
    name: 'fmt',
    summary: 'rewrite templates in the canonical format',
    positional: '<path..>',
    positionalDescription: 'files, folders, or `-` for standard input',
    flags: fmtFlags,
    examples: [
      ['imgpack fmt .', 'format the files of this folder'],
      ['imgpack fmt -check -diff -recursive .', 'in CI: show what is not formatted and exit 3'],
    ],
    load: () => import('./fmt.js'),
  },
  {
    name: 'console',
    summary: 'try expressions out',
    positional: '[template]',
    positionalDescription: templateDescription,
    flags: consoleFlags,
    examples: [
      ['imgpack console .', 'with the variables and locals of this folder'],
      ["echo 'upper(var.name)' | imgpack console web.pkr.hcl", 'print one value'],
    ],
    load: () => import('./console.js'),
  },
  {
    name: 'convert',
    summary: 'print a template as JSON, for jq and policy tools',
    positional: '<path>',
    positionalDescription: 'a file, a folder, or `-` for standard input',
    flags: convertFlags,
    examples: [['imgpack convert web.pkr.hcl | jq .source', 'look at the sources of a file']],
    load: () => import('./convert.js'),
  },
  {
    name: 'fix',
    summary: 'bring a JSON template of an older version up to date',
    positional: '<template>',
    positionalDescription: 'a JSON template, or `-` for standard input',
    flags: fixFlags,
    examples: [['imgpack fix old.json > new.json', 'rename what newer versions call otherwise']],
    load: () => import('./fix.js'),
  },
  {
    name: 'hcl2_upgrade',
    summary: 'write a JSON template in HCL2',
    positional: '<template>',
    positionalDescription: 'a JSON template',
    flags: hcl2UpgradeFlags,
    examples: [
      ['imgpack hcl2_upgrade web.json', 'write `web.json.pkr.hcl`'],
      ['imgpack hcl2_upgrade -output-file=web.pkr.hcl web.json', 'write it under another name'],
    ],
    load: () => import('./hcl2-upgrade.js'),
  },
  {
    name: 'graph',
    summary: 'draw the builds, their steps and what feeds what',
    positional: template,
    positionalDescription: templateDescription,
    flags: graphFlags,
    examples: [
      ['imgpack graph . | dot -Tsvg > builds.svg', 'draw it with Graphviz'],
      ['imgpack graph -format=mermaid .', 'the same for a page in Markdown'],
    ],
    load: () => import('./graph.js'),
  },
  {
    name: 'watch',
    summary: 'keep the machines of a template up to date while you edit it',
    positional: template,
    positionalDescription: templateDescription,
    flags: watchFlags,
    examples: [
      ['imgpack watch .', 'provision again whenever a file changes'],
      ['imgpack watch -only=qemu.web .', 'the same for one build'],
    ],
    load: () => import('./watch.js'),
  },
  {
    name: 'resume',
    summary: 'go on with a run that failed or was interrupted',
    positional: '[run]',
    positionalDescription: 'the id of a run, or its beginning; the last run in this folder where it is not given',
    flags: resumeFlags,
    examples: [
      ['imgpack resume', 'go on where the last run in this folder stopped'],
      ['imgpack resume -from=2', 'go back to the second provisioner first'],
    ],
    load: () => import('./resume.js'),
  },
  {
    name: 'shell',
    summary: 'open a shell in the machine where a run failed, then go on with it',
    positional: '[run]',
    positionalDescription: 'the id of a run, or its beginning; the last run in this folder where it is not given',
    flags: shellFlags,
    examples: [
      ['imgpack shell', 'look at the machine before the step that failed'],
      ['imgpack shell -step=3', 'look at it before the third provisioner'],
    ],
    load: () => import('./shell.js'),
  },
  cacheCommands,
  {
    name: 'cleanup',
    summary: 'remove what interrupted builds left behind',
    flags: cleanupFlags,
    examples: [
      ['imgpack cleanup -dry-run', 'list what is left over'],
      ['imgpack cleanup', 'remove it'],
    ],
    load: () => import('./cleanup.js'),
  },
  {
    name: 'doctor',
    summary: 'say which builders can run here, and what is missing',
    flags: doctorFlags,
    examples: [
      ['imgpack doctor', 'check this machine'],
      ['imgpack doctor -aws=. > policy.json', 'write the IAM policy that the template here needs'],
    ],
    load: () => import('./doctor.js'),
  },
  {
    name: 'explain',
    summary: 'say what a message means, by its code; without one, list all codes',
    positional: '[code]',
    positionalDescription: 'what stands in brackets behind the first line of a message',
    flags: explainFlags,
    examples: [
      ['imgpack explain template/unknown-source', 'what is wrong, and what to do about it'],
      ['imgpack explain | grep ^ssh/', 'all codes of one area'],
    ],
    load: () => import('./explain.js'),
  },
  {
    name: 'completion',
    summary: 'print a script by which a shell completes commands and flags',
    positional: '<shell>',
    positionalDescription: '`bash`, `zsh` or `fish`',
    flags: {},
    examples: [
      ['source <(imgpack completion bash)', 'in this shell; the same line in `~/.bashrc` keeps it'],
      ['imgpack completion fish > ~/.config/fish/completions/imgpack.fish', 'for fish'],
    ],
    load: async () => {
      const { run } = await import('./completion.js');
      // It completes itself, too, and must not import this table.
      return { run: (values, host) => run(values, host, commands) };
    },
  },
  {
    name: 'version',
    summary: 'print the version',
    flags: versionFlags,
    examples: [['imgpack version', 'the version, and the version of Packer that templates may require']],
    load: () => import('./version.js'),
  },
];
