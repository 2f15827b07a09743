import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CancelledError, catalogue, ImgpackError } from '../../messages/message.js';
import type { BuildValues } from '../artifact.js';
import type { RunContext, ValidationContext } from '../context.js';
import type { FileInput, Problem } from '../plugin.js';
import { bool, numberList, text, textList, textMap, type Decoded } from '../schema.js';
import { createTemporaryFile } from './local-resources.js';
import { spawnTracked } from './spawn-process.js';

const messages = catalogue('shell-local', {
  noScript: () => ({
    text: 'there is nothing to run',
    hint: 'set one of `inline`, `script`, `scripts` or `command`',
  }),
  severalScripts: (names: readonly string[]) => ({
    text: `${names.map((name) => `\`${name}\``).join(' and ')} exclude each other`,
    hint: 'keep one of them',
  }),
  badScript: (path: string, reason: string) => ({
    text: `the script \`${path}\` cannot be used: ${reason}`,
    hint: 'relative paths count from the working directory, not from the template',
  }),
  badVariable: (entry: string) => ({
    text: `\`${entry}\` is not a variable`,
    hint: 'write `NAME=value`',
  }),
  unknownSystem: (name: string) => ({
    text: `\`${name}\` is not an operating system for \`only_on\``,
    hint: `use any of ${SYSTEMS.map((system) => `\`${system}\``).join(', ')}`,
  }),
  linuxPathsNeedFiles: () => ({
    text: '`use_linux_pathing` works with script files only',
    hint: 'put the commands into a file and name it in `script`',
  }),
  emptyCommand: () => ({ text: '`execute_command` renders to nothing', hint: 'name the program to run' }),
  failed: (how: string, allowed: readonly number[]) => ({
    text: `the script ${how}; allowed: ${allowed.join(', ')}`,
    hint: 'its output stands above; add a code to `valid_exit_codes` where it is no failure',
  }),
});

const SYSTEMS = ['darwin', 'freebsd', 'linux', 'openbsd', 'solaris', 'windows'] as const;
const onWindows = process.platform === 'win32';
const system = onWindows ? 'windows' : process.platform === 'sunos' ? 'solaris' : process.platform;

const DEFAULT_COMMAND = onWindows
  ? ['cmd', '/V', '/C', '{{.Vars}}', 'call', '{{.Script}}']
  : ['/bin/sh', '-c', '{{.Vars}} {{.Script}}'];

/** The options of the provisioner and of the post-processor `shell-local`. */
export const localScriptOptions = {
  inline: textList({ description: 'Commands, written as the lines of one script.' }),
  command: text({ description: 'One command: the same as `inline` with one element.' }),
  script: text({ description: 'Path of a script; relative ones count from the working directory.' }),
  scripts: textList({ description: 'Paths of scripts, run in this order.' }),
  environment_vars: textList({
    description: 'Environment variables as `NAME=value`, beside `PACKER_BUILD_NAME` and `PACKER_BUILDER_TYPE`.',
  }),
  env: textMap({ description: 'Environment variables; they win over `environment_vars`.' }),
  execute_command: textList({
    description:
      'Program and arguments that run a script. `{{.Vars}}` stands for the variables, `{{.Script}}` for the path of the script, `{{.Command}}` for the inline commands; `build` values are there by their names.',
    default: DEFAULT_COMMAND,
    template: 'late',
  }),
  env_var_format: text({
    description: 'How a variable is written into `{{.Vars}}`: two `%s`, for name and value.',
    default: onWindows ? 'set %s=%s && ' : "%s='%s' ",
  }),
  inline_shebang: text({
    description: 'Interpreter of the inline script, without `#!`.',
    default: onWindows ? '' : '/bin/sh -e',
  }),
  only_on: textList({
    description: `Operating systems on which to run, any of ${SYSTEMS.map((name) => `\`${name}\``).join(', ')}; skipped elsewhere.`,
  }),
  tempfile_extension: text({
    description: 'Extension of the inline script.',
    default: onWindows ? '.cmd' : '',
  }),
  use_linux_pathing: bool({
    description: 'Write paths of scripts as the Windows Subsystem for Linux sees them: `/mnt/c/…`.',
    default: false,
  }),
  valid_exit_codes: numberList({ description: 'Exit codes that are no failure.', default: [0] }),
} as const;

export type LocalScriptConfig = Decoded<{ attributes: typeof localScriptOptions }>;

/** Checks what the schema cannot express; scripts must exist by now. */
export async function validateLocalScript(
  config: LocalScriptConfig,
  context: ValidationContext,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const error = (message: Problem['message'], option?: string) =>
    problems.push({ severity: 'error', message, ...(option === undefined ? {} : { option }) });
  const given = (['inline', 'command', 'script', 'scripts'] as const).filter((name) => (config[name]?.length ?? 0) > 0);
  if (given.length === 0) error(messages.noScript());
  if (given.length > 1) error(messages.severalScripts(given), given[1]);
  for (const { path, option } of localScriptInputs(config)) {
    const fault = await faultOf(resolve(context.workingDirectory, path));
    if (fault) error(messages.badScript(path, fault), option);
  }
  for (const entry of config.environment_vars) {
    if (entry.indexOf('=') < 1) error(messages.badVariable(entry), 'environment_vars');
  }
  for (const name of config.only_on) {
    if (!SYSTEMS.some((known) => known === name)) error(messages.unknownSystem(name), 'only_on');
  }
  if (config.use_linux_pathing && (config.inline.length > 0 || config.command))
    error(messages.linuxPathsNeedFiles(), 'use_linux_pathing');
  return problems;
}

const faultOf = (path: string): Promise<string | undefined> =>
  stat(path).then(
    (stats) => (stats.isDirectory() ? 'it is a folder' : undefined),
    (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? 'there is no such file' : error.message),
  );

/** The script files that decide what is done. */
export function localScriptInputs(config: LocalScriptConfig): FileInput[] {
  const scripts = config.scripts.map((path) => ({ path, option: 'scripts' }));
  return config.script ? [{ path: config.script, option: 'script' }, ...scripts] : scripts;
}

/** What a run needs: both provisioners and post-processors bring it. */
export type LocalScriptContext = RunContext & { readonly values: BuildValues };

/**
 * Runs the scripts on this machine, one after the other, in the working directory.
 * @param options.wrapSingle put `sh -c` in front of an `execute_command` of one element
 * @throws ImgpackError `shell-local/failed` at an exit code that is not allowed
 */
export async function runLocalScripts(
  config: LocalScriptConfig,
  context: LocalScriptContext,
  options: { readonly wrapSingle?: boolean } = {},
): Promise<void> {
  if (config.only_on.length > 0 && !config.only_on.includes(system)) {
    context.say(`skipping the local script: it is for ${config.only_on.join(', ')}, this is ${system}`);
    return;
  }
  const lines = (config.command ? [config.command] : config.inline).map((line) => context.render(line, context.values));
  const temporary = lines.length > 0 ? await writeInline(lines, config, context) : undefined;
  try {
    const paths = temporary
      ? [temporary.value]
      : localScriptInputs(config).map(({ path }) => resolve(context.workingDirectory, path));
    for (const path of paths) {
      context.say(`running local script: ${path}`);
      await runScript(path, lines.join('\n'), config, context, options.wrapSingle === true);
    }
  } finally {
    await temporary?.destroy();
  }
}

function writeInline(lines: readonly string[], config: LocalScriptConfig, context: LocalScriptContext) {
  const shebang = config.inline_shebang === '' ? [] : [`#!${config.inline_shebang}`];
  const content = [...shebang, ...lines, ''].join(onWindows ? '\r\n' : '\n');
  const { tempfile_extension: extension } = config;
  const name = `imgpack-shell${extension === '' || extension.startsWith('.') ? extension : `.${extension}`}`;
  return createTemporaryFile(context.resources, context.temporaryDirectory, name, content, 0o700);
}

async function runScript(
  path: string,
  command: string,
  config: LocalScriptConfig,
  context: LocalScriptContext,
  wrapSingle: boolean,
): Promise<void> {
  const data = {
    ...context.values,
    Vars: variables(config, context),
    Script: config.use_linux_pathing ? linuxPath(path) : path,
    Command: command,
  };
  const rendered = config.execute_command.map((part) => context.render(part, data));
  const [program, ...args] = wrapSingle && rendered.length === 1 ? ['sh', '-c', ...rendered] : rendered;
  if (!program) throw new ImgpackError(messages.emptyCommand());
  if (context.signal.aborted) throw new CancelledError();
  const tracked = await spawnTracked(context.resources, program, args, {
    cwd: context.workingDirectory,
    env: context.env,
    onLine: (stream, line) => context.output(stream, line),
  });
  const stop = () => void tracked.destroy().catch((error: Error) => context.log(error.message));
  context.signal.addEventListener('abort', stop, { once: true });
  try {
    if (context.signal.aborted) stop();
    const { code, signal } = await tracked.value.exited;
    if (context.signal.aborted) throw new CancelledError();
    const how = code === null ? `was ended by ${signal}` : `ended with exit code ${code}`;
    if (code === null || !config.valid_exit_codes.includes(code))
      throw new ImgpackError(messages.failed(how, config.valid_exit_codes));
  } finally {
    context.signal.removeEventListener('abort', stop);
  }
}

/** The variables in the order of their names, each written by `env_var_format`. */
function variables(config: LocalScriptConfig, context: LocalScriptContext): string {
  const all = new Map<string, string>([
    ['PACKER_BUILD_NAME', context.build.sourceLabel],
    ['PACKER_BUILDER_TYPE', context.build.builderType],
  ]);
  for (const part of ['Addr', 'IP', 'Port']) {
    const value = context.values[`PackerHTTP${part}`];
    // Builders without an HTTP server have a text in its place that says so.
    if (value !== undefined && !/^(ERR_.*_NOT_IMPLEMENTED_BY_BUILDER|<unknown>|)$/.test(String(value)))
      all.set(`PACKER_HTTP_${part.toUpperCase()}`, String(value));
  }
  for (const entry of config.environment_vars) {
    const at = entry.indexOf('=');
    all.set(entry.slice(0, at), entry.slice(at + 1));
  }
  for (const [name, value] of Object.entries(config.env)) all.set(name, value);
  return [...all]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => fill(config.env_var_format, [name, quote(context.render(value, context.values))]))
    .join('');
}

/** Inside single quotes a shell knows no escape: the quotes are closed, a quoted one put in, and opened again. */
const quote = (value: string): string => (onWindows ? value : value.replaceAll("'", `'"'"'`));

function fill(format: string, parts: readonly string[]): string {
  let next = 0;
  return format.replace(/%(%|s)/g, (_match, letter: string) => (letter === '%' ? '%' : (parts[next++] ?? '')));
}

/** `C:\dir\x.sh` as `/mnt/c/dir/x.sh`; other paths stay. */
const linuxPath = (path: string): string =>
  /^[A-Za-z]:[\\/]/.test(path)
    ? `/mnt/${(path[0] as string).toLowerCase()}${path.slice(2).replaceAll('\\', '/')}`
    : path;
