import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { catalogue, ImgpackError, type Message } from '../../messages/message.js';
import type { BuildValues } from '../artifact.js';
import type { BuildIdentity } from '../context.js';
import type { FileInput, Problem } from '../plugin.js';
import { numberList, text, textList, textMap } from '../schema.js';

export const scriptMessages = catalogue('script', {
  nothingToRun: (options: string) => ({
    text: `one of ${options} is needed`,
    hint: 'say what to run: commands in `inline`, or a file in `script`',
  }),
  moreThanOne: (options: string) => ({
    text: `only one of ${options} can be set`,
    hint: 'use a provisioner of its own for each',
  }),
  missing: (path: string, reason: string) => ({
    text: `the script \`${path}\` cannot be used: ${reason}`,
    hint: 'check the path; relative ones count from the working directory',
  }),
  variableInvalid: (entry: string) => ({
    text: `\`${entry}\` is not an environment variable`,
    hint: 'write `NAME=value`, or use the map `env`',
  }),
  failed: (path: string, code: number, allowed: readonly number[]) => ({
    text: `the script \`${path}\` ended with exit code ${code}`,
    hint:
      allowed.length === 1 && allowed[0] === 0
        ? 'its output is above; codes that are no failure can be listed in `valid_exit_codes`'
        : `its output is above; \`valid_exit_codes\` allows ${allowed.join(', ')}`,
  }),
  signalled: (path: string, signal: string) => ({ text: `the script \`${path}\` was ended by ${signal}` }),
});

/** What every provisioner that runs scripts can be told. */
export const scriptOptions = {
  inline: textList({ description: 'Commands, which are joined into one script.' }),
  script: text({ description: 'Local file with the script to run.' }),
  scripts: textList({ description: 'Local files with scripts, run in this order.' }),
  environment_vars: textList({ description: 'Environment variables for the scripts, each as `NAME=value`.' }),
  env: textMap({ description: 'Environment variables for the scripts; they go before `environment_vars`.' }),
  valid_exit_codes: numberList({
    description: 'Exit codes that are no failure.',
    defaultNote: '`[0]`',
  }),
} as const;

export interface ScriptConfig {
  readonly command?: string;
  readonly inline: readonly string[];
  readonly script?: string | undefined;
  readonly scripts: readonly string[];
  readonly environment_vars: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly valid_exit_codes: readonly number[];
}

/** Paths of the script files, as written. */
export const scriptFiles = (config: ScriptConfig): readonly string[] =>
  config.script ? [config.script] : config.scripts;

/** Files whose content decides what the scripts do. */
export const scriptInputs = (config: ScriptConfig): FileInput[] =>
  scriptFiles(config).map((path) => ({ path, option: config.script ? 'script' : 'scripts' }));

/** Checks that there is exactly one source of scripts, that files exist, and the form of variables. */
export function validateScripts(config: ScriptConfig, workingDirectory: string): Problem[] {
  const ways = [
    ...('command' in config ? [['command', Boolean(config.command)] as const] : []),
    ['inline', config.inline.length > 0] as const,
    ['script', Boolean(config.script)] as const,
    ['scripts', config.scripts.length > 0] as const,
  ];
  const names = listed(ways.map(([name]) => `\`${name}\``));
  const used = ways.filter(([, isSet]) => isSet).map(([name]) => name);
  const problems: Problem[] = [];
  const fault = (message: Message, option?: string) =>
    problems.push({ severity: 'error', message, ...(option === undefined ? {} : { option }) });
  if (used.length === 0) fault(scriptMessages.nothingToRun(names));
  if (used.length > 1) fault(scriptMessages.moreThanOne(names), used[1]);
  for (const { path, option } of scriptInputs(config)) {
    const reason = whyUnusable(resolve(workingDirectory, path));
    if (reason !== undefined) fault(scriptMessages.missing(path, reason), option);
  }
  for (const entry of config.environment_vars) {
    if (entry.indexOf('=') < 1) fault(scriptMessages.variableInvalid(entry), 'environment_vars');
  }
  return problems;
}

function whyUnusable(path: string): string | undefined {
  try {
    return statSync(path).isDirectory() ? 'it is a folder' : undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? 'it does not exist' : message;
  }
}

const listed = (items: readonly string[]): string =>
  `${items.slice(0, -1).join(', ')} and ${items[items.length - 1] as string}`;

/** Values of `build.*` that a builder may leave out; Packer fills those with texts that start like this. */
const isProvided = (value: unknown): value is string | number =>
  value !== undefined && value !== '' && value !== '<unknown>' && !String(value).startsWith('ERR_');

/** The variables of a script by name: those that are always there, then the user's. Values are not yet quoted. */
export function scriptVariables(
  config: Pick<ScriptConfig, 'environment_vars' | 'env'>,
  build: BuildIdentity,
  values: BuildValues,
  render: (text: string) => string,
): Map<string, string> {
  const variables = new Map([
    ['PACKER_BUILD_NAME', build.sourceLabel],
    ['PACKER_BUILDER_TYPE', build.builderType],
  ]);
  for (const [name, key] of [
    ['PACKER_HTTP_ADDR', 'PackerHTTPAddr'],
    ['PACKER_HTTP_IP', 'PackerHTTPIP'],
    ['PACKER_HTTP_PORT', 'PackerHTTPPort'],
  ] as const) {
    const value = values[key];
    if (isProvided(value)) variables.set(name, String(value));
  }
  for (const entry of config.environment_vars) {
    const rendered = render(entry);
    const at = rendered.indexOf('=');
    if (at < 1) throw new ImgpackError(scriptMessages.variableInvalid(rendered));
    variables.set(rendered.slice(0, at), rendered.slice(at + 1));
  }
  for (const [name, value] of Object.entries(config.env)) variables.set(name, value);
  return variables;
}

/** A value as it stands between single quotes of a POSIX shell. */
export const quoteForShell = (value: string): string => value.replaceAll("'", `'"'"'`);

/** The variables in order of their names, each written by `format` (a `printf` format with name and value). */
export function formatVariables(
  variables: ReadonlyMap<string, string>,
  format: string,
  quote: (value: string) => string,
): string {
  const sorted = [...variables].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted.map(([name, value]) => printf(format, [name, quote(value)])).join('');
}

/** The part of `printf` that such formats use: `%s`, `%v`, `%q`, `%%`, and `%[2]s` to choose an argument. */
function printf(format: string, args: readonly string[]): string {
  let next = 0;
  return format.replace(/%(?:\[(\d+)\])?([svq%])/g, (whole, index: string | undefined, verb: string) => {
    if (verb === '%') return '%';
    const at = index === undefined ? next : Number(index) - 1;
    next = at + 1;
    const value = args[at];
    if (value === undefined) return whole;
    return verb === 'q' ? JSON.stringify(value) : value;
  });
}

/** The exit codes that are no failure. */
export const allowedExitCodes = (config: Pick<ScriptConfig, 'valid_exit_codes'>): readonly number[] =>
  config.valid_exit_codes.length === 0 ? [0] : config.valid_exit_codes;

/**
 * Judges how a script ended.
 * @throws ImgpackError `script/failed`
 */
export function checkExitCode(config: Pick<ScriptConfig, 'valid_exit_codes'>, path: string, code: number): void {
  const allowed = allowedExitCodes(config);
  if (!allowed.includes(code)) throw new ImgpackError(scriptMessages.failed(path, code, allowed));
}
