import { resolve } from 'node:path';
import { catalogue, CancelledError, ImgpackError } from '../../messages/message.js';
import type { BuildValues } from '../artifact.js';
import type { RunContext } from '../context.js';
import type { FileInput, Problem } from '../plugin.js';
import { bool, text, textList, type Decoded } from '../schema.js';
import { createTemporaryFile } from './local-resources.js';
import {
  checkExitCode,
  formatVariables,
  quoteForShell,
  scriptFiles,
  scriptInputs,
  scriptMessages,
  scriptOptions,
  scriptVariables,
  validateScripts,
} from './script-options.js';
import { spawnTracked } from './spawn-process.js';

const messages = catalogue('shell-local', {
  unknownSystem: (name: string, known: string) => ({
    text: `\`${name}\` of \`only_on\` is not an operating system`,
    hint: `the names are ${known}`,
  }),
  linuxPathingNeedsFile: () => ({
    text: '`use_linux_pathing` does not go together with `inline` and `command`',
    hint: 'put the commands into a file and name it in `script`',
  }),
});

/** Names of operating systems as Go has them, by Node's. */
const SYSTEMS: Record<string, string> = {
  darwin: 'darwin',
  freebsd: 'freebsd',
  linux: 'linux',
  openbsd: 'openbsd',
  sunos: 'solaris',
  win32: 'windows',
};

/** Options of the provisioner and the post-processor `shell-local`. */
export const localScriptOptions = {
  command: text({ description: 'One command; the same as `inline` with one entry.' }),
  ...scriptOptions,
  execute_command: textList({
    description:
      'Program and arguments that run a script. `{{ .Script }}` (also `{{ .Command }}`) is its path, `{{ .Vars }}` are the variables.',
    defaultNote: '`["/bin/sh", "-c", "{{.Vars}} {{.Script}}"]`',
    template: 'late',
  }),
  inline_shebang: text({
    description: 'Interpreter in the first line of an inline script.',
    defaultNote: '`/bin/sh -e`',
  }),
  env_var_format: text({
    description: 'How one variable is written: a `printf` format for its name and its value.',
    defaultNote: "`%s='%s' `",
  }),
  only_on: textList({
    description: 'Operating systems on which the scripts run; elsewhere they are skipped.',
  }),
  tempfile_extension: text({ description: 'Extension of the temporary file of an inline script.' }),
  use_linux_pathing: bool({
    description: 'On Windows: name script files as the Windows Subsystem for Linux sees them.',
    default: false,
  }),
} as const;

export type LocalScriptConfig = Decoded<{ readonly attributes: typeof localScriptOptions }>;
export type LocalScriptContext = RunContext & { readonly values: BuildValues };

/** Checks of options that the schema cannot express. */
export function validateLocalScript(
  config: LocalScriptConfig,
  context: { readonly workingDirectory: string },
): Problem[] {
  const problems = validateScripts(config, context.workingDirectory);
  const known = Object.values(SYSTEMS);
  for (const name of config.only_on) {
    if (known.includes(name)) continue;
    const message = messages.unknownSystem(name, known.map((system) => `\`${system}\``).join(', '));
    problems.push({ severity: 'error', option: 'only_on', message });
  }
  if (config.use_linux_pathing && (config.inline.length > 0 || config.command)) {
    problems.push({ severity: 'error', option: 'use_linux_pathing', message: messages.linuxPathingNeedsFile() });
  }
  return problems;
}

/** Files whose content decides what the scripts do. */
export const localScriptInputs = (config: LocalScriptConfig): FileInput[] => scriptInputs(config);

/**
 * Runs the scripts on this machine, one after the other, in the working directory.
 * @param options.wrapSingle an `execute_command` of one element is given to `sh -c`
 * @returns false where this is not a system of `only_on`, and nothing ran
 * @throws ImgpackError `script/failed`; CancelledError when the context's signal fires
 */
export async function runLocalScripts(
  config: LocalScriptConfig,
  context: LocalScriptContext,
  options: { readonly wrapSingle?: boolean; readonly platform?: NodeJS.Platform } = {},
): Promise<boolean> {
  const platform = options.platform ?? process.platform;
  if (config.only_on.length > 0 && !config.only_on.includes(SYSTEMS[platform] ?? platform)) {
    context.say(`Skipping shell-local: this is ${SYSTEMS[platform] ?? platform}, not ${config.only_on.join(' or ')}`);
    return false;
  }
  const windows = platform === 'win32';
  const files = scriptFiles(config).map((path) => linuxPath(config, resolve(context.workingDirectory, path)));
  const temporary = files.length > 0 ? undefined : await writeInline(config, context, windows);
  const shown = temporary === undefined ? scriptFiles(config) : [temporary.value];
  try {
    for (const [i, script] of (temporary === undefined ? files : [temporary.value]).entries()) {
      context.say(`Running local shell script: ${shown[i] ?? script}`);
      await runOne(config, context, script, { windows, wrapSingle: options.wrapSingle === true });
    }
    return true;
  } finally {
    await temporary?.destroy();
  }
}

async function writeInline(config: LocalScriptConfig, context: LocalScriptContext, windows: boolean) {
  const shebang = config.inline_shebang || (windows ? '' : '/bin/sh -e');
  const lines = (config.command ? [config.command] : config.inline).map((line) =>
    context.render(line, { ...context.values }),
  );
  const content = [...(shebang === '' ? [] : [`#!${shebang}`]), ...lines, ''].join('\n');
  const extension = (config.tempfile_extension || (windows ? 'cmd' : '')).replace(/^\./, '');
  const name = extension === '' ? 'packer-shell' : `packer-shell.${extension}`;
  return createTemporaryFile(context.resources, context.temporaryDirectory, name, content, 0o700);
}

async function runOne(
  config: LocalScriptConfig,
  context: LocalScriptContext,
  script: string,
  { windows, wrapSingle }: { readonly windows: boolean; readonly wrapSingle: boolean },
): Promise<void> {
  const [program, ...args] = commandLine(config, context, script, windows, wrapSingle);
  context.log(`runs ${[program, ...args].join(' ')}`);
  if (context.signal.aborted) throw new CancelledError();
  const running = await spawnTracked(context.resources, program as string, args, {
    cwd: context.workingDirectory,
    env: { ...context.env, PACKER_RUN_UUID: context.build.runId },
    onLine: (stream, line) => context.output(stream, line),
  });
  const stop = () => void running.destroy().catch((error: unknown) => context.log(String(error)));
  context.signal.addEventListener('abort', stop, { once: true });
  try {
    if (context.signal.aborted) stop();
    const { code, signal } = await running.value.exited;
    if (context.signal.aborted) throw new CancelledError();
    if (code === null) throw new ImgpackError(scriptMessages.signalled(script, signal ?? 'a signal'));
    checkExitCode(config, script, code);
  } finally {
    context.signal.removeEventListener('abort', stop);
  }
}

function commandLine(
  config: LocalScriptConfig,
  context: LocalScriptContext,
  script: string,
  windows: boolean,
  wrapSingle: boolean,
): string[] {
  const format = config.env_var_format || (windows && !config.use_linux_pathing ? 'set %s=%s && ' : "%s='%s' ");
  const variables = scriptVariables(config, context.build, context.values, (entry) =>
    context.render(entry, { ...context.values }),
  );
  const data = {
    ...context.values,
    Vars: formatVariables(variables, format, quoteForShell),
    Script: script,
    Command: script,
  };
  const standard = windows
    ? ['cmd', '/V', '/C', '{{.Vars}}', 'call', '{{.Script}}']
    : ['/bin/sh', '-c', '{{.Vars}} {{.Script}}'];
  const template = config.execute_command.length > 0 ? config.execute_command : standard;
  const wrapped = wrapSingle && template.length === 1 ? ['sh', '-c', ...template] : template;
  return wrapped.map((part) => context.render(part, data));
}

/** `C:\scripts\a.sh` is `/mnt/c/scripts/a.sh` in the Windows Subsystem for Linux. */
function linuxPath(config: LocalScriptConfig, path: string): string {
  if (!config.use_linux_pathing) return path;
  const [, drive, rest] = /^([A-Za-z]):[\\/](.*)$/.exec(path) ?? [];
  return drive === undefined ? path : `/mnt/${drive.toLowerCase()}/${(rest as string).replaceAll('\\', '/')}`;
}
