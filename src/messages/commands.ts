import { catalogue } from './message.js';
import { nearest } from './near.js';

const meant = (word: string, names: Iterable<string>, otherwise: string): string => {
  const near = nearest(word, names);
  return near === undefined ? otherwise : `did you mean \`${near}\`?`;
};

/** What the command line itself says. */
export const commandMessages = catalogue('command', {
  unknownCommand: (name: string, names: readonly string[], lister: string) => ({
    text: `there is no command \`${name}\``,
    hint: meant(name, names, `run \`${lister} --help\` for the list of commands`),
  }),
  unknownFlag: (command: string, flag: string, flags: readonly string[]) => ({
    text: `\`imgpack ${command}\` has no flag \`-${flag}\``,
    hint: meant(flag, flags, `run \`imgpack ${command} --help\` for the list of flags`),
  }),
  missingFlagValue: (flag: string, placeholder: string) => ({
    text: `\`-${flag}\` needs a value`,
    hint: `write \`-${flag}=${placeholder}\``,
  }),
  badFlagValue: (flag: string, value: string, accepted: readonly string[]) => ({
    text: `\`-${flag}\` cannot be \`${value}\``,
    hint: `it takes ${accepted.length > 1 ? `one of ${accepted.join(', ')}` : accepted.join('')}`,
  }),
  noSuchRun: (wanted: string, count: number) => ({
    text: count > 1 ? `${count} runs begin with \`${wanted}\`` : `no run \`${wanted}\` is remembered`,
    hint: 'the id of a run stands in the line with which it ends; without an id the last run in this folder is taken',
  }),
  nothingToResume: (succeeded: boolean) => ({
    text: succeeded ? 'the last run in this folder succeeded' : 'no run in this folder is remembered',
    hint: 'run `imgpack build`: it starts from what earlier builds made by itself',
  }),
  watchNeedsCache: () => ({
    text: 'the folder for saved machines cannot be used, and `watch` lives on it',
    hint: 'set IMGPACK_CACHE_DIR to a folder that can be written',
  }),
  cacheUnusable: (reason: string) => ({
    text: `builds start from nothing, and nothing is kept of them: ${reason}`,
  }),
  badSize: (where: string, value: string) => ({
    text: `\`${value}\` in ${where} is not a size`,
    hint: 'write a number and one of `K`, `M`, `G`, `T`: `50G`',
  }),
  badAge: (where: string, value: string) => ({
    text: `\`${value}\` in ${where} is not a time`,
    hint: 'write numbers and units: `30m`, `12h`, `7d`',
  }),
  badPattern: (where: string, pattern: string) => ({
    text: `\`${pattern}\` in ${where} is not a pattern`,
    hint: 'close every `[`; `*` matches any run of characters',
  }),
  badVariable: (text: string) => ({
    text: `\`-var ${text}\` has no \`=\``,
    hint: "write `-var 'name=value'`",
  }),
  positionals: (command: string, usage: string, given: number) => ({
    text: `\`imgpack ${command}\` was given ${given === 0 ? 'no argument' : `${given} arguments`}`,
    hint: `usage: imgpack ${command} [flags] ${usage}`,
  }),
  noBuilds: () => ({
    text: 'no builds to run',
    hint: '`-only` and `-except` left nothing over; `imgpack inspect TEMPLATE` lists the names',
  }),
  noTerminal: (question: string) => ({
    text: `a question cannot be asked here: ${question}`,
    hint: 'standard input is not a terminal; run imgpack from a terminal, or without `-debug`, `-on-error=ask` and `breakpoint`',
  }),
  notFormattable: (path: string) => ({
    text: `\`${path}\` is not a template`,
    hint: '`imgpack fmt` takes `.pkr.hcl` and `.pkrvars.hcl` files, folders of them, and `-`',
  }),
  unreadable: (path: string, code: string) => ({
    text: code === 'ENOENT' ? `\`${path}\` does not exist` : `\`${path}\` cannot be read (${code})`,
  }),
  notConverted: (path: string, reason: string) => ({
    text: `\`${path}\` cannot be converted: ${reason}`,
    hint: '`imgpack validate -syntax-only` shows the place',
  }),
  goTemplate: (reason: string) => ({
    text: `the \`{{ }}\` of this text is faulty: ${reason}`,
    hint: 'a literal `{{` is written `{{ "{{" }}`; variables of the template are `${var.NAME}`',
  }),
  noRequirements: (path: string) => ({
    text: `\`${path}\` is a template in the old JSON form, which cannot require plugins`,
    hint: 'what such a template uses is built in; `imgpack hcl2_upgrade` writes it in HCL2',
  }),
  notInstallable: (source: string, types: readonly string[]) => ({
    text: `\`${source}\` is not part of imgpack, and plugins cannot be added to it`,
    hint: meant(source.split('/').at(-1) ?? '', types, '`imgpack plugins installed` lists what is built in'),
  }),
  notRemovable: (source: string, isBuiltIn: boolean) => ({
    text: isBuiltIn ? `\`${source}\` is built in and cannot be removed` : `\`${source}\` is not there`,
    hint: '`imgpack plugins installed` lists what is built in',
  }),
  unknownShell: (shell: string, shells: readonly string[]) => ({
    text: `there is no completion for \`${shell}\``,
    hint: meant(shell, shells, `it takes ${shells.join(', ')}`),
  }),
  unknownCode: (code: string, codes: readonly string[]) => ({
    text: `no message has the code \`${code}\``,
    hint: meant(
      code,
      codes,
      'the code stands in brackets behind the first line of a message; `imgpack explain` lists all',
    ),
  }),
  internal: (text: string) => ({
    text: `imgpack has a defect: ${text}`,
    hint: 'set PACKER_LOG=1 for the details and report them',
  }),
});
