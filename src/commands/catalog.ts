import type { Command } from './command.js';
import { colorFlag, commonFlags, type Flag, type FlagValues } from './flags.js';

const template = '<template>';
const templateDescription = 'a `.pkr.hcl` file, or a folder of them';

export const buildFlags = {
  ...commonFlags,
  ...colorFlag,
  force: { type: 'boolean', default: false, description: 'replace what an earlier build left' },
  'on-error': {
    type: 'text',
    default: 'cleanup',
    choices: ['cleanup', 'abort', 'ask', 'run-cleanup-provisioner'],
    description: 'what to do when a step fails',
  },
  'parallel-builds': {
    type: 'number',
    default: 0,
    placeholder: 'N',
    description: 'builds at the same time; 0 sets no limit',
  },
  'timestamp-ui': { type: 'boolean', default: false, description: 'put the time in front of every line' },
  debug: { type: 'boolean', default: false, description: 'run one build at a time and ask before every step' },
  'warn-on-undeclared-var': {
    type: 'boolean',
    default: false,
    description: 'warn of undeclared variables in variable files',
  },
  'skip-enforcement': { type: 'boolean', default: false, hidden: true, description: 'accepted; nothing is enforced' },
  events: { type: 'text', placeholder: 'path', description: 'also write every event as a line of JSON to this file' },
} satisfies Record<string, Flag>;

export const validateFlags = {
  ...commonFlags,
  ...colorFlag,
  'syntax-only': { type: 'boolean', default: false, description: 'check the syntax and nothing else' },
  'no-warn-undeclared-var': {
    type: 'boolean',
    default: false,
    description: 'do not warn of undeclared variables in variable files',
  },
  'evaluate-datasources': {
    type: 'boolean',
    default: false,
    description: 'ask the data sources instead of leaving their values open',
  },
  'ignore-missing-plugins': {
    type: 'boolean',
    default: false,
    description: 'check all else where a component is not built in',
  },
} satisfies Record<string, Flag>;

export const inspectFlags = {
  ...commonFlags,
  ...colorFlag,
  json: { type: 'boolean', default: false, description: 'print JSON' },
} satisfies Record<string, Flag>;

export const planFlags = {
  ...commonFlags,
  ...colorFlag,
  force: buildFlags.force,
  json: { type: 'boolean', default: false, description: 'print the plan as JSON' },
} satisfies Record<string, Flag>;

export const cleanupFlags = {
  ...colorFlag,
  run: { type: 'text', placeholder: 'id', description: 'clean up after this run only' },
  'dry-run': { type: 'boolean', default: false, description: 'say what is left over and leave it alone' },
} satisfies Record<string, Flag>;

export const doctorFlags = {
  ...colorFlag,
  json: { type: 'boolean', default: false, description: 'print JSON' },
} satisfies Record<string, Flag>;

export const fmtFlags = {
  check: { type: 'boolean', default: false, description: 'write nothing; exit 3 if a file would change' },
  diff: { type: 'boolean', default: false, description: 'print the changes' },
  write: { type: 'boolean', default: true, description: 'write the changed files; `-write=false` only lists them' },
  recursive: { type: 'boolean', default: false, description: 'go into folders' },
} satisfies Record<string, Flag>;

export const convertFlags = {
  compact: { type: 'boolean', default: false, description: 'print on one line' },
} satisfies Record<string, Flag>;

export const consoleFlags = {
  ...commonFlags,
  ...colorFlag,
} satisfies Record<string, Flag>;

export const versionFlags = { json: { type: 'boolean', default: false, description: 'print JSON' } } satisfies Record<
  string,
  Flag
>;

export type BuildValues = FlagValues<typeof buildFlags>;
export type ValidateValues = FlagValues<typeof validateFlags>;
export type InspectValues = FlagValues<typeof inspectFlags>;
export type PlanValues = FlagValues<typeof planFlags>;
export type CleanupValues = FlagValues<typeof cleanupFlags>;
export type DoctorValues = FlagValues<typeof doctorFlags>;
export type FmtValues = FlagValues<typeof fmtFlags>;
export type ConvertValues = FlagValues<typeof convertFlags>;
export type ConsoleValues = FlagValues<typeof consoleFlags>;
export type VersionValues = FlagValues<typeof versionFlags>;

/** The verbs, in the order in which help lists them. */
export const commands: readonly Command[] = [
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
    examples: [['imgpack doctor', 'check this machine']],
    load: () => import('./doctor.js'),
  },
  {
    name: 'version',
    summary: 'print the version',
    flags: versionFlags,
    examples: [['imgpack version', 'the version, and the version of Packer that templates may require']],
    load: () => import('./version.js'),
  },
];
