import type { Host } from '../../host.js';
import { commandMessages } from '../../messages/commands.js';
import { ImgpackError } from '../../messages/message.js';
import { builtInPlugins } from '../../registry.js';
import type { CommandArguments } from '../command.js';
import { openSession } from '../session.js';
import { componentsOf, componentsText } from './built-in.js';
import type { RequiredValues } from './flags.js';

/** `imgpack plugins required`: name, source and versions in Packer's form, and behind them what is built in. */
export async function run(values: CommandArguments<RequiredValues>, host: Host): Promise<number> {
  const path = values.positionals[0] as string;
  const { template, failed } = await openSession(
    {
      path,
      values,
      warnUndeclared: false,
      evaluateDataSources: false,
      tolerant: true,
      signal: new AbortController().signal,
      write: (text) => (values.json ? host.err(text) : host.out(text)),
    },
    host,
  );
  if (failed || !template) return 1;
  if (template.legacy) throw new ImgpackError(commandMessages.noRequirements(path));
  const plugins = template.requiredPlugins.map(({ name, source, version }) => ({
    name,
    source,
    version,
    components: componentsOf(name, builtInPlugins),
  }));
  host.out(
    values.json
      ? `${JSON.stringify({ version: 1, plugins }, null, 2)}\n`
      : plugins
          .map(({ name, source, version, components }) =>
            `${name} ${source} ${JSON.stringify(version)} ${componentsText(components)}`.trimEnd().concat('\n'),
          )
          .join(''),
  );
  return 0;
}
