import type { Host } from '../../host.js';
import { commandMessages } from '../../messages/commands.js';
import { ImgpackError } from '../../messages/message.js';
import { builtInPlugins } from '../../registry.js';
import type { CommandArguments } from '../command.js';
import { builtInComponents, componentsOf, componentsText, pluginName } from './built-in.js';
import type { InstallValues } from './flags.js';

/** `imgpack plugins install SOURCE`: ends well where the plugin is built in, so that a job of CI needs no change. */
export function run(values: CommandArguments<InstallValues>, host: Host): Promise<number> {
  const source = values.positionals[0] as string;
  const components = componentsOf(pluginName(source), builtInPlugins);
  if (values.path !== undefined || components.length === 0)
    throw new ImgpackError(
      commandMessages.notInstallable(
        source,
        builtInComponents(builtInPlugins).map(({ type }) => type),
      ),
    );
  host.out(`\`${source}\` is built in: ${componentsText(components)}\n`);
  return Promise.resolve(0);
}
