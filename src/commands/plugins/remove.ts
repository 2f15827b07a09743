import type { Host } from '../../host.js';
import { commandMessages } from '../../messages/commands.js';
import { ImgpackError } from '../../messages/message.js';
import { builtInPlugins } from '../../registry.js';
import type { CommandArguments } from '../command.js';
import { componentsOf, pluginName } from './built-in.js';

/** `imgpack plugins remove SOURCE`: there is never anything to remove. */
export function run(values: CommandArguments<object>, _host: Host): Promise<number> {
  const source = values.positionals[0] as string;
  const isBuiltIn = componentsOf(pluginName(source), builtInPlugins).length > 0;
  throw new ImgpackError(commandMessages.notRemovable(source, isBuiltIn));
}
