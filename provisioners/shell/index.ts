import { EXIT_CODE_DISCONNECTED } from '../../src/contract/communicator.js';
import type { ProvisionerContext } from '../../src/contract/context.js';
import { formatDuration } from '../../src/contract/duration.js';
import { pause } from '../../src/contract/helpers/pause.js';
import {
  checkExitCode,
  formatVariables,
  quoteForShell,
  scriptInputs,
  scriptVariables,
  validateScripts,
} from '../../src/contract/helpers/script-options.js';
import { defineProvisioner } from '../../src/contract/plugin.js';
import { ImgpackError } from '../../src/messages/message.js';
import { schema, settingsOf, type Config, type Settings } from './config.js';
import { messages } from './messages.js';
import { untilItWorks } from './retry.js';
import { runScript, type Command } from './run-script.js';
import { scriptsOf } from './script.js';

export default defineProvisioner({
  type: 'shell',
  summary: 'Runs shell scripts in the machine.',
  schema,
  validate: (config, context) => validateScripts(config, context.workingDirectory),
  inputs: scriptInputs,
  environment: (config, context) => scriptVariables(config, context.build, context.values, (text) => text),
  run,
});

async function run(config: Config, context: ProvisionerContext): Promise<void> {
  const settings = settingsOf(config);
  const variables = formatVariables(
    scriptVariables(config, context.build, context.values, (text) => text),
    settings.variableFormat,
    quoteForShell,
  );
  if (config.use_env_var_file) await uploadVariables(config, settings, variables, context);
  const command = commandOf(config, settings, variables, context);
  for (const script of scriptsOf(config, context)) {
    const shown = script.path ?? settings.remotePath;
    context.say(`Provisioning with shell script: ${shown}`);
    const content = await script.read();
    const failed = (limit: string, reason: string) => messages.notStarted(shown, limit, reason);
    const { exitCode, removed } = await untilItWorks(context, config.start_retry_timeout, failed, () =>
      runScript(content, command, config, settings, context),
    );
    if (exitCode !== EXIT_CODE_DISCONNECTED) checkExitCode(config, shown, exitCode);
    else if (!config.expect_disconnect) throw new ImgpackError(messages.disconnected(shown));
    if (!removed && !config.skip_clean) await remove(config, settings.remotePath, context);
  }
  if (config.use_env_var_file && !config.skip_clean) await remove(config, settings.variableFile, context);
  if (config.pause_after > 0) {
    context.say(`Pausing ${formatDuration(config.pause_after)} after this provisioner...`);
    await pause(config.pause_after, context.signal);
  }
}

async function uploadVariables(
  config: Config,
  { variableFile }: Settings,
  content: string,
  context: ProvisionerContext,
): Promise<void> {
  const failed = (limit: string, reason: string) => messages.notStarted(variableFile, limit, reason);
  await untilItWorks(context, config.start_retry_timeout, failed, () =>
    context.communicator.upload({ content }, variableFile, { mode: 0o600, signal: context.signal }),
  );
}

function commandOf(config: Config, settings: Settings, variables: string, context: ProvisionerContext): Command {
  const standard = config.use_env_var_file
    ? 'chmod +x {{.Path}}; . {{.EnvVarFile}} && {{.Path}}'
    : 'chmod +x {{.Path}}; {{.Vars}} {{.Path}}';
  const text = context.render(settings.executeCommand ?? standard, {
    ...context.values,
    Vars: variables,
    EnvVarFile: config.use_env_var_file ? settings.variableFile : '',
    Path: settings.remotePath,
  });
  return { text, standard: settings.executeCommand === undefined };
}

async function remove(config: Config, path: string, context: ProvisionerContext): Promise<void> {
  const failed = (_limit: string, reason: string) => messages.notRemoved(path, reason);
  await untilItWorks(context, config.start_retry_timeout, failed, async () => {
    const said: string[] = [];
    const { exitCode } = await context.communicator.run(`rm -f ${path}`, {
      onLine: (_stream, line) => said.push(line),
      signal: context.signal,
    });
    if (exitCode === 0) return;
    const reason =
      exitCode === EXIT_CODE_DISCONNECTED ? 'the connection was lost' : (said.at(-1) ?? `exit code ${exitCode}`);
    throw new ImgpackError(messages.notRemoved(path, reason));
  });
}
