import { colorFlag, commonFlags, type Flag, type FlagValues } from './flags.js';

const cacheFlags = {
  'no-cache': { type: 'boolean', default: false, description: 'start from nothing, whatever earlier builds made' },
  'cache-from-step': {
    type: 'text',
    placeholder: 'step',
    description: 'run this step (a name, or the number of a provisioner) and what follows again',
  },
} satisfies Record<string, Flag>;

export const buildFlags = {
  ...commonFlags,
  ...colorFlag,
  force: {
    type: 'boolean',
    default: false,
    description: 'make everything again and replace what an earlier build left; saved machines are still used',
  },
  ...cacheFlags,
  checkpoints: {
    type: 'boolean',
    default: true,
    description: 'save machines between steps; `-checkpoints=false` does not',
  },
  'changed-exit-code': {
    type: 'number',
    placeholder: 'N',
    description: 'exit with N where something was built, and with 0 where nothing had changed',
  },
  'on-error': {
    type: 'text',
    default: 'cleanup',
    choices: ['cleanup', 'abort', 'ask', 'run-cleanup-provisioner', 'shell'],
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

export const resumeFlags = {
  ...colorFlag,
  from: {
    type: 'text',
    placeholder: 'step',
    description: 'go back to this step (a name, or the number of a provisioner) instead of the one that failed',
  },
  'on-error': {
    type: 'text',
    choices: buildFlags['on-error'].choices,
    description: 'what to do when a step fails; as in the run that is resumed where this is not given',
  },
} satisfies Record<string, Flag>;

export const shellFlags = {
  ...colorFlag,
  step: {
    type: 'text',
    placeholder: 'step',
    description: 'open the shell before this step instead of the one that failed',
  },
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
  json: { type: 'boolean', default: false, description: 'print the faults as JSON' },
} satisfies Record<string, Flag>;

export const initFlags = {
  ...commonFlags,
  ...colorFlag,
  upgrade: { type: 'boolean', default: false, hidden: true, description: 'accepted; plugins are built in' },
  force: { type: 'boolean', default: false, hidden: true, description: 'accepted; plugins are built in' },
  json: { type: 'boolean', default: false, description: 'print JSON' },
} satisfies Record<string, Flag>;

export const explainFlags = {
  json: { type: 'boolean', default: false, description: 'print JSON' },
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
  ...cacheFlags,
  'changed-exit-code': {
    type: 'number',
    placeholder: 'N',
    description: 'exit with N where something would be built, and with 0 where nothing has changed',
  },
  json: { type: 'boolean', default: false, description: 'print the plan as JSON' },
} satisfies Record<string, Flag>;

export const graphFlags = {
  ...commonFlags,
  ...colorFlag,
  format: {
    type: 'text',
    default: 'dot',
    choices: ['dot', 'mermaid'],
    description: 'language of the output: that of Graphviz, or Mermaid',
  },
} satisfies Record<string, Flag>;

export const watchFlags = {
  ...commonFlags,
  ...colorFlag,
  force: { type: 'boolean', default: false, description: 'replace what an earlier build left when `b` is pressed' },
} satisfies Record<string, Flag>;

export const cleanupFlags = {
  ...colorFlag,
  run: { type: 'text', placeholder: 'id', description: 'clean up after this run only' },
  'dry-run': { type: 'boolean', default: false, description: 'say what is left over and leave it alone' },
} satisfies Record<string, Flag>;

export const doctorFlags = {
  ...commonFlags,
  ...colorFlag,
  aws: {
    type: 'text',
    placeholder: 'template',
    description: 'print the IAM policy that the builds of a template need, no more than that',
  },
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

export const fixFlags = {
  validate: { type: 'boolean', default: true, description: 'check the fixed template' },
} satisfies Record<string, Flag>;

export const hcl2UpgradeFlags = {
  'output-file': {
    type: 'text',
    placeholder: 'path',
    description: 'where to write; the name of the template with `.pkr.hcl` behind it where this is not given',
  },
  'with-annotations': {
    type: 'boolean',
    default: false,
    hidden: true,
    description: 'accepted; the result explains itself without remarks',
  },
} satisfies Record<string, Flag>;

export const versionFlags = { json: { type: 'boolean', default: false, description: 'print JSON' } } satisfies Record<
  string,
  Flag
>;

export type BuildValues = FlagValues<typeof buildFlags>;
export type ResumeValues = FlagValues<typeof resumeFlags>;
export type ShellValues = FlagValues<typeof shellFlags>;
export type ValidateValues = FlagValues<typeof validateFlags>;
export type InitValues = FlagValues<typeof initFlags>;
export type ExplainValues = FlagValues<typeof explainFlags>;
export type InspectValues = FlagValues<typeof inspectFlags>;
export type PlanValues = FlagValues<typeof planFlags>;
export type GraphValues = FlagValues<typeof graphFlags>;
export type WatchValues = FlagValues<typeof watchFlags>;
export type CleanupValues = FlagValues<typeof cleanupFlags>;
export type DoctorValues = FlagValues<typeof doctorFlags>;
export type FmtValues = FlagValues<typeof fmtFlags>;
export type ConvertValues = FlagValues<typeof convertFlags>;
export type ConsoleValues = FlagValues<typeof consoleFlags>;
export type FixValues = FlagValues<typeof fixFlags>;
export type Hcl2UpgradeValues = FlagValues<typeof hcl2UpgradeFlags>;
export type VersionValues = FlagValues<typeof versionFlags>;
